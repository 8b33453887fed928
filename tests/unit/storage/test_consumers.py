"""Consumers and grants in the control database: what ends stays, with who and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.consumers import AT, consumer, grant

from hub.errors import MisuseError
from hub.storage.consumers import Consumers
from hub.storage.control import ControlDatabase
from hub.storage.grants import Grants

LATER = AT + timedelta(hours=1)
# A database on a server costs a second; it is filled where types or updates differ.
on_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def consumers(control: ControlDatabase) -> Consumers:
    made = Consumers(control.engine)
    made.add(consumer())
    return made


@on_file
def test_a_consumer_is_kept_as_it_was_given(consumers: Consumers) -> None:
    assert consumers.find("qiaokou") == consumer()
    assert consumers.all() == [consumer()]


def test_a_name_is_never_given_twice(consumers: Consumers) -> None:
    consumers.revoke("qiaokou", by="乙", reason="撤并", at=LATER)

    with pytest.raises(MisuseError, match="or was"):
        consumers.add(consumer())


@on_file
def test_an_unknown_name_is_refused(consumers: Consumers) -> None:
    with pytest.raises(MisuseError, match="there is none of that name"):
        consumers.find("jiangan")


def test_a_consumer_ends_once_and_stays_listed(consumers: Consumers) -> None:
    ended = consumers.revoke("qiaokou", by="乙", reason="撤并", at=LATER)

    assert (ended.revoked_at, ended.revoked_by) == (LATER, "乙")
    assert consumers.all() == [ended]
    assert ended.state(AT) == "active"
    assert ended.state(LATER) == "revoked"
    with pytest.raises(MisuseError, match="revoked already"):
        consumers.revoke("qiaokou", by="乙", reason="撤并", at=LATER)


@on_file
def test_a_grant_is_kept_as_it_was_given(
    control: ControlDatabase, consumers: Consumers
) -> None:
    del consumers
    grants = Grants(control.engine)

    first, second = grants.add(grant()), grants.add(grant(valid_until=LATER))

    assert first == grant(number=first.number)
    assert second.number == first.number + 1
    assert grants.of("qiaokou") == [first, second]
    assert grants.of("jiangan") == []


def test_a_grant_is_taken_back_once_and_stays_listed(
    control: ControlDatabase, consumers: Consumers
) -> None:
    del consumers
    grants = Grants(control.engine)
    kept = grants.add(grant())

    gone = grants.revoke("qiaokou", kept.number, by="乙", reason="到期", at=LATER)

    assert gone == replace(
        kept, revoked_at=LATER, revoked_by="乙", revoked_reason="到期"
    )
    assert grants.of("qiaokou") == [gone]
    with pytest.raises(MisuseError, match="revoked already"):
        grants.revoke("qiaokou", kept.number, by="乙", reason="到期", at=LATER)
    with pytest.raises(MisuseError, match="there is none"):
        grants.revoke("jiangan", kept.number, by="乙", reason="到期", at=LATER)


def test_what_was_given_holds_from_its_begin_to_before_its_end() -> None:
    moment = timedelta(microseconds=1)
    one = consumer(valid_until=LATER)

    states = [one.state(at) for at in (AT - moment, AT, LATER - moment, LATER)]

    assert states == ["planned", "active", "active", "expired"]


def test_revoked_outweighs_expired() -> None:
    one = consumer(valid_until=AT, revoked_at=AT)

    assert one.state(LATER) == "revoked"
