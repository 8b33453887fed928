"""Keys, change times and what must never land."""

from __future__ import annotations

import polars as pl

from hub.onboarding.facts import Facts, facts_of
from hub.onboarding.keys import find_changed, find_key, find_marker, find_never
from hub.partners.loader import load_city

CITY = load_city("wuhan")


def _facts(**columns: list[str]) -> dict[str, Facts]:
    return facts_of(pl.DataFrame(columns), CITY)


def test_the_only_unique_field_that_is_called_so_is_certain() -> None:
    facts = _facts(name=["a", "a", "b"], caseId=["C1", "C2", "C3"])

    found = find_key(facts, "issue", ())

    assert found is not None
    assert (found.field, found.confidence) == ("caseId", "certain")


def test_of_two_unique_fields_none_is_certain() -> None:
    facts = _facts(id=["1", "2", "3"], caseNo=["C1", "C2", "C3"])

    found = find_key(facts, "issue", ())

    assert found is not None
    assert (found.field, found.confidence) == ("id", "likely")


def test_the_case_of_a_result_is_not_its_key() -> None:
    facts = _facts(case_id=["1", "2", "3"], result_id=["R1", "R2", "R3"])

    found = find_key(facts, "handling", (), references=["case_id"])

    assert found is not None
    assert found.field == "result_id"


def test_a_log_number_is_not_the_key_of_operations() -> None:
    facts = _facts(
        log_id=["1", "2", "3", "4"],
        result_id=["R1", "R1", "R2", "R3"],
        op_type=["I", "U", "I", "D"],
    )
    marker = find_marker(facts)

    found = find_key(facts, "handling", (), has_marker=marker is not None)

    assert marker is not None
    assert found is not None
    assert found.field == "result_id"
    assert found.confidence != "certain"


def test_without_anything_unique_there_is_no_key() -> None:
    assert find_key(_facts(a=["x", "x", "x"]), "issue", ()) is None


def test_a_change_time_is_found_by_name_among_times_only() -> None:
    facts = _facts(
        createTime=["2026-07-01 08:00:00", "2026-07-01 09:00:00"],
        updateTime=["2026-07-01 08:30:00", "2026-07-01 09:30:00"],
        updateBy=["u1", "u2"],
    )

    found = find_changed(facts, ())

    assert found is not None
    assert found.field == "updateTime"


def test_identity_numbers_and_passwords_are_found_by_name_and_by_value() -> None:
    facts = _facts(
        cert=["420102198001011234", "420102199002022345"],
        loginPwd=["x", "y"],
        身份证号=["", ""],
        plain=["a", "b"],
    )

    assert {one.field for one in find_never(facts)} == {"cert", "loginPwd", "身份证号"}
