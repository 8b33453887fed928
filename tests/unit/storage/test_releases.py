"""Releases: everything of one appears at once, and comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.storage.control import ControlDatabase
from hub.storage.ledger import Ledger
from hub.storage.releases import Pinned, Releases, Source

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
PINNED = (
    Pinned("issue", "core/issue", 3, 12, "ab"),
    Pinned("org", "core/org", -1, 0, ""),
)


@pytest.fixture
def releases(control: ControlDatabase) -> Releases:
    return Releases(control.engine)


def test_a_release_comes_back_with_datasets_and_sources(
    releases: Releases, control: ControlDatabase
) -> None:
    batch = Ledger(control.engine).open_batch(partner="p", feed="cases", name="d")
    sources = (
        Source(
            partner="p",
            feed="cases",
            datasets=("issue", "issue_event"),
            good=batch.number,
            as_of=AT,
            attempt=batch.number,
            state="merged",
            is_missing=False,
        ),
        Source(partner="q", feed="", datasets=(), reason="undeclared"),
    )

    made = releases.publish(
        city="wuhan", digest="d", datasets=PINNED, at=AT, sources=sources
    )

    assert releases.newest() == made
    assert releases.find(made.id) == made
    assert made.sources == sources


def test_sources_come_in_the_order_of_their_names(releases: Releases) -> None:
    told = tuple(Source(partner=p, feed="f", datasets=()) for p in ("b", "a"))

    made = releases.publish(
        city="wuhan", digest="d", datasets=PINNED, at=AT, sources=told
    )

    found = releases.find(made.id)
    assert found is not None
    assert [one.partner for one in found.sources] == ["a", "b"]


def test_a_release_of_an_older_hub_has_no_sources(releases: Releases) -> None:
    made = releases.publish(city="wuhan", digest="d", datasets=PINNED, at=AT)

    assert releases.find(made.id) == made
    assert made.sources == ()


def test_the_release_before_is_the_nearest_older_one(releases: Releases) -> None:
    first, second, third = (
        releases.publish(city="wuhan", digest=name, datasets=PINNED, at=AT)
        for name in "abc"
    )

    assert releases.before(third.number) == second
    assert releases.before(second.number) == first
    assert releases.before(first.number) is None
