"""Any listing, any cap, any polite server: every row once, and an end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors.base import Place
from hub.connectors.paging import Pager, Turned
from hub.errors import BatchRefused
from hub.partners.spec import Page

PLACE = Place("p", "f")


def pager(most: int | None = None, **page: Any) -> Pager:
    return Pager(Page.model_validate(page), PLACE, path="/c", most=most)


def walk(
    one: Pager, rows: list[int], *, cap: int, total: bool, number: bool
) -> list[int]:
    """Read everything from a server that caps its pages."""
    found: list[int] = []
    for _ in range(len(rows) + 3):
        if one.done:
            return found
        at, size = one.values["page"], one.values["size"]
        assert isinstance(at, int)
        assert isinstance(size, int)
        size = min(size, cap)
        start = (at - 1) * size if number else at
        page = rows[start : start + size]
        digest = str(page).encode()
        if one.turn(Turned(len(page), digest, len(rows) if total else None)):
            found += page
    pytest.fail("the walk does not end")


@given(
    st.integers(0, 60),
    st.integers(1, 20),
    st.integers(1, 25),
    st.booleans(),
    st.booleans(),
)
def test_every_row_comes_once_and_in_order(
    count: int, size: int, cap: int, total: bool, number: bool
) -> None:
    rows = list(range(count))
    kind = "number" if number else "offset"

    found = walk(pager(kind=kind, size=size), rows, cap=cap, total=total, number=number)

    assert found == rows


@given(st.integers(1, 200), st.integers(1, 20))
def test_a_declared_total_costs_no_extra_request(count: int, size: int) -> None:
    one = pager(kind="number", size=size)

    requests = 0
    while not one.done:
        rows = min(size, count - one.received)
        one.turn(Turned(rows, str(requests).encode(), count))
        requests += 1

    # Only a first page as long as the total is looked behind (T8).
    assert requests == -(-count // size) + (count == size)


def test_pages_may_be_counted_from_anywhere() -> None:
    assert pager(kind="number", first=0).values["page"] == 0
    assert pager(kind="offset").values["page"] == 0
    assert pager(kind="offset", first=1).values["page"] == 1
    assert pager(kind="none").values == {"page": None, "size": None, "cursor": None}


def test_a_total_that_moves_while_we_read_is_no_mismatch() -> None:
    one = pager(kind="number", size=2)

    for n, (rows, total) in enumerate([(2, 3), (2, 4)]):
        one.turn(Turned(rows, str(n).encode(), total))

    assert one.done


def test_empty_pages_without_end_are_a_circle() -> None:
    one = pager(kind="cursor")

    turns = (Turned(0, b"", None, f"c{n}") for n in range(2000))

    with pytest.raises(BatchRefused, match="circle"):
        list(map(one.turn, turns))


def test_a_single_page_is_checked_against_its_total() -> None:
    with pytest.raises(BatchRefused, match="5 rows are declared and 3 came"):
        pager(kind="none").turn(Turned(3, b"x", 5))


def climb(
    one: Pager, keys: list[int], *, cap: int, size: int, inclusive: bool
) -> list[int]:
    """Read everything from a server that gives rows from a lower bound on."""
    found: list[int] = []
    for _ in range(2 * len(keys) + 3):
        if one.done:
            return found
        after = -1 if one.bound is None else int(one.bound)
        left = [at for at, key in enumerate(keys) if key + inclusive > after]
        page = left[: min(size, cap)]
        last = str(keys[page[-1]]) if page else None
        if one.turn(Turned(len(page), str(page).encode(), cursor=last)):
            found += page
    pytest.fail("the walk does not end")


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 25))
def test_every_key_comes_once_and_in_order(count: int, size: int, cap: int) -> None:
    one = pager(kind="keyset", field="id", size=size)

    found = climb(one, list(range(count)), cap=cap, size=size, inclusive=False)

    assert found == list(range(count))


@given(st.lists(st.integers(0, 12), max_size=40), st.integers(1, 12))
def test_rows_that_share_a_key_all_come_or_the_batch_is_refused(
    keys: list[int], size: int
) -> None:
    keys.sort()
    one = pager(kind="keyset", field="at", size=size, inclusive=True)

    try:
        found = climb(one, keys, cap=size, size=size, inclusive=True)
    except BatchRefused:
        assert max(map(keys.count, keys)) >= size
    else:
        assert set(found) == set(range(len(keys)))


def test_a_total_of_the_first_page_is_the_least_that_must_come() -> None:
    one = pager(kind="keyset", field="id", size=2)

    for rows, total, key in [(2, 3, "2"), (2, 1, "4"), (1, 0, "5")]:
        one.turn(Turned(rows, key.encode(), total, key))

    assert one.done
    assert one.received == 5


def test_only_where_pages_are_places_does_a_fallen_total_matter() -> None:
    for kind, shrunk in (("number", True), ("next_link", True), ("cursor", False)):
        one = pager(kind=kind, size=2)
        one.turn(Turned(2, b"a", 5, "x"))
        one.turn(Turned(2, b"b", 4, "y"))
        assert one.shrunk is shrunk
