"""按期处置率 against cases worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.metric_frames import april, beside, case, compute, counts, missed, verdict

from hub.metrics.figures import Figures

NAME = "on_time_handling_rate"


def run(*issues: dict[str, Any], **more: Any) -> Figures:
    return compute(NAME, issues, **more)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"handled_at": april(20)}, True),  # the very instant is in time
        ({"handled_at": april(20) + timedelta(microseconds=1)}, False),
        ({"bundle_deadline_at": april(12)}, False),  # the bundle comes first
        ({"handled_at": april(21), "bundle_deadline_at": april(25)}, True),
        ({"handled_at": None}, True),  # closed_at stands in
        ({"handled_at": None, "closed_at": april(21)}, False),
        ({"handled_at": None, "closed_at": None}, False),
        ({"stage_code": "HANDLING"}, False),
        ({"stage_code": "HANDLED"}, True),
        ({"handled_at": april(25), "has_appeal_exemption": True}, True),
        ({"handled_at": None, "closed_at": None, "has_appeal_exemption": True}, True),
        ({"deadline_at": None, "handled_at": april(29)}, True),
        ({"is_suspended": True}, True),  # SU-3: stays in
        ({"handling_mode_code": "SELF_HANDLED", "dispatched_at": None}, True),
        ({"stage_code": "REGISTERED"}, "NOT_DISPATCHED"),
        ({"stage_code": "NOT_REGISTERED"}, "ENDED"),
        ({"duplicate_of_id": "i0"}, "DUPLICATE"),
        ({"source_channel_code": "SP"}, "OUTSIDE_POPULATION"),
    ],
)
def test_each_case_counts_as_worked_out(
    values: dict[str, Any], expected: bool | str
) -> None:
    assert verdict(run(case(**values))) == expected


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"stage_code": "DISPATCHED"}, "NOT_HANDLED"),
        ({"handled_at": None, "closed_at": None}, "DATA_MISSING"),
        ({"handled_at": april(25)}, "HANDLED_LATE"),
    ],
)
def test_a_case_that_misses_says_why(values: dict[str, Any], reason: str) -> None:
    assert missed(run(case(**values))) == reason


def test_granted_appeals_are_ignored_by_choice() -> None:
    late = case(handled_at=april(25), has_appeal_exemption=True)

    assert verdict(run(late, calibers=("AP-2",))) is False
    assert beside(run(late), "APPEAL_EXEMPT") == 1
    assert beside(run(case(has_appeal_exemption=None)), "EXEMPTION_UNKNOWN") == 1


def test_a_missing_deadline_counts_as_on_time_and_is_shown() -> None:
    timeless = case(deadline_at=None)

    found = run(timeless)

    assert verdict(found) is True
    assert beside(found, "WITHOUT_DEADLINE") == 1


def test_a_missing_deadline_is_left_out_by_choice() -> None:
    timeless = case(deadline_at=None)

    assert run(timeless, calibers=("MD-2",)).evidence.is_empty()
    # on another basis the case has its month, and is left out with the reason
    found = run(timeless, calibers=("MD-2",), basis="reported_in_period")
    assert verdict(found) == "WITHOUT_DEADLINE"


def test_suspended_cases_leave_by_choice() -> None:
    assert verdict(run(case(is_suspended=True), calibers=("SU-1",))) == "SUSPENDED"


def test_the_basis_is_a_choice_that_the_figure_names() -> None:
    found = run(
        case(reported_at=april(1) - timedelta(days=2)), basis="reported_in_period"
    )

    assert found.evidence.is_empty()
    assert set(found.figures["basis"]) == {"reported_in_period"}
    assert counts(run(case(), basis="closed_in_period")) == (1, 1)
    assert counts(run(case(), basis="registered_in_period")) == (1, 1)


def test_the_figure_names_the_calibers_in_force() -> None:
    found = run(case(), calibers=("MD-2", "OC-A")[:1]).figures

    assert found["calibers"].to_list()[0] == ["FLAGS-EG", "MD-2", "AP-1", "SU-3"]
