"""Seals and ends of releases: kept once, and told with the release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.storage.control import ControlDatabase
from hub.storage.release_ends import End, ReleaseEnds, Seal
from hub.storage.releases import Pinned, Release, Releases

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=2)
SEAL = Seal("ab" * 32, "0123456789abcdef", "cd" * 32, "ef" * 64, AT)
PINNED = (Pinned("issue", "core/issue", 3, 12, "ab"),)


@pytest.fixture
def releases(control: ControlDatabase) -> Releases:
    return Releases(control.engine)


@pytest.fixture
def ends(control: ControlDatabase) -> ReleaseEnds:
    return ReleaseEnds(control.engine)


def publish(releases: Releases, seal: Seal | None = None) -> Release:
    return releases.publish(
        city="wuhan",
        digest="d",
        datasets=PINNED,
        at=AT,
        seal=None if seal is None else lambda _: seal,
    )


def test_a_release_appears_with_its_seal(releases: Releases) -> None:
    made = publish(releases, SEAL)

    assert made.seal == SEAL
    assert releases.find(made.id) == made
    assert releases.sealed() == made


def test_a_release_whose_seal_fails_does_not_appear(releases: Releases) -> None:
    def fail(_: Release) -> Seal:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        releases.publish(city="wuhan", digest="d", datasets=PINNED, at=AT, seal=fail)

    assert releases.all() == []


def test_a_seal_is_given_once(releases: Releases, ends: ReleaseEnds) -> None:
    made = publish(releases)
    assert releases.sealed() is None

    ends.seal(made.number, lambda: SEAL)
    again = ends.seal(made.number, lambda: pytest.fail("it has one"))

    found = releases.find(made.id)
    assert found is not None
    assert again == found.seal == SEAL


def test_the_newest_is_the_last_that_has_not_ended(
    releases: Releases, ends: ReleaseEnds
) -> None:
    first, second, third = (publish(releases) for _ in range(3))

    assert ends.recall(third.number, at=LATER, reason="误发", author="张三")
    assert ends.expire([first.number], at=LATER) == [first.number]

    assert releases.newest() == second
    latest = releases.latest()
    assert latest is not None
    assert latest.recalled == End(LATER, "误发", "张三")
    assert (latest.number, latest.has_ended) == (third.number, True)
    assert [one.has_ended for one in releases.all()] == [True, False, True]


def test_there_is_no_newest_where_all_were_recalled(
    releases: Releases, ends: ReleaseEnds
) -> None:
    only = publish(releases)

    ends.recall(only.number, at=LATER, reason="误发", author="张三")

    assert releases.newest() is None


def test_an_end_stays_as_it_was_told_first(
    releases: Releases, ends: ReleaseEnds
) -> None:
    one, other = publish(releases), publish(releases)
    ends.recall(one.number, at=AT, reason="误发", author="张三")
    ends.expire([one.number], at=AT)

    assert not ends.recall(one.number, at=LATER, reason="又误发", author="李四")
    assert ends.expire([one.number, other.number], at=LATER) == [other.number]

    found = releases.find(one.id)
    assert found is not None
    assert found.recalled == End(AT, "误发", "张三")
    assert found.expired == End(AT)
