"""The hub's own columns in a workbook that comes back are none of the sender's."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors.decode.returned import (
    FORM,
    OURS,
    REASONS,
    RECEIPT,
    RETURNED,
    ROW_NUMBER,
    own_columns,
    returned_as_text,
    returned_rows,
)


def test_a_sender_may_use_our_titles_without_the_hidden_ones() -> None:
    places = {REASONS: 0, "hub_row": 1, "编号": 2}

    assert own_columns(places) == ({}, set())


def test_all_of_ours_are_ours_however_a_program_spaced_them() -> None:
    places = {
        f" {REASONS}": 0,
        "编号": 1,
        "hub_receipt ": 2,
        "hub_row": 3,
        "hub_form": 4,
    }

    hidden, aside = own_columns(places | {"hub_row": 3, "hub_form": 4})

    assert hidden == {RECEIPT: 2, ROW_NUMBER: 3, FORM: 4}
    assert aside == {0, 2, 3, 4}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["s00000001", "s00000002", None]),
            st.one_of(st.none(), st.integers(0, 40).map(str), st.just("x")),
        ),
        max_size=30,
    )
)
def test_which_rows_come_again_survives_the_description(
    rows: list[tuple[str | None, str | None]],
) -> None:
    frame = pl.DataFrame(
        [(receipt, row, "csv") for receipt, row in rows],
        schema=dict.fromkeys(OURS, pl.String),
        orient="row",
    )

    told = returned_rows(returned_as_text(frame)[RETURNED])

    expected = {
        (receipt, int(row))
        for receipt, row in rows
        if receipt is not None and row is not None and row.isdecimal()
    }
    assert sorted(told.rows()) == sorted(expected)


def test_a_workbook_of_the_sender_s_own_brings_nothing_again() -> None:
    assert returned_as_text(pl.DataFrame({"编号": ["1"]})) == {}
