"""Every caliber on twelve cases, worked out by hand from the definitions.

The table below is the whole world: each case is told by what sets it apart, and each
expectation names the cases by their letters.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from support.case_frames import count_loop, loop_of

from hub.metrics.calibers import CALIBERS, in_force, others, settled
from hub.metrics.registry import METRICS, metric
from hub.metrics.variants import variants

COHORT = dict.fromkeys(("in_reported", "in_registered", "in_due"), True)
PASSED = {
    "REPORTED": (),
    "ACCEPTED": ("accept",),
    "REGISTERED": ("accept", "register", "need_dispatch"),
}
PASSED["DISPATCHED"] = (*PASSED["REGISTERED"], "dispatch", "need_dispose", "to_dispose")
PASSED["HANDLED"] = (*PASSED["REGISTERED"], "dispatch", "need_dispose", "dispose")
PASSED["CLOSED"] = (*PASSED["HANDLED"], "archive")


def a_case(key: str, stage: str, *flags: str, **values: Any) -> dict[str, Any]:
    return {
        "issue_id": key,
        "in_population": True,
        **COHORT,
        **dict.fromkeys((*PASSED[stage], *flags), True),
        **values,
    }


ON_TIME = ("done_in_limit", "closed_in_limit")
TWELVE = [
    a_case("a", "CLOSED", *ON_TIME, handle_minutes=10, handle_shift_minutes=5),
    # handled in time, closed after the closing limit
    a_case("b", "CLOSED", "done_in_limit", handle_minutes=30, handle_shift_minutes=9),
    # handled late, closed within the (later) closing limit
    a_case("c", "CLOSED", "closed_in_limit", "rework", handle_minutes=80),
    # late, with a granted appeal
    a_case("d", "CLOSED", "exempt"),
    a_case("e", "HANDLED", "done_in_limit", "close_limit_passed", "rework"),
    # not handled: overdue; in time; suspended and overdue; exempt and overdue
    a_case("f", "DISPATCHED", "overdue_now", "close_limit_passed"),
    a_case("g", "DISPATCHED"),
    a_case("h", "DISPATCHED", "overdue_now", "hang", "close_limit_passed"),
    a_case("i", "DISPATCHED", "overdue_now", "exempt", "close_limit_passed"),
    a_case("j", "REGISTERED", "without_deadline", in_due=False, in_due_instead=True),
    a_case("k", "ACCEPTED", "without_deadline", in_due=False),
    # no deadline, closed
    a_case(
        "l", "CLOSED", "without_deadline", "without_close_limit",
        in_due=False, in_due_instead=True,
    ),
]  # fmt: skip


def counted(name: str, *calibers: str, basis: Any = None) -> tuple[str, str]:
    """Letters of the numerator and of the denominator."""
    loop = loop_of(TWELVE).with_columns(registered_at="reported_at")
    found = count_loop(loop, [metric(name)], calibers=calibers, basis=basis)
    rows = found.evidence.filter(pl.col("left_out_reason").is_null())
    part = rows.filter("is_numerator")["subject_id"].sort()
    whole = rows["subject_id"].sort()
    city = found.figures.filter(pl.col("by").is_null(), level="city")
    if metric(name).value == "share":
        assert city.select("numerator", "denominator").row(0) == (len(part), len(whole))
    return "".join(part), "".join(whole)


@pytest.mark.parametrize(
    ("name", "calibers", "part", "whole"),
    [
        # 应结案: handled abcdel, and f and h overdue; i is spared by its appeal
        ("closing_rate", ("SC-A",), "abcdl", "abcdefhl"),
        ("closing_rate", ("SC-A", "AP-2"), "abcdl", "abcdefhil"),
        # registered abcdefghijl, less g and i that wait and are not overdue
        ("closing_rate", ("SC-B",), "abcdl", "abcdefhjl"),
        ("closing_rate", ("SC-C",), "abcdl", "abcdel"),
        # closed, or the closing limit passed: efhi
        ("closing_rate", ("SC-D",), "abcdl", "abcdefhil"),
        # h is suspended: out of every denominator, or taken off those registered
        ("closing_rate", ("SU-1",), "abcdl", "abcdefl"),
        ("closing_rate", ("SC-B", "SU-2"), "abcdl", "abcdefjl"),
        ("closing_rate", ("SC-B", "SU-3"), "abcdl", "abcdefhjl"),
        # 按期结案: handled in time; d by its appeal, l for want of a deadline
        ("on_time_closing_rate", ("OC-A",), "abdl", "abcdefhl"),
        ("on_time_closing_rate", ("OC-A", "AP-2"), "abl", "abcdefhil"),
        ("on_time_closing_rate", ("OC-A", "MD-2"), "abd", "abcdefh"),
        # by the closing limit: c too, b no longer
        ("on_time_closing_rate", ("OC-B",), "acdl", "abcdefhl"),
        ("on_time_closing_rate", ("OC-B", "MD-2"), "acd", "abcdefh"),
        ("overdue_closing_rate", ("OC-A",), "c", "abcdefhl"),
        ("overdue_closing_rate", ("OC-B",), "b", "abcdefhl"),
        ("overdue_closing_rate", ("AP-2",), "cd", "abcdefhil"),
        # 返工: c and e
        ("rework_rate", ("RW-1",), "ce", "abcdefhl"),
        ("rework_rate", ("RW-2",), "ce", "abcdel"),
        ("rework_rate", ("RW-3",), "ce", "abcdefghijl"),
        ("rework_rate", ("RW-3", "SU-2"), "ce", "abcdefgijl"),
        # 处置: dispatched are abcdefghil
        ("handling_rate", (), "abcdel", "abcdefghil"),
        ("handling_rate", ("SU-1",), "abcdel", "abcdefgil"),
        ("on_time_handling_rate", (), "abdel", "abcdefghil"),
        ("on_time_handling_rate", ("AP-2",), "abel", "abcdefghil"),
        ("on_time_handling_rate", ("MD-2",), "abde", "abcdefghi"),
        ("overdue_handling_rate", (), "c", "abcdefghil"),
        ("overdue_handling_rate", ("AP-2",), "cd", "abcdefghil"),
        # a suspended case is never overdue and waiting
        ("overdue_pending_rate", (), "f", "abcdefghil"),
        ("overdue_pending_rate", ("AP-2",), "fi", "abcdefghil"),
        # the loop: suspended ones are out by SU-1, which is its default
        ("first_pass_rate", (), "abdl", "abcdl"),
        ("suspended_share", (), "h", "abcdefghijl"),
        ("suspended_share", ("SU-1",), "", "abcdefgijl"),
    ],
)
def test_each_caliber_counts_as_worked_out(
    name: str, calibers: tuple[str, ...], part: str, whole: str
) -> None:
    assert counted(name, *calibers) == (part, whole)


@pytest.mark.parametrize(
    ("calibers", "whole"),
    [
        (("RG-1",), "abcdefghijkl"),
        (("RG-2",), "abcdefghijkl"),
        (("RG-3",), "abcdefghijl"),
    ],
)
def test_registration_has_three_denominators(
    calibers: tuple[str, ...], whole: str
) -> None:
    assert counted("registration_rate", *calibers) == ("abcdefghijl", whole)


def test_a_reported_case_that_was_not_accepted_tells_rg_1_from_rg_2() -> None:
    loop = loop_of([*TWELVE, a_case("m", "REPORTED")])
    for caliber, whole in (("RG-1", 12), ("RG-2", 13), ("RG-3", 11)):
        found = count_loop(loop, [metric("registration_rate")], calibers=(caliber,))
        city = found.figures.filter(pl.col("by").is_null(), level="city")
        assert city.select("numerator", "denominator").row(0) == (11, whole)


@pytest.mark.parametrize(
    ("basis", "md", "whole"),
    [
        ("reported_in_period", "MD-1", "abcdefghil"),
        ("due_in_period", "MD-1", "abcdefghil"),
        ("due_in_period", "MD-2", "abcdefghi"),
        ("closed_in_period", "MD-1", ""),
    ],
)
def test_a_case_without_a_deadline_falls_due_by_md_1_only(
    basis: str, md: str, whole: str
) -> None:
    assert counted("handling_rate", md, basis=basis)[1] == whole


@pytest.mark.parametrize(
    ("calendar", "kind", "total", "count", "value"),
    [
        ("CB-1", "mean", 120, 3, "40.000"),
        ("CB-2", "mean", 14, 2, "7.000"),
        ("CB-1", "p50", 30, 3, "30.000"),  # rank ⌈0.5 · 3⌉ = 2
        ("CB-1", "p90", 80, 3, "80.000"),  # rank ⌈0.9 · 3⌉ = 3
        ("CB-2", "p50", 5, 2, "5.000"),  # rank ⌈0.5 · 2⌉ = 1
        ("CB-2", "p90", 9, 2, "9.000"),
    ],
)
def test_durations_follow_the_calendar(
    calendar: str, kind: str, total: int, count: int, value: str
) -> None:
    found = count_loop(
        loop_of(TWELVE), [metric(f"dispatched_handle_{kind}")], calibers=(calendar,)
    )
    city = found.figures.filter(pl.col("by").is_null(), level="city")

    told = city.select("numerator", "denominator", pl.col("value_number").cast(str))
    assert told.row(0) == (total, count, value)
    assert city["value_share"].item() is None


def test_du_1_counts_what_has_an_earlier_like_it() -> None:
    rows = [a_case("a", "CLOSED"), a_case("b", "CLOSED", "similar_earlier")]
    found = count_loop(loop_of(rows), [metric("repeat_rate")])

    assert found.figures["numerator"][0] == 1
    assert "DU-1" in found.figures["calibers"][0]


def test_closed_after_an_appeal_is_shown_beside() -> None:
    found = count_loop(loop_of(TWELVE), [metric("on_time_closing_rate")])
    beside = dict(
        found.beside.filter(level="city").select("reason", "case_count").rows()
    )

    assert beside["CLOSED_LATE_AFTER_APPEAL"] == 1
    assert beside["WITHOUT_DEADLINE"] == 1
    assert beside["NOT_TO_BE_CLOSED"] == 3  # g, i and j


def test_every_family_of_a_metric_is_varied_under_every_basis() -> None:
    found = variants(metric("on_time_closing_rate"), every=True)

    # 1 + 3 SC + 2 SU + 1 MD + 1 AP + 1 OC, times four
    assert len(found) == len(set(found)) == 9 * 4
    assert [one.is_chosen for one in found].count(True) == 1
    assert {one.basis for one in found} == {
        f"{what}_in_period" for what in ("reported", "registered", "due", "closed")
    }


def test_families_and_choices() -> None:
    assert others("SC-B") == ("SC-A", "SC-C", "SC-D")
    assert in_force(("FLAGS-EG", "SU-3"), ("SU-1", "RW-2")) == ("FLAGS-EG", "SU-1")
    assert settled(("SU-1",)) == (
        "SC-A", "OC-A", "RW-1", "RG-1", "AP-1", "SU-1", "MD-1", "CB-1",
    )  # fmt: skip
    assert all(one.text_zh and one.text_en and one.source for one in CALIBERS.values())
    assert len({one.id for one in CALIBERS.values()}) == len(CALIBERS)
    for one in METRICS.values():
        families = [id_.partition("-")[0] for id_ in one.calibers]
        assert len(set(families)) == len(families)
