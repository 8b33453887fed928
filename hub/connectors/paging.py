"""Which page comes next, and whether the pages together are the whole listing.

What lives here: the walk through one listing by number, offset or cursor, and its
proofs: no page twice (T3), no cursor twice, declared total and rows received alike
(B07). A partner may cap the page size without saying so, or declare the size of
the page as the total (T8), so a listing ends at a page shorter than its first, at
an empty page, or when the declared total is reached. What does not: sending
(`transport`), where total and cursor stand in an answer (`envelope`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from hub.connectors.asking import Values
from hub.connectors.base import Place
from hub.partners.spec import Page

EMPTY_IN_A_ROW = 1000


@dataclass(frozen=True)
class Turned:
    """What one page told.

    Attributes:
        rows: how many rows it holds.
        digest: fingerprint of its rows.
        total: the declared total; null if none is declared.
        cursor: the next cursor; null at the end.
        gone: the partner answered that there is no such page.
    """

    rows: int
    digest: bytes = b""
    total: int | None = None
    cursor: str | None = None
    gone: bool = False


class Pager:
    """The walk through one listing.

    Attributes:
        done: there is no further page to ask for.
        peeking: the next page may well not exist, a 404 would be the end.
        received: rows so far.
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

    def turn(self, page: Turned) -> bool:
        """Take note of a page; false if it adds nothing to the listing.

        Raises:
            BatchRefused: a page or cursor comes a second time.
        """
        if page.gone:
            self._end()
            return False
        if page.total is not None:
            self._totals.add(page.total)
        if page.rows and page.digest in self._digests:
            if self._total_reached() or self._most is not None:
                # Some partners answer a page behind the last with the last, and
                # many do not page at all where they are asked by key.
                self._end()
                return False
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
        elif kind == "cursor":
            self._follow(page)
        elif page.rows == 0:
            self._end()
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
        if page.cursor is None:
            self._end()
            return
        if page.cursor in self._cursors or self._empty > EMPTY_IN_A_ROW:
            self._refuse(
                "its cursors go in a circle (B08)",
                "Tell the partner; the listing has no end.",
            )
        self._cursors.add(page.cursor)
        self._cursor = page.cursor

    def _end(self) -> None:
        self.done = True
        self._check_total()

    def _total_reached(self) -> bool:
        return bool(self._totals) and self.received >= max(self._totals)

    def _check_total(self) -> None:
        """The total may move while we read; received must lie within its bounds."""
        if not self._totals:
            return
        low, high = min(self._totals), max(self._totals)
        if low <= self.received <= high:
            return
        declared = str(high) if low == high else f"{low} to {high}"
        hint = "Read again; if it stays so, tell the partner."
        if high <= self._page.size < self.received:
            hint = "The declared total may be the page's own count; leave total out."
        self._refuse(
            f"{declared} rows are declared and {self.received} came (B07)", hint
        )

    def _refuse(self, seen: str, step: str) -> NoReturn:
        raise self._place.refused(f"read {self._path} to its end", seen, step)
