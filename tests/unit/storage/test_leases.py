"""A lease is held by one; whoever lost it finds out before his work counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.errors import LeaseHeld
from hub.storage.control import ControlDatabase, write
from hub.storage.leases import Leases

TTL = timedelta(minutes=2)


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present instant."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(control: ControlDatabase, clock: Clock) -> Leases:
    return Leases(control.engine, clock)


def test_a_held_lease_is_refused_until_it_expires(leases: Leases, clock: Clock) -> None:
    first = leases.acquire("qiaokou", "run-1", TTL)

    with pytest.raises(LeaseHeld, match="run-1 holds it until 2026-10-01T00:02:00"):
        leases.acquire("qiaokou", "run-2", TTL)
    with pytest.raises(LeaseHeld):
        leases.acquire("qiaokou", "run-1", TTL)
    clock.now += TTL
    second = leases.acquire("qiaokou", "run-2", TTL)

    assert second.token > first.token


def test_leases_of_other_names_are_free(leases: Leases) -> None:
    leases.acquire("qiaokou", "run-1", TTL)

    assert leases.acquire("platform", "run-1", TTL).name == "platform"


def test_tokens_grow_through_every_hand(leases: Leases) -> None:
    tokens = []
    for _ in range(5):
        with leases.hold("qiaokou", "run", TTL) as lease:
            tokens.append(lease.token)

    assert tokens == sorted(set(tokens))


def test_a_block_gives_its_lease_back_when_it_fails(leases: Leases) -> None:
    with pytest.raises(ZeroDivisionError), leases.hold("qiaokou", "run-1", TTL):
        _ = 1 / 0

    leases.acquire("qiaokou", "run-2", TTL)


def test_renewing_moves_the_expiry(leases: Leases, clock: Clock) -> None:
    lease = leases.acquire("qiaokou", "run-1", TTL)
    clock.now += timedelta(seconds=100)
    renewed = leases.renew(lease, TTL)
    clock.now += timedelta(seconds=100)

    with pytest.raises(LeaseHeld):
        leases.acquire("qiaokou", "run-2", TTL)
    assert renewed.token == lease.token


def test_a_sleeper_cannot_write_renew_or_give_back(
    control: ControlDatabase, leases: Leases, clock: Clock
) -> None:
    sleeper = leases.acquire("qiaokou", "run-1", TTL)
    clock.now += TTL
    owner = leases.acquire("qiaokou", "run-2", TTL)

    with pytest.raises(LeaseHeld), write(control.engine) as connection:
        leases.check(connection, sleeper)
    with pytest.raises(LeaseHeld):
        leases.renew(sleeper, TTL)
    leases.release(sleeper)

    with write(control.engine) as connection:
        leases.check(connection, owner)
    with pytest.raises(LeaseHeld):
        leases.acquire("qiaokou", "run-3", TTL)


def test_an_expired_lease_that_nobody_took_is_still_good(
    control: ControlDatabase, leases: Leases, clock: Clock
) -> None:
    lease = leases.acquire("qiaokou", "run-1", TTL)
    clock.now += 10 * TTL

    with write(control.engine) as connection:
        leases.check(connection, lease)


def test_who_has_patience_gets_the_lease_when_it_comes_free(
    control: ControlDatabase, clock: Clock
) -> None:
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            Leases(control.engine, clock).release(first)

    leases = Leases(control.engine, clock, sleep=sleep)
    first = leases.acquire("core/issue", "run-1", TTL)

    with leases.hold("core/issue", "run-2", TTL, patience=TTL) as second:
        assert second.token > first.token
    assert len(looks) == 3


def test_patience_ends(control: ControlDatabase, clock: Clock) -> None:
    def sleep(_seconds: float) -> None:
        clock.now += timedelta(seconds=30)

    leases = Leases(control.engine, clock, sleep=sleep)
    leases.acquire("core/issue", "run-1", timedelta(hours=1))
    begun = clock.now

    with (
        pytest.raises(LeaseHeld),
        leases.hold("core/issue", "run-2", TTL, patience=TTL),
    ):
        pass
    assert clock.now - begun == TTL
