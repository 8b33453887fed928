"""Traps of figures, T51 to T60."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from support.metric_frames import (
    MEMBERS,
    SINCE,
    UNITS,
    beside,
    case,
    compute,
    counts,
    missed,
    review,
    verdict,
)
from support.trap_partner import cases, csv, looked, opened, partner, taken

from hub.flow.figures import compute as published_figures
from hub.flow.published import published
from hub.flow.release import make_release
from hub.metrics.calibers import CALIBERS
from hub.metrics.registry import METRICS, usual
from hub.pipeline.cells import read_numbers
from hub.pipeline.validate import find_failures
from hub.schemas import Dataset, dataset
from hub.schemas.fields import Share, field
from hub.schemas.model import HubModel, facts
from hub.schemas.rules import RULES

LOOP, ON_TIME = "closed_loop_rate", "on_time_handling_rate"


def test_t51_nothing_over_nothing_has_no_share() -> None:
    found = compute(ON_TIME, [case(stage_code="CANCELLED")])

    city = found.figures.filter(level="city").row(0, named=True)
    assert (city["numerator"], city["denominator"]) == (0, 0)
    assert city["value_share"] is None
    full = usual(compute(ON_TIME, [case()]).figures).filter(level="city")
    assert full["value_share"].to_list() == [Decimal("1.000000")]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("98.4%", "percent", "0.984000"),
        ("98.4", "percent", "0.984000"),
        ("0.984", "fraction", "0.984000"),
        ("98.4", "fraction", "98.400000"),
    ],
)
def test_t52_a_share_is_read_in_its_declared_unit(
    text: str, unit: str, value: str
) -> None:
    read = read_numbers(pl.Series([text, "满"]), "share", unit)

    assert read.values.to_list() == [Decimal(value), None]
    faults = {rule: rows.to_list() for rule, rows in read.faults}
    assert faults["P04"] == [False, True]


class Opening(HubModel):
    """A dataset made up for this test: none has a delivered share yet."""

    open_share: Share = field("开放率", at_least=0, at_most=1)

    class Config:
        """Facts of the dataset as a whole."""

        name = "opening"
        title = "开放率"
        metadata = facts(
            topic="areas",
            grain="one row",
            key=("open_share",),
            history="static",
            share="OPEN",
        )


def test_t52_a_share_above_one_keeps_the_row_out() -> None:
    opening = Dataset.of(Opening)
    shares = read_numbers(pl.Series(["98.4", "0.984"]), "share", "fraction").values
    rows = pl.DataFrame({"__row": [1, 2], "open_share": shares}).with_columns(
        pl.lit(None, dtype=column.dtype).alias(column.name)
        for column in opening.provenance
    )

    found = find_failures(opening, rows)

    told = found.filter(column="open_share").select("row", "rule").rows()
    assert told == [(1, "P17")]
    assert RULES["P17"].severity == "reject"


def test_t53_what_comes_late_is_in_the_next_release_only(tmp_path: Path) -> None:
    house = opened(tmp_path, partner(cases()))
    drop = tmp_path / "drop"
    (drop / "cases_1.csv").write_bytes(csv({}))
    taken(house)
    frozen = make_release(house)
    (drop / "cases_2.csv").write_bytes(
        csv({"编号": "A2", "上报": "2026-09-30 23:00:00"})
    )
    late = taken(house)
    newer = make_release(house)

    assert late.counts == (1, 1, 0, 0)
    rows = []
    for release in (frozen, newer):
        (pinned,) = [one for one in release.datasets if one.dataset == "issue"]
        seen = published(house, dataset("issue"), version=pinned.version)
        rows.append((pinned.rows, sorted(seen["source_id"])))
    assert rows == [(1, ["A1"]), (2, ["A1", "A2"])]
    assert frozen.digest != newer.digest


def member(
    unit: str, place: str, kind: str = "DIVISION", **when: date
) -> dict[str, object]:
    return {
        "unit_code": unit,
        "member_kind_code": kind,
        "member_id": place,
        "valid_from_on": SINCE,
        **when,
    }


def test_t54_a_month_is_ranked_by_the_membership_of_its_last_day() -> None:
    merged = date(2026, 5, 10)
    members = [
        member("AU-1", "s1", valid_to_on=merged),
        member("AU-2", "s1", valid_from_on=merged),
    ]
    may = datetime(2026, 5, 3, 4, tzinfo=UTC)
    found = compute(
        ON_TIME,
        [case(), case(issue_id="i2", deadline_at=may)],
        members=members,
        periods=["2026-04", "2026-05"],
    )

    units = found.figures.filter(level="unit").select(
        "period", "unit_code", "denominator"
    )
    assert set(units.rows()) == {
        ("2026-04", "AU-1", 1),
        ("2026-04", "AU-2", 0),
        ("2026-05", "AU-1", 0),
        ("2026-05", "AU-2", 1),
    }


def test_t55_a_station_is_a_unit_by_its_area() -> None:
    station = {
        "unit_code": "AU-S",
        "level_code": "DISTRICT_UNIT",
        "valid_from_on": SINCE,
    }
    found = compute(
        ON_TIME,
        [case(area_id="hall"), case(issue_id="i2")],
        units=[*UNITS, station],
        members=[*MEMBERS, member("AU-S", "hall", "AREA")],
    )

    assert counts(found, "unit", "AU-S") == (1, 1)
    assert counts(found, "unit", "AU-1") == (1, 1)
    assert counts(found, "street", "s1") == (2, 2)
    assert counts(found) == (2, 2)


def test_t56_one_pothole_of_two_partners_counts_once(tmp_path: Path) -> None:
    told = 'same_as = { field = "热线编号", ref = "issue", partner = "hotline" }'
    due = {"source_deadline_at": '"时限"', "dispatched_at": '"上报"'}
    house = opened(
        tmp_path,
        partner(cases('files = "hot_*.csv"', **due), id_="hotline"),
        partner(cases('files = "dis_*.csv"', feed=told, **due)),
    )
    rows = [{"编号": key, "时限": "2026-10-02 08:00:00"} for key in ("A1", "H7", "H8")]
    (tmp_path / "drop" / "dis_1.csv").write_bytes(csv(rows[0] | {"热线编号": "H7"}))
    (tmp_path / "drop" / "hot_1.csv").write_bytes(csv(*rows[1:]))

    one = taken(house)

    ids = dict(one.rows().select("source_id", "issue_id").rows())
    assert one.column("duplicate_of_id") == [ids["H7"], None, None]
    found = published_figures(house, metrics=[ON_TIME])
    assert counts(found) == (0, 2)
    assert verdict(found, ids["A1"]) == "DUPLICATE"


def test_t58_closed_is_not_fixed_until_a_check_says_so() -> None:
    closed = [case(issue_id=f"i{n}") for n in (1, 2, 3)]
    checks = [
        review(),
        review(review_id="r2", issue_id="i2", result_code="FAIL"),
    ]

    found = compute(LOOP, closed, checks)

    assert counts(found) == (1, 3)
    assert (missed(found, "i2"), missed(found, "i3")) == (
        "REVIEW_FAILED",
        "NOT_REVIEWED",
    )


def test_t58_cases_that_came_back_have_a_share_of_their_own(tmp_path: Path) -> None:
    told = {
        "source_deadline_at": '"时限"',
        "rework_count": '"返工"',
        "handled_at": '"处置"',
        "dispatched_at": '"上报"',
    }
    house = opened(tmp_path, partner(cases(**told)))
    done = {"时限": "2026-10-02 08:00:00", "处置": "2026-10-01 10:00:00"}
    rows = [done | {"编号": f"A{n}", "返工": str(n % 2)} for n in range(4)]
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))
    taken(house)

    found = published_figures(house, metrics=["rework_rate"])

    assert counts(found) == (2, 4)


def test_t59_a_figure_carries_what_it_was_counted_by() -> None:
    found = compute(LOOP, [case()], [review()], calibers=("SU-3",))

    city = found.figures.filter(level="city").row(0, named=True)
    one = METRICS[city["metric"]]
    assert (city["version"], city["basis"]) == (one.version, one.basis)
    assert "SU-3" in city["calibers"]
    assert all(CALIBERS[id_].text_zh for id_ in city["calibers"])
    assert (city["period"], city["denominator"]) == ("2026-04", 1)
    for entry in METRICS.values():
        assert all((entry.formula_zh, entry.numerator_zh, entry.denominator_zh))


def test_t60_cases_without_a_deadline_are_on_time_and_shown() -> None:
    rows = [case(), case(issue_id="i2", deadline_at=None)]

    found = compute(ON_TIME, rows)
    strict = compute(ON_TIME, rows, calibers=("MD-2",))

    assert counts(found) == (2, 2)
    assert beside(found, "WITHOUT_DEADLINE") == 1
    assert counts(strict) == (1, 1)


def test_t60_a_jump_of_cases_without_a_deadline_is_an_alarm(tmp_path: Path) -> None:
    text = partner(cases(source_deadline_at='"时限"'))
    seen = []
    for day in range(14, 19):  # Monday to Friday; on Friday no deadline comes
        due = "" if day == 18 else f"2026-09-{day + 2} 08:00:00"
        told = {"更新": f"2026-09-{day} 12:00:00", "上报": f"2026-09-{day} 08:00:00"}
        rows = [told | {"编号": f"{day}-{n}", "时限": due} for n in range(20)]
        house = opened(tmp_path, text, now=datetime(2026, 9, day, 14, tzinfo=UTC))
        (tmp_path / "drop" / f"cases_{day}.csv").write_bytes(csv(*rows))
        taken(house)
        seen.append(looked(house, house.now() + timedelta(hours=4)).get("A15"))

    assert seen[:4] == [None] * 4
    assert seen[4] is not None
    assert (seen[4].seen["lacking"], seen[4].seen["usual"]) == (20, "0%")
