"""An unknown category is an error, an extension or a gap of a partial list."""

from __future__ import annotations

import polars as pl
import pytest

from hub.pipeline.category_rules import category_findings

OLD, EVENTS, NEW = "CJT214-2007", "GBT30428.2-2013", "GBT47678.5-2026"
CATEGORIES = pl.DataFrame(
    [
        (NEW, "MATTER", "06010"),
        (NEW, "COMPONENT", "01001"),
        (EVENTS, "MATTER", "0110"),
        ("LOCAL-x", "MATTER", "2001"),
    ],
    schema=["system_code", "kind_code", "category_code"],
    orient="row",
)


@pytest.mark.parametrize(
    ("triple", "severity"),
    [
        ((NEW, "MATTER", "06010"), None),
        ((NEW, "COMPONENT", "01001"), None),
        ((NEW, "MATTER", "01001"), "reject"),  # the code of a component
        ((NEW, "MATTER", "06031"), "reject"),
        ((NEW, "MATTER", "06079"), "reject"),
        ((NEW, "MATTER", "06080"), "warn"),
        ((NEW, "MATTER", "06999"), "warn"),
        ((NEW, "MATTER", "99080"), "reject"),
        ((NEW, "MATTER", "0610"), "reject"),
        ((NEW, "MATTER", "06x80"), "reject"),
        ((EVENTS, "MATTER", "0110"), None),
        ((EVENTS, "MATTER", "0199"), "warn"),
        ((EVENTS, "MATTER", "0601"), "warn"),
        ((EVENTS, "MATTER", "0701"), "reject"),
        ((EVENTS, "COMPONENT", "0501"), "warn"),
        ((EVENTS, "COMPONENT", "0601"), "reject"),
        ((EVENTS, "MATTER", "06010"), "reject"),
        ((OLD, "MATTER", "2101"), "warn"),
        ((OLD, "MATTER", "0601"), "reject"),
        ((OLD, "COMPONENT", "0601"), "warn"),
        (("LOCAL-x", "MATTER", "2001"), None),
        (("LOCAL-x", "MATTER", "2002"), "reject"),
        (("LOCAL-y", "MATTER", "2001"), "reject"),
    ],
)
def test_an_unknown_category_is_judged_by_its_list(
    triple: tuple[str, str, str], severity: str | None
) -> None:
    issues = pl.DataFrame(
        [(7, *triple)],
        schema=[
            "__row",
            "category_system_code",
            "category_kind_code",
            "category_code",
        ],
        orient="row",
    )

    found = category_findings(issues, CATEGORIES)

    assert found.rows() == ([(7, "F07", severity)] if severity else [])
