"""What a shelf finds is what the definition of each condition says, row by row."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small_shelf import FIRST, SCHEMA, drawn_rows, shelf_of
from support.thorough import of

from hub.sharing.seen_rows import Among, SeenRows, Within
from hub.sharing.shelf import Order, TooSlow, read_condition
from hub.sharing.shelf.asking import After

ZONE = "Asia/Shanghai"
ASKED = (
    *(f"word={op}.{word}" for op in ("eq", "neq", "gt", "gte", "lt", "lte")
      for word in ("a", "武昌", "")),
    "word=in.(a,武昌,\"a*b\")", "word=in.()", "word=like.a*", "word=like.%昌_",
    "word=like.a?b", "word=like.[x]", "word=like.100\\%", "word=is.null",
    "count=eq.1", "count=lt.-1", "count=in.(0,2)", "count=is.not_null",
    "amount=gte.0.5", "amount=eq.-0.001", "amount=lt.1",
    "place=eq.114.25", "place=lt.0", "is_so=is.true", "is_so=is.false",
    "is_so=eq.true", "is_so=neq.true", "at=gt.2026-10-01T00:00:00.000001Z",
    "at=lte.2026-10-01", "on=eq.2026-10-02", "on=gt.2026-10-01", "tags=is.null",
    "tags=is.not_null", "key=gte.k0010",
)  # fmt: skip


def _condition(text):
    column, _, told = text.partition("=")
    return read_condition("drawn", SCHEMA, column, told, zone=ZONE)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    frame = drawn_rows(Random(7), 300)
    folder = tmp_path_factory.mktemp("shelf") / "drawn"
    return shelf_of(folder, [frame[:100], frame[100:101], frame[101:]]), frame


@pytest.mark.parametrize("text", ASKED)
def test_index_and_frame_agree_on_a_condition(world, text):
    shelf, frame = world
    one = _condition(text)

    found = [place.number for place in shelf.find(conditions=[one])]

    held = frame.with_row_index("n").filter(one.holds())["n"].to_list()
    assert found == held


def test_an_order_puts_nulls_last_and_alike_as_they_lie(world):
    shelf, frame = world
    numbered = frame.with_row_index("n")

    for down in (False, True):
        found = [place.number for place in shelf.find(order=Order("count", down))]

        expected = numbered.sort(
            "count", "n", descending=[down, False], nulls_last=True
        )
        assert found == expected["n"].to_list()


@settings(max_examples=of(200, 40), deadline=None)
@given(
    st.lists(st.sampled_from(ASKED), max_size=2),
    st.sampled_from([None, *((c, d) for c in ("word", "at", "amount", "count", "on")
                             for d in (False, True))]),
    st.integers(1, 60),
)  # fmt: skip
def test_pages_together_are_the_whole(world, texts, ordered, size):
    shelf, _ = world
    conditions = [_condition(text) for text in texts]
    order = None if ordered is None else Order(*ordered)
    whole = shelf.find(conditions=conditions, order=order)

    pages, after = [], None
    while page := shelf.find(
        conditions=conditions, order=order, after=after, limit=size
    ):
        assert len(page) <= size
        pages += page
        after = page[-1]

    assert pages == whole


def test_rows_are_taken_in_the_order_asked_for(world):
    shelf, frame = world
    wanted = [299, 0, 100, 99, 101, 0]

    taken = shelf.take(wanted, ["key", "tags", "at"])

    assert taken.equals(frame[wanted].select("key", "tags", "at"))
    assert shelf.take([], ["amount"]).schema == {"amount": SCHEMA["amount"]}


def test_spans_begin_behind_a_row(world):
    shelf, frame = world

    for number in (-1, 0, 99, 100, 250, 299):
        rest = pl.concat(
            [shelf.take([], ["key"]), *shelf.spans(["key"], After(number))]
        )
        assert rest["key"].to_list() == frame["key"][number + 1 :].to_list()


def test_rows_of_another_shelf_decide(world, tmp_path):
    shelf, frame = world
    other = shelf_of(tmp_path / "other", [frame.filter(pl.col("count") == 1)])
    lookup = Among("key", "of", "key", (Within("word", ("a", "ab")),))
    seen = SeenRows((lookup, Within("word", ("武昌",))))

    found = shelf.find(seen=seen, others={"of": other})

    is_there = (pl.col("count") == 1) & pl.col("word").is_in(["a", "ab"])
    holds = is_there.fill_null(value=False) | (pl.col("word") == "武昌")
    expected = frame.with_row_index("n").filter(holds)["n"].to_list()
    assert [place.number for place in found] == expected
    assert shelf.find(seen=SeenRows(())) == []


def test_what_takes_too_long_is_broken_off(world):
    shelf, _ = world
    many = [_condition("key=gte.k")] * 50

    with pytest.raises(TooSlow):
        shelf.find(conditions=many, seconds=-1.0)


def test_instants_keep_their_microseconds(world):
    shelf, _ = world

    taken = shelf.take([1], ["at"])

    assert taken["at"][0] in (None, FIRST.replace(microsecond=1))
