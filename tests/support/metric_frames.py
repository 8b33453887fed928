"""A small city for metrics: rows of the canonical datasets with sane defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.flags import FlagRules, build_flags
from hub.metrics.levels import Places
from hub.metrics.registry import metric
from hub.schemas.code_lists import source_channels, stages

WUHAN = ZoneInfo("Asia/Shanghai")
INSTANT = pl.Datetime("us", "UTC")
ISSUE = {
    "issue_id": pl.String,
    "source_channel_code": pl.String,
    "area_id": pl.String,
    "district_code": pl.String,
    "street_code": pl.String,
    "chief_person_id": pl.String,
    "stage_code": pl.String,
    "handling_mode_code": pl.String,
    "std_category_kind_code": pl.String,
    "std_category_code": pl.String,
    "reported_at": INSTANT,
    "registered_at": INSTANT,
    "dispatched_at": INSTANT,
    "handled_at": INSTANT,
    "checked_at": INSTANT,
    "closed_at": INSTANT,
    "fed_back_at": INSTANT,
    "deadline_at": INSTANT,
    "bundle_deadline_at": INSTANT,
    "is_suspended": pl.Boolean,
    "has_appeal_exemption": pl.Boolean,
    "close_type_code": pl.String,
    "duplicate_of_id": pl.String,
}
REVIEW = {
    "review_id": pl.String,
    "issue_id": pl.String,
    "attempt_seq": pl.Int64,
    "review_kind_code": pl.String,
    "done_at": INSTANT,
    "result_code": pl.String,
}
HANDLING = {"issue_id": pl.String, "attempt_seq": pl.Int64}
UNIT = {
    "unit_code": pl.String,
    "level_code": pl.String,
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}
MEMBER = {
    "unit_code": pl.String,
    "member_kind_code": pl.String,
    "member_id": pl.String,
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}
DIVISION = {
    "division_code": pl.String,
    "level_code": pl.String,
    "parent_code": pl.String,
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}
SINCE = date(2021, 8, 31)
UNITS = [
    {"unit_code": code, "level_code": "DISTRICT_UNIT", "valid_from_on": SINCE}
    for code in ("AU-1", "AU-2")
]
MEMBERS = [
    {
        "unit_code": unit,
        "member_kind_code": "DIVISION",
        "member_id": street,
        "valid_from_on": SINCE,
    }
    for unit, street in (("AU-1", "s1"), ("AU-2", "s2"))
]
DIVISIONS = [
    {
        "division_code": code,
        "level_code": level,
        "parent_code": parent,
        "valid_from_on": SINCE,
    }
    for code, level, parent in (
        ("d1", "DISTRICT", "c"),
        ("d2", "DISTRICT", "c"),
        ("s1", "STREET", "d1"),
        ("s2", "STREET", "d2"),
    )
]
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


def april(day: int, hour: int = 12) -> datetime:
    """An hour of a day of April 2026 in Wuhan."""
    return datetime(2026, 4, day, hour, tzinfo=WUHAN)


def case(**values: Any) -> dict[str, Any]:
    """A road chief's case, due on 20 April, whose loop is closed."""
    return {
        "issue_id": "i1",
        "source_channel_code": "LZZ",
        "street_code": "s1",
        "stage_code": "CLOSED",
        "handling_mode_code": "DISPATCHED",
        "reported_at": april(10),
        "registered_at": april(11),
        "dispatched_at": april(12),
        "handled_at": april(13),
        "checked_at": april(14),
        "closed_at": april(15),
        "deadline_at": april(20),
        "is_suspended": False,
        "has_appeal_exemption": False,
        **values,
    }


def review(**values: Any) -> dict[str, Any]:
    """A check of the first attempt that passed."""
    return {
        "review_id": "r1",
        "issue_id": "i1",
        "attempt_seq": 1,
        "review_kind_code": "CHECK",
        "done_at": april(14),
        "result_code": "PASS",
        **values,
    }


def places_of(
    *,
    units: Iterable[Mapping[str, Any]] = UNITS,
    members: Iterable[Mapping[str, Any]] = MEMBERS,
    divisions: Iterable[Mapping[str, Any]] = DIVISIONS,
) -> Places:
    """Units, members and divisions given as dictionaries."""
    return Places(
        units=pl.DataFrame(list(units), schema=UNIT),
        members=pl.DataFrame(list(members), schema=MEMBER),
        divisions=pl.DataFrame(list(divisions), schema=DIVISION),
    )


def compute(
    name: str,
    issues: Iterable[Mapping[str, Any]],
    reviews: Iterable[Mapping[str, Any]] = (),
    handlings: Iterable[Mapping[str, Any]] = (),
    *,
    rules: FlagRules | None = None,
    periods: Iterable[str] = ("2026-04",),
    units: Iterable[Mapping[str, Any]] = UNITS,
    members: Iterable[Mapping[str, Any]] = MEMBERS,
    divisions: Iterable[Mapping[str, Any]] = DIVISIONS,
    closed_at_source: Iterable[str] = (),
    **terms: Any,
) -> Figures:
    """One metric over rows given as dictionaries."""
    flags = build_flags(
        pl.DataFrame(list(issues), schema=ISSUE),
        pl.DataFrame(list(reviews), schema=REVIEW),
        pl.DataFrame(list(handlings), schema=HANDLING),
        stages=stages(),
        channels=source_channels(),
        rules=rules or FlagRules(),
        closed_at_source=tuple(closed_at_source),
    )
    return compute_figures(
        {"issue": flags},
        places_of(units=units, members=members, divisions=divisions),
        metrics=[metric(name)],
        periods=periods,
        terms=Terms(zone="Asia/Shanghai", as_of=AS_OF, **terms),
    )


def counts(found: Figures, level: str = "city", unit: str | None = None) -> Any:
    """(numerator, denominator) of one level in the only month."""
    rows = found.figures.filter(
        (pl.col("level") == level) & pl.col("unit_code").eq_missing(pl.lit(unit))
    )
    return rows.select("numerator", "denominator").row(0)


def verdict(found: Figures, subject: str = "i1") -> Any:
    """True or false for a row of the denominator, else why it is left out."""
    row = _row(found, subject)
    return row["left_out_reason"] or row["is_numerator"]


def missed(found: Figures, subject: str = "i1") -> Any:
    """Why a row of the denominator is not in the numerator."""
    return _row(found, subject)["missed_reason"]


def _row(found: Figures, subject: str) -> dict[str, Any]:
    rows = found.evidence.filter(pl.col("subject_id") == subject)
    assert len(rows) == 1
    return rows.row(0, named=True)


def beside(found: Figures, reason: str, level: str = "city") -> int:
    """How many rows of a level are shown under a reason."""
    rows = found.beside.filter(
        (pl.col("level") == level) & (pl.col("reason") == reason)
    )
    return int(rows["case_count"].sum())
