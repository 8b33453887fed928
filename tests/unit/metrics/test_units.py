"""A unit may be made of areas, streets or whole districts; the nearest one counts."""

from __future__ import annotations

from support.metric_frames import MEMBERS, UNITS, case, compute, counts

from hub.metrics.figures import Figures

DISTRICT = {**MEMBERS[0], "unit_code": "AU-2", "member_id": "d1"}


def run(*issues: dict[str, object]) -> Figures:
    members = [MEMBERS[0], DISTRICT]
    return compute("on_time_handling_rate", issues, units=UNITS, members=members)


def test_a_whole_district_claims_the_cases_in_it() -> None:
    found = run(case(street_code=None, district_code="d1"))

    assert counts(found, "unit", "AU-2") == (1, 1)
    assert counts(found, "unit", "AU-1") == (0, 0)


def test_a_street_of_another_unit_goes_before_its_district() -> None:
    found = run(case(street_code="s1", district_code="d1"))

    assert counts(found, "unit", "AU-1") == (1, 1)
    assert counts(found, "unit", "AU-2") == (0, 0)


def test_a_district_that_no_unit_holds_claims_nothing() -> None:
    found = run(case(street_code=None, district_code="d9"))

    assert counts(found) == (1, 1)
    assert counts(found, "unit", "AU-1") == counts(found, "unit", "AU-2") == (0, 0)
