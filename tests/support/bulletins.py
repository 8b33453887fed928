"""A month of three districts and a zone without data, for tests of the bulletin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from hub.bulletin.content import (
    BESIDE_COLUMNS,
    BROKEN_COLUMNS,
    EXCEPTION_COLUMNS,
    FIGURE_COLUMNS,
    ITEM_COLUMNS,
    TOTAL_COLUMNS,
    BulletinContent,
    Head,
    nothing,
)

PERIOD = "2026-10"
LEVEL = "DISTRICT_UNIT"
UNITS = {"AU-A": "东区", "AU-B": "西区", "AU-C": "北区", "AU-Z": "新区管委会"}
HEAD = Head(
    city_zh="小城",
    city_en="Small City",
    period=PERIOD,
    level=LEVEL,
    revision=2,
    release="r000012",
    as_of=datetime(2026, 11, 20, 4, tzinfo=UTC),
    zone="Asia/Shanghai",
    made_at=datetime(2026, 12, 5, 1, 30, tzinfo=UTC),
    author="考核办",
    approver=None,
    reason="补录申诉",
    policy_id="default-district",
    policy_version="1",
    policy_zh="路长制月度考核办法",
    policy_en="Monthly assessment",
    approved_by=None,
)


def frame(columns: Any, *rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of a frame of the content; what a row does not name is null."""
    filled = [{name: row.get(name) for name in columns} for row in rows]
    return pl.DataFrame(filled, schema=dict(columns))


def total(
    unit: str, points: str | None, rank: int | None, **more: Any
) -> dict[str, Any]:
    """One row of totals."""
    return {
        "period": PERIOD,
        "level": LEVEL,
        "group_code": "CENTRAL",
        "unit_code": unit,
        "points": None if points is None else Decimal(points),
        "rank": rank,
    } | more


def item(unit: str, numerator: int | None, denominator: int | None) -> dict[str, Any]:
    """One row of items: 闭环率 at 60 points."""
    share = (
        (Decimal(numerator or 0) / denominator).quantize(Decimal("0.000001"))
        if denominator
        else None
    )
    return {
        "period": PERIOD,
        "level": LEVEL,
        "group_code": "CENTRAL",
        "unit_code": unit,
        "dimension": "loop",
        "item": "closed_loop_rate",
        "kind": "rate",
        "numerator": numerator,
        "denominator": denominator,
        "value": share,
        "points": None if share is None else (share * 60).quantize(Decimal("0.001")),
        "note_zh": "" if share is not None else "没有应闭环案件",
        "note_en": "" if share is not None else "no loop was due",
    }


def figure(level: str, unit: str | None, numerator: int, denominator: int) -> Any:
    """闭环率 under its own calibers and basis."""
    share = Decimal(numerator) / denominator if denominator else None
    return {
        "metric": "closed_loop_rate",
        "version": 1,
        "calibers": ["FLAGS-EG", "MD-1", "SU-1"],
        "basis": "due_in_period",
        "period": PERIOD,
        "level": level,
        "unit_code": unit,
        "numerator": numerator,
        "denominator": denominator,
        "value_share": share and share.quantize(Decimal("0.000001")),
    }


def case(
    number: int, unit: str | None, link: str, limit: bool = True
) -> dict[str, Any]:
    """One broken loop."""
    at = datetime(2026, 10, 3, 2, tzinfo=UTC) + timedelta(hours=number)
    return {
        "issue_id": f"i{number:04d}",
        "unit_code": unit,
        "street_code": "420102001",
        "category": "EVENT:0101",
        "reported_at": at,
        "limit_at": at + timedelta(days=2) if limit else None,
        "first_missing_link": link,
    }


def small_month() -> BulletinContent:
    """Three districts in ranks 1, 2, 2 and a zone without any data."""
    dims = [
        total("AU-A", "54.000", None, dimension="loop"),
        total("AU-B", "45.000", None, dimension="loop"),
        total("AU-C", "45.000", None, dimension="loop"),
        total("AU-Z", None, None, dimension="loop"),
    ]
    figures = frame(
        FIGURE_COLUMNS,
        figure("city", None, 48, 60),
        figure("unit", "AU-A", 18, 20),
        figure("unit", "AU-B", 15, 20),
        figure("unit", "AU-C", 15, 20),
        figure("unit", "AU-Z", 0, 0),
        figure("city", None, 50, 62) | {"calibers": ["FLAGS-EG", "MD-2", "SU-1"]},
    )
    earlier = [
        total("AU-A", "50.000", 2, period="2026-09"),
        total("AU-B", "52.500", 1, period="2026-09"),
        total("AU-C", None, None, period="2026-09"),
        total("AU-A", "40.000", 1, period="2026-08"),
        total("AU-C", "39.125", 2, period="2026-08"),
    ]
    links = ["NOT_HANDLED"] * 2 + ["NOT_REVIEWED"] * 3 + ["NOT_CLOSED"] * 5
    units = ["AU-A"] * 2 + ["AU-B"] * 4 + ["AU-C"] * 3 + [None]
    broken = [
        case(number, unit, link, limit=number != 1)
        for number, (unit, link) in enumerate(zip(units, links, strict=True))
    ]
    return BulletinContent(
        head=HEAD,
        figures=figures,
        items=frame(
            ITEM_COLUMNS,
            item("AU-A", 18, 20),
            item("AU-B", 15, 20),
            item("AU-C", 15, 20),
            item("AU-Z", 0, 0),
        ),
        totals=frame(
            TOTAL_COLUMNS,
            total("AU-A", "54.000", 1),
            total("AU-B", "45.000", 2),
            total("AU-C", "45.000", 2),
            total("AU-Z", None, None, not_ranked_reason="NO_DENOMINATOR"),
            *dims,
        ),
        beside=frame(
            BESIDE_COLUMNS,
            {
                "metric": "closed_loop_rate",
                "basis": "due_in_period",
                "level": "city",
                "reason": "SUSPENDED",
                "case_count": 4,
            },
        ),
        exceptions=frame(
            EXCEPTION_COLUMNS,
            {
                "period": PERIOD,
                "kind": "R36",
                "unit_code": "AU-B",
                "subject": "area",
                "subject_id": "a1",
                "since_on": date(2026, 9, 1),
                "amount": 61,
                "note_zh": "空岗",
                "note_en": "vacant",
            },
        ),
        broken=frame(BROKEN_COLUMNS, *broken),
        earlier=frame(TOTAL_COLUMNS, *earlier),
        quarantined={"issue": 7, "area": 0},
        names={
            **{("unit", code): name for code, name in UNITS.items()},
            ("street", "420102001"): "东区一街",
        },
        labels={
            ("exception", "R36"): ("路长空岗", "post of a road chief vacant"),
            ("category", "EVENT:0101"): ("暴露垃圾", "litter"),
        },
    )


def empty_month() -> BulletinContent:
    """A draft of a month of which nothing came."""
    return BulletinContent(
        head=replace(HEAD, revision=None, made_at=None, author=None, reason=None),
        figures=nothing(FIGURE_COLUMNS),
        items=nothing(ITEM_COLUMNS),
        totals=nothing(TOTAL_COLUMNS),
        beside=nothing(BESIDE_COLUMNS),
        exceptions=nothing(EXCEPTION_COLUMNS),
        broken=nothing(BROKEN_COLUMNS),
        earlier=nothing(TOTAL_COLUMNS),
    )
