"""Manual entries: each with a reason and two names, or there is no score."""

from __future__ import annotations

from typing import Any

import pytest
from support.score_frames import entry, item_points, one_item, run, total

from hub.errors import MisuseError

MANUAL = one_item('{ kind = "manual" }', full="0").replace(
    'value = { metric = "m" }\n', ""
)


def test_entries_of_an_item_are_added_up_and_named() -> None:
    found = run(
        MANUAL,
        entries=[
            entry("item", "A", "-5", reason="迟到", author="甲", approver="乙"),
            entry("item", "A", "1.25"),
        ],
    )

    assert item_points(found, "A") == "-3.750"
    ((zh, en),) = found.items.filter(unit_code="A").select("note_zh", "note_en").rows()
    assert "-5(迟到;甲 录入,乙 批准)" in zh
    assert "-5 (迟到; entered by 甲, approved by 乙)" in en
    assert "1.25 (reason; entered by author, approved by approver)" in en


def test_without_an_entry_nothing_is_adjusted() -> None:
    assert total(run(MANUAL), "A") == ("0.000", 1, None)


def test_a_survey_without_an_entry_is_no_data() -> None:
    survey = one_item('{ kind = "rate", weight = 100 }', value='{ input = "survey" }')
    found = run(survey, entries=[entry("survey", "A", "0.875")])

    assert total(found, "A") == ("87.500", 1, None)
    assert total(found, "B") == (None, None, "NO_DENOMINATOR:item")


@pytest.mark.parametrize(
    "lacking",
    [{"reason": None}, {"author": " "}, {"approver": ""}, {"approver": None}],
)
def test_an_entry_that_nobody_answers_for_is_refused(lacking: dict[str, Any]) -> None:
    with pytest.raises(MisuseError, match="lack points, reason, author or approver"):
        run(MANUAL, entries=[entry("item", "A", "-5", **lacking)])


def test_an_entry_of_no_item_is_refused_with_what_was_meant() -> None:
    with pytest.raises(MisuseError, match='Did you mean "item"'):
        run(MANUAL, entries=[entry("itme", "A", "-5")])


def test_entries_of_other_units_persons_and_months_are_passed_by() -> None:
    found = run(
        MANUAL,
        entries=[
            entry("other", "Z", "-5"),
            entry("discipline", None, "-5", person_id="p"),
            entry("other", "A", "-5", period="2026-09"),
        ],
    )

    assert total(found, "A") == ("0.000", 1, None)
