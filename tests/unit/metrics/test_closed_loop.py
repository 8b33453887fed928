"""闭环率 against cases worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support.metric_frames import (
    WUHAN,
    april,
    beside,
    case,
    compute,
    counts,
    missed,
    review,
    verdict,
)

from hub.metrics.figures import Figures
from hub.metrics.issue_loop import LoopRules

NAME = "closed_loop_rate"


def run(*issues: dict[str, Any], reviews: Any = None, **more: Any) -> Figures:
    given = [review()] if reviews is None else reviews
    return compute(NAME, issues, given, **more)


def test_handled_reviewed_and_closed_is_a_closed_loop() -> None:
    found = run(case())

    assert verdict(found) is True
    assert counts(found) == (1, 1)


@pytest.mark.parametrize(
    ("values", "reviews", "reason"),
    [
        (
            {"stage_code": "HANDLING", "handled_at": None, "closed_at": None}
            | {"checked_at": None},
            [],
            "NOT_HANDLED",
        ),
        (
            {"stage_code": "HANDLED", "closed_at": None, "checked_at": None},
            [],
            "NOT_REVIEWED",
        ),
        ({"stage_code": "CHECKED", "closed_at": None}, None, "NOT_CLOSED"),
        (
            {"stage_code": "HANDLED", "closed_at": None},
            [review(result_code="FAIL")],
            "REVIEW_FAILED",
        ),
        ({}, [review(result_code="UNABLE")], "REVIEW_FAILED"),
        ({}, [review(result_code=None)], "REVIEW_FAILED"),
        # closed without the review that the rule demands
        ({}, [], "NOT_REVIEWED"),
        ({}, [review(done_at=None)], "NOT_REVIEWED"),
        ({}, [review(review_kind_code="VERIFY")], "NOT_REVIEWED"),
        # a later time is there, an earlier one is not
        ({"checked_at": None}, [], "DATA_MISSING"),
        (
            {"stage_code": "CHECKED", "handled_at": None, "closed_at": None},
            None,
            "DATA_MISSING",
        ),
    ],
)
def test_a_broken_loop_names_its_first_missing_link(
    values: dict[str, Any], reviews: Any, reason: str
) -> None:
    found = run(case(**values), reviews=reviews)

    assert verdict(found) is False
    assert missed(found) == reason


def test_a_case_the_source_calls_closed_lacks_data_if_its_close_has_no_time() -> None:
    open_case = case(stage_code="CHECKED", closed_at=None)

    assert missed(run(open_case)) == "NOT_CLOSED"
    assert missed(run(open_case, closed_at_source=["i1"])) == "DATA_MISSING"


def test_only_the_last_attempt_is_judged_by_its_latest_review() -> None:
    first = review(review_id="a", done_at=april(13))
    second = review(review_id="b", attempt_seq=2, result_code="FAIL")
    again = review(review_id="c", attempt_seq=2, review_kind_code="RECHECK")

    assert missed(run(case(), reviews=[first, second])) == "REVIEW_FAILED"
    # at one instant the greater review_id is the later one
    assert verdict(run(case(), reviews=[second, again])) is True
    later_failure = {**second, "done_at": april(16)}
    assert missed(run(case(), reviews=[later_failure, again])) == "REVIEW_FAILED"
    reopened = [{"issue_id": "i1", "attempt_seq": 3}]
    found = run(case(), reviews=[first, again], handlings=reopened)
    assert missed(found) == "NOT_REVIEWED"


def test_a_self_handled_case_needs_no_review_unless_the_rule_table_says_so() -> None:
    own = case(
        stage_code="CLOSED",
        handling_mode_code="SELF_HANDLED",
        dispatched_at=None,
        checked_at=None,
        std_category_kind_code="MATTER",
        std_category_code="06010",
    )
    table = pl.DataFrame(
        {
            "std_category_kind_code": ["MATTER"],
            "std_category_code": ["06010"],
            "is_review_required": [True],
        }
    )

    assert verdict(run(own, reviews=[])) is True
    assert verdict(run({**own, "handling_mode_code": None}, reviews=[])) is False
    strict = LoopRules(zone="Asia/Shanghai", review_table=table)
    assert verdict(run(own, reviews=[], rules=strict)) is False
    lenient = LoopRules(
        zone="Asia/Shanghai",
        review_table=table.with_columns(is_review_required=pl.lit(value=False)),
    )
    assert verdict(run(case(**own), reviews=[], rules=lenient)) is True


def test_a_citizen_is_owed_an_answer() -> None:
    asked = case(source_channel_code="HL45", area_id="a1")
    answered = {**asked, "stage_code": "FED_BACK", "fed_back_at": april(16)}

    assert missed(run(asked)) == "NOT_FED_BACK"
    assert verdict(run(answered)) is True


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"source_channel_code": "XC"}, "OUTSIDE_POPULATION"),
        ({"duplicate_of_id": "i0"}, "DUPLICATE"),
        ({"stage_code": "CANCELLED"}, "ENDED"),
        ({"is_suspended": True}, "SUSPENDED"),
    ],
)
def test_what_is_left_out_is_listed_with_its_reason(
    values: dict[str, Any], reason: str
) -> None:
    found = run(case(**values))

    assert verdict(found) == reason
    assert beside(found, reason) == 1
    assert counts(found) == (0, 0)
    assert found.figures["value_share"].null_count() == len(found.figures)


def test_another_channel_belongs_to_the_road_chief_by_its_area() -> None:
    patrol = case(source_channel_code="XC", area_id="a1")

    assert verdict(run(patrol)) is True
    only_own = LoopRules(zone="Asia/Shanghai", population="LZZ")
    assert verdict(run(patrol, rules=only_own)) == "OUTSIDE_POPULATION"


def test_suspension_by_choice_stays_in_and_unknown_suspension_is_counted() -> None:
    held = case(is_suspended=True)

    assert counts(run(held, calibers=("SU-3",))) == (1, 1)
    found = run(case(is_suspended=None))
    assert verdict(found) is True
    assert beside(found, "SUSPENSION_UNKNOWN") == 1


def test_forced_closes_are_shown_beside() -> None:
    forced = case(close_type_code="FORCED")
    from_hold = case(issue_id="i2", close_type_code="FROM_SUSPENDED")
    reviews = [review(), review(review_id="r2", issue_id="i2")]

    found = run(forced, from_hold, reviews=reviews)

    assert counts(found) == (2, 2)
    assert beside(found, "FORCED_CLOSE") == 1
    assert beside(found, "CLOSED_FROM_SUSPENSION") == 1


def test_the_month_ends_at_local_midnight_to_the_microsecond() -> None:
    midnight = datetime(2026, 5, 1, tzinfo=WUHAN)
    last = case(deadline_at=midnight - timedelta(microseconds=1))
    next_month = case(deadline_at=midnight)

    assert run(last).evidence["period"].to_list() == ["2026-04"]
    assert run(next_month).evidence.is_empty()
    found = run(next_month, periods=["2026-04", "2026-05"])
    assert found.evidence["period"].to_list() == ["2026-05"]
    city = found.figures.filter(pl.col("by").is_null(), level="city")
    assert city["denominator"].to_list() == [0, 1]


def test_the_bundle_deadline_places_the_case() -> None:
    bundled = case(
        deadline_at=april(20), bundle_deadline_at=datetime(2026, 5, 3, tzinfo=WUHAN)
    )

    assert run(bundled).evidence.is_empty()


def test_without_a_deadline_the_dispatch_places_the_case() -> None:
    timeless = case(deadline_at=None)

    found = run(timeless)

    assert verdict(found) is True
    assert beside(found, "WITHOUT_DEADLINE") == 1
    assert run(timeless, calibers=("MD-2",)).evidence.is_empty()
    assert beside(run(timeless, calibers=("MD-2",)), "NO_BASIS_INSTANT") == 1
    handled_in_may = {
        **timeless,
        "dispatched_at": None,
        "handled_at": datetime(2026, 5, 2, tzinfo=WUHAN),
    }
    assert run(handled_in_may).evidence.is_empty()
    registered = {**handled_in_may, "handled_at": None}
    assert len(run(registered).evidence) == 1
    fresh = {**registered, "registered_at": None}
    assert run(fresh).evidence.is_empty()
    assert beside(run(fresh), "NO_BASIS_INSTANT") == 1
