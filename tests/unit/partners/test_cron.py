"""A cron expression is taken exactly when Dagster takes it in five numeric fields."""

from __future__ import annotations

import pytest

from hub.errors import DeclarationError
from hub.partners.cron import cron_fault
from hub.partners.loader import load_city


@pytest.mark.parametrize(
    "text",
    [
        "0 6 * * *",
        "5 10,16,23 * * *",
        "*/15 8-18 * * 1-5",
        "0-30/10 0 1 1,7 7",
        "59 23 31 12 0",
    ],
)
def test_a_sound_expression_has_no_fault(text: str) -> None:
    assert cron_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("daily", "is no cron expression of five fields"),
        ("0 6 * *", "is no cron expression of five fields"),
        ("0 0 6 * * *", "is no cron expression of five fields"),
        ("0  6 * * *", "is no cron expression of five fields"),
        ("60 6 * * *", 'has no minute "60" from 0 to 59'),
        ("0 24 * * *", 'has no hour "24" from 0 to 23'),
        ("0 18-8 * * *", 'has no hour "18-8" from 0 to 23'),
        ("0 6 0 * *", 'has no day "0" from 1 to 31'),
        ("0 6 * 13 *", 'has no month "13" from 1 to 12'),
        ("0 6 * * MON", 'has no weekday "MON" from 0 to 7'),
        ("*/0 6 * * *", 'has no minute "*/0" from 0 to 59'),
        ("*/00 6 * * *", 'has no minute "*/00" from 0 to 59'),
        ("5/10 6 * * *", 'has no minute "5/10" from 0 to 59'),
        ("1,,2 6 * * *", 'has no minute "1,,2" from 0 to 59'),
    ],
)
def test_a_faulty_expression_says_where(text: str, fault: str) -> None:
    assert cron_fault(text) == fault


def test_a_city_says_when_the_hub_works_by_itself(city_folder):
    before = load_city(city_folder).automation
    toml = city_folder / "city.toml"
    toml.write_text(toml.read_text() + '[automation]\npublish = "0 7 * * *"\n')

    after = load_city(city_folder).automation

    assert (before.pull, before.publish) == ("30 0 * * *", "0 6 * * *")
    assert after == before.model_copy(update={"publish": "0 7 * * *"})


def test_a_time_that_is_no_cron_expression_is_refused(city_folder):
    toml = city_folder / "city.toml"
    toml.write_text(toml.read_text() + '[automation]\nagain = "twice a day"\n')

    with pytest.raises(
        DeclarationError,
        match="automation → again: is no cron expression of five fields; write it as",
    ):
        load_city(city_folder)
