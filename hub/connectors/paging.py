"""Which page comes next, and whether the pages together are the whole listing.

What lives here: the walk through one listing by number, offset, cursor, address or
key, and its proofs: no page twice (T3), no cursor or address twice, declared total
and rows received alike (B07). A partner may cap the page size without saying so, or
declare the size of the page as the total (T8), so a listing ends at a page shorter
than its first, at an empty page, or when the declared total is reached. What does
not: sending (`transport`), where total and cursor stand in an answer (`envelope`),
whether keys ascend (`keys`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from hub.connectors.asking import Values
from hub.connectors.base import Place
from hub.partners.spec import Page

EMPTY_IN_A_ROW = 1000
LINKS = frozenset({"next_link", "link_header"})
# Where a page is a place in the list: what leaves the list moves the rest up.
_BY_PLACE = LINKS | {"number", "offset"}


@dataclass(frozen=True)
class Turned:
    """What one page told.

    Attributes:
        rows: how many rows it holds.
        digest: fingerprint of its rows.
        total: the declared total; null if none is declared.
        cursor: what leads on: the next cursor or address, the last row's key; null at
            the end.
        here: the address that gave the page.
        gone: the partner answered that there is no such page.
    """

    rows: int
    digest: bytes = b""
    total: int | None = None
    cursor: str | None = None
    here: str | None = None
    gone: bool = False


class Pager:
    """The walk through one listing.

    Attributes:
        done: there is no further page to ask for.
        peeking: the next page may well not exist, a 404 would be the end.
        received: rows so far.
        shrunk: the declared total fell meanwhile, so rows may have moved up past us.
    """

    def __init__(
        self, page: Page, place: Place, *, path: str, most: int | None = None
    ) -> None:
        """Stand before the first page.

        Args:
            page: the declaration.
            place: partner and feed, for errors.
            path: the listing, for errors.
            most: rows that can come at all, where they are asked for by key.
        """
        self.done = False
        self.peeking = False
        self.received = 0
        self.shrunk = False
        self._page = page
        self._place = place
        self._path = path
        self._most = most
        self._ordinal = 0
        self._first_rows = 0
        self._empty = 0
        self._cursor: str | None = None
        self._cursors: set[str] = set()
        self._digests: set[bytes] = set()
        self._totals: set[int] = set()
        self._last_total: int | None = None

    @property
    def ordinal(self) -> int:
        """How many pages there were so far."""
        return self._ordinal

    @property
    def values(self) -> Values:
        """What the next request says: page, size and cursor."""
        kind, page = self._page.kind, self._page
        size = None if kind == "none" else page.size
        number: int | None = None
        if kind == "number":
            number = page.first + self._ordinal
        elif kind == "offset":
            # Counted from 0 unless the declaration says otherwise.
            first = page.first if "first" in page.model_fields_set else 0
            number = first + self.received
        return {"page": number, "size": size, "cursor": self._cursor}

    @property
    def address(self) -> str | None:
        """Where the next page is, if the page before it has said so."""
        return self._cursor if self._page.kind in LINKS else None

    @property
    def bound(self) -> str | None:
        """The key after which the next page begins."""
        return self._cursor if self._page.kind == "keyset" else None

    def turn(self, page: Turned) -> bool:
        """Take note of a page; false if it adds nothing to the listing.

        Raises:
            BatchRefused: a page or cursor comes a second time.
        """
        if page.gone:
            self._end()
            return False
        self._note_total(page.total)
        if page.rows and page.digest in self._digests:
            ends = self._total_reached() or self._ends_in_ties(page, self._ordinal)
            if ends or self._most is not None:
                # Some partners answer a page behind the last with the last, and
                # many do not page at all where they are asked by key.
                self._end()
                return False
            if self._page.kind == "keyset":
                self._refuse_stuck()
            self._refuse(
                "two of its pages are identical (B08)",
                "Check the names in page: an unknown name gives the first page again.",
            )
        self._digests.add(page.digest)
        self.received += page.rows
        self._first_rows = self._first_rows or page.rows
        self._ordinal += 1
        self._go_on(page)
        return True

    def _go_on(self, page: Turned) -> None:
        kind = self._page.kind
        if kind == "none":
            self._end()
        elif kind == "cursor" or kind in LINKS:
            self._follow(page)
        elif page.rows == 0:
            self._end()
        elif kind == "keyset":
            self._climb(page)
        elif self._totals:
            # A total that equals a full first page may be the page's own count (T8).
            whole = page.rows < self._page.size or self._ordinal > 1
            self.peeking = self._total_reached()
            self.done = self.peeking and whole
            if self.done:
                self._check_total()
        else:
            short = page.rows < self._page.size
            self.peeking = short
            # Only against the first page is a size known that the partner keeps to.
            ended = short and self._ordinal > 1 and page.rows < self._first_rows
            asked_all = self._most is not None and self.received >= self._most
            self.done = ended or asked_all

    def _follow(self, page: Turned) -> None:
        self._empty = 0 if page.rows else self._empty + 1
        if page.here is not None:
            self._cursors.add(page.here)
        if page.cursor is None:
            self._end()
            return
        if page.cursor in self._cursors or self._empty > EMPTY_IN_A_ROW:
            self._refuse(
                f"its {self._leads} go in a circle (B08)",
                "Tell the partner; the listing has no end.",
            )
        self._cursors.add(page.cursor)
        self._cursor = page.cursor

    @property
    def _leads(self) -> str:
        return "next links" if self._page.kind in LINKS else "cursors"

    def _climb(self, page: Turned) -> None:
        """Go on after the last key, or see that there is nothing behind it."""
        if page.cursor == self._cursor:
            if self._ends_in_ties(page, self._ordinal - 1):
                self._end()
                return
            self._refuse_stuck()
        self._cursor = page.cursor
        short = page.rows < self._page.size
        self.peeking = short
        if short and self._ordinal > 1 and page.rows < self._first_rows:
            self._end()

    def _refuse_stuck(self) -> NoReturn:
        seen = f"a whole page has one {self._page.field}"
        step = "Raise size, or page in another way: what follows cannot be asked."
        if not self._page.inclusive:
            seen = "it gives the lower bound again (B08)"
            step = "Check param in page, or write inclusive = true."
        self._refuse(seen, step)

    def _ends_in_ties(self, page: Turned, before: int) -> bool:
        """Whether a page holds only rows of the bound, and room for more.

        Args:
            page: the page.
            before: how many pages there were before it.
        """
        if not self._page.inclusive or page.cursor != self._cursor:
            return False
        # Once a second page went further, the first has shown how many fit on one.
        full = self._page.size
        return page.rows < (min(full, self._first_rows) if before > 1 else full)

    def _end(self) -> None:
        self.done = True
        self._check_total()

    def _note_total(self, total: int | None) -> None:
        if total is None:
            return
        kind, last = self._page.kind, self._last_total
        if kind == "keyset" and last is not None:
            return  # from the second page on it may count what is left only
        self.shrunk |= kind in _BY_PLACE and last is not None and total < last
        self._last_total = total
        self._totals.add(total)

    def _total_reached(self) -> bool:
        return bool(self._totals) and self.received >= max(self._totals)

    def _check_total(self) -> None:
        """The total may move while we read; received must lie within its bounds."""
        if not self._totals:
            return
        low, high = min(self._totals), max(self._totals)
        if low <= self.received <= high:
            return
        if self._page.kind == "keyset" and self.received > high:
            return  # what was added while we read stands at the end
        declared = str(high) if low == high else f"{low} to {high}"
        hint = "Read again; if it stays so, tell the partner."
        if high <= self._page.size < self.received:
            hint = "The declared total may be the page's own count; leave total out."
        self._refuse(
            f"{declared} rows are declared and {self.received} came (B07)", hint
        )

    def _refuse(self, seen: str, step: str) -> NoReturn:
        raise self._place.refused(f"read {self._path} to its end", seen, step)
