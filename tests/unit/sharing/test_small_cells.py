"""Small cells are left out, and what would give them away; zero and the rest stay."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from hub.errors import MisuseError
from hub.sharing.small_cells import NOTES, suppress

SCHEMA = {
    "level": pl.String, "unit_code": pl.String, "by": pl.String, "by_code": pl.String,
    "numerator": pl.Int64, "denominator": pl.Int64,
}  # fmt: skip
Row = tuple[str, str | None, str | None, str | None, int, int]


def _shares(*rows: Row) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    share = pl.col("numerator") / pl.col("denominator")
    return frame.with_columns(
        value_share=pl.when(pl.col("denominator") > 0).then(share)
    )


def _volumes(*rows: Row) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.with_columns(
        value_share=pl.lit(None, dtype=pl.Float64),
        value_number=pl.col("denominator").cast(pl.Float64),
    )


def _units(*counts: tuple[int, int]) -> pl.DataFrame:
    total = tuple(map(sum, zip(*counts, strict=True)))
    units = [("unit", f"u{n}", None, None, *count) for n, count in enumerate(counts)]
    return _shares(("city", None, None, None, *total), *units)  # type: ignore[arg-type]


def _told(figures: pl.DataFrame, least: int = 5) -> list[tuple[Any, Any]]:
    """Per row numerator and denominator as shown, a note in place of what is not."""
    told = suppress(figures, least)
    shown = [
        pl.coalesce(note, pl.col(name).cast(pl.String))
        for name, note in zip(("numerator", "denominator"), NOTES[:2], strict=True)
    ]
    return told.select(shown).rows()


def test_a_small_unit_takes_the_next_one_with_it() -> None:
    figures = _units((1, 3), (20, 47), (29, 50))

    told = suppress(figures)

    assert _told(figures) == [
        ("50", "100"),
        ("<5", "<5"),
        ("*", "*"),
        ("29", "50"),
    ]
    assert told["value_share"].to_list() == [0.5, None, None, 0.58]
    assert told["share_note"].to_list() == [None, "*", "*", None]
    assert told["numerator"].to_list() == [50, None, None, 29]


def test_zero_is_shown() -> None:
    figures = _units((0, 10), (0, 0), (20, 40))

    assert _told(figures) == [("20", "50"), ("0", "10"), ("0", "0"), ("20", "40")]


@pytest.mark.parametrize(
    ("numerator", "note"), [(4, "<5"), (5, "5"), (45, "45"), (46, "*"), (50, "50")]
)
def test_a_share_is_left_out_where_either_side_is_small(
    numerator: int, note: str
) -> None:
    figures = _units((numerator, 50), (100, 200), (150, 400))

    assert _told(figures)[1] == (note, "50")


def test_two_small_ones_keep_each_other_unless_their_sum_leaves_one_way() -> None:
    kept = _told(_units((1, 1), (3, 3), (20, 20), (30, 30)))
    forced = _told(_units((1, 1), (1, 1), (20, 20), (30, 30)))

    # 4 = 1 + 3 = 2 + 2 = 3 + 1, but 2 is 1 + 1 only.
    assert [whole for _, whole in kept] == ["54", "<5", "<5", "20", "30"]
    assert [whole for _, whole in forced] == ["52", "<5", "<5", "*", "30"]


def test_the_smallest_count_shown_is_a_setting() -> None:
    figures = _units((20, 20), (9, 9), (30, 30))

    assert [whole for _, whole in _told(figures, 5)] == ["59", "20", "9", "30"]
    assert [whole for _, whole in _told(figures, 10)] == ["59", "*", "<10", "30"]


def _breakdown(counts: list[list[int]]) -> pl.DataFrame:
    rows: list[Row] = []
    columns = [sum(one) for one in zip(*counts, strict=True)]
    for unit, cells in [
        ("", columns),
        *((f"u{n}", row) for n, row in enumerate(counts)),
    ]:
        level, code = ("unit", unit) if unit else ("city", None)
        rows.append((level, code, None, None, sum(cells), sum(cells)))
        rows += [
            (level, code, "category", f"c{n}", count, count)
            for n, count in enumerate(cells)
        ]
    return _volumes(*rows)


def test_two_hidden_ones_in_each_row_and_column_are_not_enough() -> None:
    # u1/c2 follows from rows u0 and u1 less columns c0 and c1, whose hidden cells
    # cancel; only a rectangle through it keeps it: u3/c0 is the cheapest.
    figures = _breakdown(
        [
            [3, 3, 20, 20],
            [3, 3, 3, 20],
            [20, 20, 3, 3],
            [6, 20, 3, 3],
        ]
    )

    told = suppress(figures).filter(level="unit", by="category")

    star = told.filter(denominator_note="*").select("unit_code", "by_code").rows()
    assert star == [("u3", "c0")]
    assert told.filter(denominator_note="<5").height == 9
    assert told.filter(pl.col("denominator").is_null())["value_number"].is_null().all()


def test_a_hidden_unit_hides_in_its_breakdown_too() -> None:
    figures = _breakdown([[2, 1], [10, 12], [30, 40]])

    told = suppress(figures).filter(level="unit")

    # u1 is hidden as the partner of u0; were all of u1's categories shown, their sum
    # would tell u1, and the city less u1 and u2 would tell u0.
    u1 = told.filter(unit_code="u1")
    assert u1.filter(pl.col("by").is_null())["denominator_note"].item() == "*"
    assert u1.filter(by="category")["denominator_note"].null_count() < 2


def test_of_a_small_city_nothing_is_told() -> None:
    assert _told(_units((1, 2), (0, 0), (1, 2))) == [
        ("<5", "<5"),
        ("*", "*"),
        ("*", "*"),
        ("*", "*"),
    ]


def test_of_a_small_part_of_the_city_no_parts_are_told() -> None:
    assert _told(_units((1, 20), (0, 0), (1, 30))) == [
        ("<5", "50"),
        ("*", "20"),
        ("0", "0"),
        ("*", "30"),
    ]


def test_the_order_of_rows_changes_nothing_and_other_columns_stay() -> None:
    figures = _breakdown([[2, 9, 30], [10, 12, 7], [30, 40, 8]]).with_row_index("nth")

    told = suppress(figures)
    turned = suppress(figures.reverse())

    assert told.columns == [*figures.columns, *NOTES]
    assert told["nth"].equals(figures["nth"])
    assert turned.sort("nth").equals(told)


def test_months_and_metrics_are_tables_of_their_own() -> None:
    quiet, busy = _units((1, 3), (20, 47), (29, 50)), _units((9, 20), (9, 20))
    both = pl.concat(
        [
            quiet.with_columns(metric=pl.lit("a"), calibers=pl.lit(["X"])),
            busy.with_columns(metric=pl.lit("b"), calibers=pl.lit(["X"])),
        ]
    )

    assert _told(both) == _told(quiet) + _told(busy)


def test_nothing_to_share_stays_nothing() -> None:
    assert suppress(_units((0, 0)).clear()).height == 0


@pytest.mark.parametrize(
    ("figures", "least", "seen"),
    [
        (_units((9, 9)), 4, "would be 4"),
        (_units((9, 9)), 11, "would be 11"),
        (_units((9, 9)).drop("by"), 5, "columns by are lacking"),
        (
            pl.concat([_units((9, 9)), _shares(("district", "d", None, None, 9, 9))]),
            5,
            "levels district, unit",
        ),
        (_units((10, 9)), 5, "no part of its denominator"),
        (pl.concat([_units((9, 9)), _units((9, 9))]), 5, "several figures"),
    ],
)
def test_what_cannot_be_suppressed_is_refused(
    figures: pl.DataFrame, least: int, seen: str
) -> None:
    with pytest.raises(MisuseError, match=seen):
        suppress(figures, least)
