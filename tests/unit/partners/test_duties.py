"""Rules of retention that could not mean what they say are told of by name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hub.partners.duties import Retention, Sharing, duty_problems, erasable_columns
from hub.partners.loader import load_city

RULE = {
    "rule": "tracks",
    "dataset": "patrol",
    "columns": ["track"],
    "since": ["started_at", "planned_on"],
    "months": 6,
    "basis": "x",
}


def problems(**other: object) -> list[str]:
    return [one.what for one in duty_problems((Retention(**RULE | other),))]


def test_a_sound_rule_has_no_problem() -> None:
    assert problems() == []
    assert [one.rule for one in load_city("wuhan").retention] == [
        "tracks", "issue_media", "handling_media", "reporters",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "seen"),
    [
        ({"dataset": "patrols"}, "patrols"),
        ({"columns": ["person_id"]}, "person_id"),
        ({"columns": ["started_at"]}, "started_at"),
        ({"since": ["status_code"]}, "status_code"),
        ({"months": 0}, "keeps nothing"),
    ],
)
def test_a_rule_that_cannot_be_followed_says_why(
    other: dict[str, object], seen: str
) -> None:
    (told,) = problems(**other)

    assert seen in told


def test_a_rule_stands_once() -> None:
    one = Retention(**RULE)

    assert [p.what for p in duty_problems((one, one))] == ["stands there twice"]


def test_what_a_row_cannot_do_without_is_never_emptied() -> None:
    columns = erasable_columns("person")

    assert "mobile" in columns
    assert not {"person_id", "person_name"} & set(columns)


def test_a_deadline_has_at_least_one_day() -> None:
    with pytest.raises(ValidationError):
        Sharing(delivery_days=0)
