"""Rule-building and joint meetings of April 2026, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from support.metric_frames import beside, counts, missed, verdict
from support.roster_frames import LATER, ZONE
from support.street_rows import ORG, day, frame, places, told

from hub.metrics.area_rows import last_known_days
from hub.metrics.figures import Figures
from hub.metrics.roster_rows.papers import institution_rows, meeting_rows
from hub.schemas.code_lists import institution_items

DOC = {
    "institution_doc_id": pl.String,
    "unit_code": pl.String,
    "item_code": pl.String,
    "period_month": pl.String,
    "issued_on": pl.Date,
    "expires_on": pl.Date,
    "verdict_code": pl.String,
}
ITEM = {
    "meeting_item_id": pl.String,
    "host_org_id": pl.String,
    "held_on": pl.Date,
    "issue_id": pl.String,
    "responsible_org_id": pl.String,
    "due_on": pl.Date,
    "done_on": pl.Date,
}
ORGS = [
    {"org_id": "o1", "division_code": "s1"},
    {"org_id": "o2", "division_code": "s2"},
]


def doc(**values: Any) -> dict[str, Any]:
    """The work plan of AU-1, issued in January and met."""
    return {
        "institution_doc_id": "d1",
        "unit_code": "AU-1",
        "item_code": "J01",
        "issued_on": date(2026, 1, 5),
        "verdict_code": "MET",
        **values,
    }


def papers(*docs: dict[str, Any], weights: Any = None, as_of: Any = LATER) -> Figures:
    rows = institution_rows(
        pl.DataFrame(list(docs), schema=DOC),
        institution_items(),
        places(),
        days=last_known_days(["2026-04"], as_of, ZONE),
        weights=weights or {},
    )
    return told("institution_score", "institution_item", rows)


def meetings(*items: dict[str, Any], as_of: datetime = LATER) -> Figures:
    base = {"held_on": day(1), "host_org_id": "o1", "responsible_org_id": "o1"}
    rows = meeting_rows(
        pl.DataFrame([base | item for item in items], schema=ITEM),
        frame(ORGS, ORG),
        places(),
        days=last_known_days(["2026-04"], as_of, ZONE),
        today=as_of.date(),
    )
    return told("meeting_settlement_rate", "meeting_item", rows, as_of=as_of)


def test_met_counts_whole_partial_half_and_a_district_is_asked_sixteen_items() -> None:
    found = papers(
        doc(),
        doc(institution_doc_id="d2", item_code="J02", verdict_code="PARTIAL"),
        doc(institution_doc_id="d3", item_code="J03", verdict_code="MISSING"),
        doc(institution_doc_id="d4", item_code="J04", verdict_code=None),
    )

    assert counts(found, "unit", "AU-1") == (3, 32)
    assert counts(found, "unit", "AU-2") == (0, 32)
    assert counts(found) == (3, 64)
    assert missed(found, "AU-1:J03") == "ITEM_MISSING"
    assert missed(found, "AU-1:J04") == "NOT_YET_CHECKED"
    assert missed(found, "AU-2:J01") == "NO_DOCUMENT"
    assert beside(found, "ITEM_PARTIAL") == 1


def test_weights_are_whole_numbers_beside_one() -> None:
    found = papers(
        doc(),
        doc(institution_doc_id="d2", item_code="J02", verdict_code="PARTIAL"),
        weights={"J01": 3, "J02": 5, "J16": 0},
    )

    # 2 × 3 + 5, of 2 × (16 + 2 + 4 − 1).
    assert counts(found, "unit", "AU-1") == (11, 42)


def test_a_street_unit_is_asked_what_its_level_is_asked() -> None:
    found = papers(doc(unit_code="AU-s1"))

    of_street = found.evidence.filter(pl.col("subject_id").str.starts_with("AU-s1:"))
    assert len(of_street) == 15
    assert "AU-s1:J11" not in of_street["subject_id"].to_list()
    assert set(of_street["levels"].explode()) == {"street_unit"}
    assert counts(found, "street_unit", "AU-s1") == (2, 30)
    assert counts(found, "unit", "AU-1") == (0, 32)
    assert counts(found) == (0, 64)


@pytest.mark.parametrize(
    ("values", "is_valid"),
    [
        ({"issued_on": day(30)}, True),
        ({"issued_on": date(2026, 5, 1)}, False),
        ({"expires_on": day(1)}, False),  # no longer valid on the first day
        ({"expires_on": day(2)}, True),
    ],
)
def test_a_document_must_be_valid_in_the_month(
    values: dict[str, Any], is_valid: bool
) -> None:
    other = doc(institution_doc_id="d9", item_code="J02", verdict_code="MISSING")

    found = papers(doc(**values), other)

    assert counts(found, "unit", "AU-1") == (2 * is_valid, 32)


def test_the_latest_document_judges_and_equal_days_go_by_the_id() -> None:
    later = doc(institution_doc_id="d0", issued_on=day(2), verdict_code="PARTIAL")
    same = doc(institution_doc_id="d2", verdict_code=None)

    assert counts(papers(doc(), later), "unit", "AU-1") == (1, 32)
    assert missed(papers(doc(), same), "AU-1:J01") == "NOT_YET_CHECKED"


def test_an_item_of_each_month_needs_a_document_of_that_month() -> None:
    march = doc(item_code="J10", period_month="2026-03")
    april = doc(institution_doc_id="d2", item_code="J11", period_month="2026-04")

    found = papers(march, april)

    assert missed(found, "AU-1:J10") == "NO_DOCUMENT"
    assert verdict(found, "AU-1:J11") is True


def test_where_no_document_ever_came_there_is_no_data() -> None:
    found = papers(doc(issued_on=date(2026, 5, 1)))

    assert counts(found) == (0, 0)
    assert found.figures["value_share"].null_count() == len(found.figures)
    assert beside(found, "NO_PAPERS") == 32


def test_items_due_in_the_month_and_those_done_by_now() -> None:
    found = meetings(
        {"meeting_item_id": "m1", "due_on": day(10), "done_on": day(9)},
        {"meeting_item_id": "m2", "due_on": day(30), "done_on": date(2026, 5, 20)},
        {"meeting_item_id": "m3", "due_on": day(1), "done_on": date(2026, 6, 2)},
        {"meeting_item_id": "m4", "due_on": day(5)},
        {"meeting_item_id": "m5"},
        {"meeting_item_id": "m6", "due_on": date(2026, 5, 1), "done_on": day(9)},
    )

    assert counts(found) == (2, 4)  # known on 1 June: m3 is not done yet
    assert beside(found, "DONE_LATE") == 1
    assert verdict(found, "m5") == "NO_DUE_DATE"
    assert missed(found, "m3") == missed(found, "m4") == "ITEM_NOT_DONE"
    assert "m6" not in found.evidence["subject_id"].to_list()


def test_in_a_running_month_only_what_has_fallen_due_counts() -> None:
    as_of = datetime(2026, 4, 10, 4, tzinfo=UTC)

    found = meetings(
        {"meeting_item_id": "m1", "due_on": day(10)},
        {"meeting_item_id": "m2", "due_on": day(11), "done_on": day(2)},
        as_of=as_of,
    )

    assert counts(found) == (0, 1)
    assert verdict(found, "m2") == "NOT_YET_DUE"


def test_an_item_counts_for_the_responsible_unit_else_for_the_host() -> None:
    found = meetings(
        {"meeting_item_id": "m1", "due_on": day(10), "responsible_org_id": "o2"},
        {"meeting_item_id": "m2", "due_on": day(10), "responsible_org_id": "stranger"},
        {"meeting_item_id": "m3", "due_on": day(10), "responsible_org_id": None},
    )

    assert counts(found, "unit", "AU-2") == (0, 1)
    assert counts(found, "unit", "AU-1") == (0, 2)
