"""Quarantine for people: kinds of rows, places in files, fields as sent."""

from __future__ import annotations

import polars as pl
import pytest

from hub.cli.quarantine_page import by_kind, first_of_each
from hub.cli.sent_fields import fields_of
from hub.connectors.base import PartMeta
from hub.flow.places import Way, way_to


def findings(*lines: tuple[int, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(
        list(lines),
        schema={"row": pl.Int64, "rule": pl.String, "severity": pl.String},
        orient="row",
    )
    return frame.with_columns(keys=pl.lit([], dtype=pl.List(pl.String)))


def test_rows_that_break_the_same_rules_are_of_one_kind() -> None:
    found = by_kind(
        findings(
            (7, "P06", "reject"),
            (1, "P01", "reject"),
            (1, "P01", "reject"),
            (1, "F24", "warn"),
            (3, "P06", "reject"),
            (3, "P01", "reject"),
            (9, "P06", "reject"),
        )
    )

    assert found.select("row", "kind", "size").rows() == [
        (7, "P06", 2),
        (9, "P06", 2),
        (1, "P01", 1),
        (3, "P01 P06", 1),
    ]


def test_a_frequent_kind_does_not_crowd_out_a_rare_one() -> None:
    rows = [(number, "P06", "reject") for number in range(100)]
    kinds = by_kind(findings(*rows, (999, "P03", "reject")))

    shown = first_of_each(kinds, 2)

    assert shown["row"].to_list() == [0, 1, 999]
    assert len(first_of_each(kinds, 0)) == 101


def test_nothing_held_is_no_kind() -> None:
    assert by_kind(findings()).is_empty()


@pytest.mark.parametrize(
    ("media", "origin", "way"),
    [
        ("csv", {"file": "a.csv"}, Way("a.csv", 2)),
        ("jsonl", {"file": "a.jsonl"}, Way("a.jsonl", 1)),
        ("xlsx", {"file": "a.xlsx", "header": '{"名册": [2]}'}, Way("a.xlsx", 1)),
        (
            "xlsx",
            {"file": "a.xlsx", "header": '{"一": [2], "二": [0]}'},
            Way("a.xlsx", None),
        ),
        ("json", {"path": "/c", "page": "3"}, Way("/c 第3页", 1, "条")),
        ("arrow", {"source": "v_cases"}, Way("v_cases", 1, "条")),
    ],
)
def test_a_row_is_named_as_its_sender_finds_it(
    media: str, origin: dict[str, str], way: Way
) -> None:
    meta = PartMeta(sequence=0, media=media, received_sha256="", origin=origin)

    assert way_to(meta) == way


@pytest.mark.parametrize(
    ("text", "header", "fields"),
    [
        (
            '{"a": 1, "b": {"c": null}, "d": [{"e": "x"}], "f": []}',
            None,
            [("a", 1), ("b.c", None), ("d[0].e", "x"), ("f", "")],
        ),
        ('1,"x,y"', (["编号", "备注"], ","), [("编号", "1"), ("备注", "x,y")]),
        ("1;2;3", (["a", "b"], ";"), []),
        ('{"a": ', None, []),
        ("[1]", None, []),
    ],
)
def test_a_row_as_sent_falls_into_fields(
    text: str, header: tuple[list[str], str] | None, fields: list[tuple[str, object]]
) -> None:
    assert list(fields_of(text, header)) == fields
