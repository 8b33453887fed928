"""The policies that come with Wuhan: sound, unsigned, and never added up by us."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.score_frames import MONTH, figure, figures, inputs, total, units

from hub.flow.policies import policy_files, vocabulary
from hub.partners.loader import SHIPPED
from hub.scoring import BestChiefs, Policy, load_any, load_best_chiefs, score

WUHAN = SHIPPED / "wuhan"
LEVELS = {
    "best-chiefs": "PERSON",
    "default-district": "DISTRICT_UNIT",
    "default-street": "STREET_UNIT",
}


def test_the_city_has_a_policy_for_every_level() -> None:
    assert {path.stem: load_any(path).level for path in policy_files(WUHAN)} == LEVELS


@pytest.mark.parametrize("path", policy_files(WUHAN), ids=lambda path: path.stem)
def test_every_name_of_a_shipped_policy_is_one_of_the_registry(path: Path) -> None:
    load_any(path, vocabulary())


@pytest.mark.parametrize("path", policy_files(WUHAN), ids=lambda path: path.stem)
def test_a_shipped_policy_says_that_nobody_signed_it(path: Path) -> None:
    assert load_any(path).sign_off[1] == "assumed: needs the city's sign-off"


def test_both_levels_are_assessed_by_the_same_dimensions() -> None:
    city, street = (
        load_any(WUHAN / "policies" / f"default-{level}.toml")
        for level in ("district", "street")
    )
    assert isinstance(city, Policy)
    assert isinstance(street, Policy)

    assert city.dimensions == street.dimensions
    assert [one.id for one in city.counted] == ["institution", "coverage", "action"]


def test_the_dimensions_of_the_notice_are_ranked_one_by_one() -> None:
    policy = load_any(WUHAN / "policies" / "default-district.toml")
    assert isinstance(policy, Policy)
    rows = [
        figure("institution_score", "A", 29, 32),
        figure("area_coverage_rate", "A", 3, 4),
        figure("duty_action_rate", "A", 0, 0),
        figure("closed_loop_rate", "A", 1, 2),
        figure("on_time_closed_loop_rate", "A", 1, 4),
    ]

    found = score(figures(*rows), inputs(), units("A"), policy, MONTH, "DISTRICT_UNIT")

    assert total(found, "A", "institution") == ("90.625", 1, None)
    assert total(found, "A", "coverage") == ("75.000", 1, None)
    assert total(found, "A", "action") == (None, None, "NO_DENOMINATOR:action")
    assert total(found, "A", "closed_loop") == ("40.000", 1, None)
    assert total(found, "A") == (None, None, "WEIGHTS_NOT_CONFIGURED")


def test_the_best_chiefs_have_twenty_cases_and_closed_loops_part_equals() -> None:
    policy = load_best_chiefs(WUHAN / "policies" / "best-chiefs.toml")

    assert isinstance(policy, BestChiefs)
    assert (policy.size, policy.min_cases, str(policy.min_in_post)) == (10, 20, "0.5")
    assert policy.tie_breakers == ("on_time_closed_loop",)
