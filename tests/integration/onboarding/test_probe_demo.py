"""Every system of the simulated city answers a probe, and nothing is left behind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hub.demo.city import SimulatedCity
from hub.demo.ground.plan import CITY
from hub.onboarding.probe import Probe, probe_feed
from hub.onboarding.report import make_sheet
from hub.onboarding.sheet_html import write_html
from hub.onboarding.sheet_xlsx import write_xlsx
from hub.partners.loader import load_city
from hub.settings import Settings

Answers = dict[str, Probe]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    folder = tmp_path_factory.mktemp("probed")
    with SimulatedCity(folder / "systems", issues=60, days=1) as made:
        made.deliver(1)
        city = load_city(str(CITY))
        settings = Settings(
            home=folder / "home",
            city=str(CITY),
            now=made.now(1),
            environment=made.environment,
        )
        yield {
            f"{partner.id}/{feed.name}": probe_feed(city, settings, partner, feed)
            for partner in city.partners.values()
            for feed in partner.feeds
        }
    assert not (folder / "home").exists()


def test_every_source_answers(answers: Answers) -> None:
    failed = [name for name, one in answers.items() if one.error is not None]

    assert len(answers) > 30
    assert not failed


def test_rows_are_counted_once(answers: Answers) -> None:
    found = {name: one.examined for name, one in answers.items() if one.examined}

    wrong = [
        name
        for name, one in found.items()
        if one.rows != one.accepted + one.quarantined + one.duplicates
    ]
    assert not wrong
    assert sum(one.rows > 0 for one in found.values()) > 25


def test_no_sound_clock_is_suspected(answers: Answers) -> None:
    guesses = {
        name: one.examined.clock.guess
        for name, one in answers.items()
        if one.examined is not None
    }

    assert set(guesses.values()) <= {"plausible", "unknown"}


def test_codes_that_nobody_has_heard_of_are_found(answers: Answers) -> None:
    seen = {
        name
        for name, one in answers.items()
        if one.examined is not None and one.examined.codes
    }

    assert {"platform/cases", "wuchang/cases"} <= seen


def test_both_forms_of_the_sheet_can_be_written(answers: Answers) -> None:
    city = load_city(str(CITY))
    at = datetime(2026, 7, 1, tzinfo=UTC)

    partner = city.partners["roster"]
    probes = [one for one in answers.values() if one.partner.id == partner.id]
    sheet = make_sheet(city, partner, probes, at)
    book = io.BytesIO()
    write_xlsx(sheet, book)

    assert partner.title in write_html(sheet)
    assert book.getvalue()[:2] == b"PK"
