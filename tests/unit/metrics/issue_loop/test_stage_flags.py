"""Flags of stages and of what a case is, against metrics §2 worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from support.loop_frames import RULES, case, loop, one, true_among
from support.metric_frames import april

from hub.errors import DeclarationError
from hub.metrics.issue_loop import COLUMNS, LoopRules
from hub.metrics.issue_loop.shape import FLAGS, STAGES

REACHED = {
    "DISCOVERED": set(),
    "ACCEPTED": {"accept"},
    "VERIFIED": {"accept"},
    "REGISTERED": {"accept", "register", "need_dispatch"},
}
REACHED["DISPATCHED"] = REACHED["REGISTERED"] | {
    "dispatch",
    "need_dispose",
    "to_dispose",
}
REACHED["HANDLING"] = REACHED["DISPATCHED"] | {"received"}
REACHED["HANDLED"] = REACHED["HANDLING"] - {"to_dispose"} | {"dispose"}
REACHED["CHECKED"] = REACHED["HANDLED"]
REACHED["CLOSED"] = REACHED["CHECKED"] | {"archive"}
REACHED["FED_BACK"] = REACHED["CLOSED"] | {"feed_back"}
ENDS = {
    "CANCELLED": {"cancel"},
    "NOT_ACCEPTED": {"not_accept"},
    "NOT_REGISTERED": {"not_register"},
}


@pytest.mark.parametrize(("stage", "expected"), [*REACHED.items(), *ENDS.items()])
def test_a_stage_is_passed_when_the_derived_one_is_at_or_beyond_it(
    stage: str, expected: set[str]
) -> None:
    row = one(case(stage_code=stage, closed_at=None))

    assert true_among(row, STAGES) == expected
    assert row["ended"] is (stage in ENDS)


def test_a_case_that_came_back_was_received_all_the_same() -> None:
    returned = case(stage_code="REGISTERED", received_at=april(12, 13))
    refused = case(stage_code="CANCELLED", received_at=april(12, 13))

    assert one(returned)["received"] is True
    assert one(refused)["received"] is False


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, set()),
        ({"is_suspended": True}, {"hang"}),
        ({"is_suspended": None}, {"suspension_unknown"}),
        ({"has_been_suspended": True}, {"his_hang"}),
        ({"has_appeal_exemption": True}, {"exempt"}),
        ({"has_appeal_exemption": None}, {"exemption_unknown"}),
        ({"close_type_code": "FORCED"}, {"forced_close"}),
        ({"close_type_code": "FROM_SUSPENDED"}, {"close_from_suspension"}),
        ({"duplicate_of_id": "i0"}, {"duplicate"}),
        ({"satisfaction_code": "VERY_SATISFIED"}, {"rated", "satisfied"}),
        ({"satisfaction_code": "SATISFIED"}, {"rated", "satisfied"}),
        ({"satisfaction_code": "FAIR"}, {"rated"}),
        ({"satisfaction_code": "DISSATISFIED"}, {"rated"}),
        ({"satisfaction_code": "NO_ANSWER"}, set()),
        ({"handling_mode_code": "SELF_HANDLED"}, {"self_handled"}),
        ({"handling_mode_code": None}, {"mode_unknown"}),
    ],
)
def test_what_a_case_is_besides_its_stage(
    values: dict[str, Any], expected: set[str]
) -> None:
    asked = (
        *("hang", "his_hang", "exempt", "suspension_unknown", "exemption_unknown"),
        *("forced_close", "close_from_suspension", "duplicate", "rated", "satisfied"),
        *("self_handled", "mode_unknown"),
    )

    assert true_among(one(case(**values)), asked) == expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("LZZ", {"patrol_report", "by_chief_roles"}),
        ("XC", {"patrol_report"}),
        ("ZX", {"patrol_report", "campaign"}),
        ("SSP", {"public_report", "by_public", "feedback_required"}),
        ("LD", {"public_report"}),
        ("QT", {"public_report"}),
    ],
)
def test_where_a_case_came_from(channel: str, expected: set[str]) -> None:
    row = one(case(source_channel_code=channel, area_id="a"))

    assert (
        true_among(
            row,
            (
                *("patrol_report", "public_report", "by_public", "by_chief_roles"),
                *("campaign", "feedback_required"),
            ),
        )
        == expected
    )


@pytest.mark.parametrize(
    ("reporter", "channel", "expected"),
    [
        ("ROAD_CHIEF", "XC", True),
        ("CO_GOVERN", "HL45", True),
        ("CITIZEN", "LZZ", False),
        (None, "LZZ", True),
        (None, "XC", False),
    ],
)
def test_the_reporter_says_whether_a_road_chief_role_found_it(
    reporter: str | None, channel: str, expected: object
) -> None:
    row = one(case(reporter_type_code=reporter, source_channel_code=channel))

    assert row["by_chief_roles"] is expected


@pytest.mark.parametrize(
    ("later", "expected"),
    [(0, True), (120, True), (121, False), (-1, False), (None, False)],
)
def test_handled_within_two_minutes_of_the_report(
    later: int | None, expected: object
) -> None:
    handled = None if later is None else april(10) + timedelta(seconds=later)

    assert one(case(handled_at=handled))["within_two_minutes"] is expected


@pytest.mark.parametrize(
    ("population", "channel", "area", "expected"),
    [
        ("LZZ", "LZZ", None, True),
        ("LZZ", "XC", "a", False),
        ("LZZ_OR_AREA", "XC", "a", True),
        ("LZZ_OR_AREA", "XC", None, False),
        ("ALL", "XC", None, True),
    ],
)
def test_the_city_says_which_cases_count(
    population: Any, channel: str, area: str | None, expected: object
) -> None:
    rules = LoopRules(zone=RULES.zone, population=population)

    row = one(case(source_channel_code=channel, area_id=area), rules=rules)

    assert row["in_population"] is expected


def test_the_rule_table_goes_before_the_handling_mode() -> None:
    table = pl.DataFrame(
        {
            "std_category_kind_code": ["MATTER", "MATTER"],
            "std_category_code": ["10101", "10102"],
            "is_review_required": [True, False],
        }
    )
    own = {"std_category_kind_code": "MATTER", "handling_mode_code": "SELF_HANDLED"}

    found = loop(
        case(issue_id="a", std_category_code="10101", **own),
        case(issue_id="b", std_category_code="10102", **own),
        case(issue_id="c", std_category_code="10103", **own),
        case(issue_id="d", std_category_code=None),
        rules=LoopRules(zone=RULES.zone, review_table=table),
    )

    assert found["review_required"].to_list() == [True, False, False, True]


@pytest.mark.parametrize(
    ("mode", "code", "expected"),
    [
        ("DISPATCHED", None, False),
        (None, None, False),
        ("SELF_HANDLED", None, True),
        ("SELF_HANDLED", "10102", False),
        ("DISPATCHED", "10101", True),
    ],
)
def test_modes_and_the_general_rule_may_be_turned_round(
    mode: str | None, code: str | None, expected: bool
) -> None:
    table = pl.DataFrame(
        {
            "std_category_kind_code": ["MATTER", "MATTER"],
            "std_category_code": ["10101", "10102"],
            "is_review_required": [True, False],
        }
    )
    rules = LoopRules(
        zone=RULES.zone,
        review_required=False,
        unreviewed_modes=(),
        reviewed_modes=("SELF_HANDLED",),
        review_table=table,
    )
    kind = "MATTER" if code else None

    row = one(
        case(
            handling_mode_code=mode,
            std_category_kind_code=kind,
            std_category_code=code,
        ),
        rules=rules,
    )

    assert row["review_required"] is expected


def test_every_flag_is_true_or_false_even_of_a_case_that_says_nothing() -> None:
    bare = {"issue_id": "i1", "source_channel_code": "XC", "reported_at": april(1)}

    found = loop(bare)

    assert dict(found.schema) == COLUMNS
    assert sum(found.select(FLAGS).null_count().row(0)) == 0


def test_a_channel_outside_the_list_is_refused() -> None:
    with pytest.raises(DeclarationError, match="a channel that is not in the list"):
        loop(case(source_channel_code="??"))


def test_names_of_category_and_org() -> None:
    own = one(case(handling_org_id="o1"))
    standard = one(
        case(
            std_category_kind_code="COMPONENT",
            std_category_code="10101",
            handling_org_id="o1",
            second_org_id="o2",
        )
    )

    assert (own["category"], own["org_id"]) == ("LOCAL-one/MATTER:77", "o1")
    assert (standard["category"], standard["org_id"]) == ("COMPONENT:10101", "o2")
