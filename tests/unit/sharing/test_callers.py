"""Keys are recognised, and what is revoked is forgotten within a minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.consumers import AT, consumer, grant
from support.databases import sqlite_url
from support.sharing_world import TERRITORY

from hub.errors import MisuseError
from hub.sharing import callers as module
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.callers import Callers, consumer_who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.subjects import subjects
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers
from hub.storage.control import ControlDatabase
from hub.storage.grants import Grants

BOOK = Rulebook(subjects=subjects(), territory=TERRITORY)
WHY = {"by": "乙", "reason": "到期"}


class Ticks:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def control(tmp_path: Path) -> Iterator[ControlDatabase]:
    made = ControlDatabase(sqlite_url(tmp_path))
    made.migrate()
    Consumers(made.engine).add(consumer())
    Grants(made.engine).add(grant())
    yield made
    made.close()


@pytest.fixture
def key(control: ControlDatabase) -> str:
    return ConsumerKeys(control.engine).make("qiaokou", by="甲", at=AT)[0]


def _answer(found: Who | Refused, seconds: float = 0) -> str:
    if isinstance(found, Refused):
        return found.kind
    at = AT + timedelta(seconds=seconds)
    answer = decide(found, Ask(dataset="issue", at=at, form="api"), BOOK)
    return "allowed" if isinstance(answer, Allowed) else answer.kind


def test_a_key_leads_to_its_consumer_and_grants(
    control: ControlDatabase, key: str
) -> None:
    who = Callers(control.engine).recognise(key)

    assert isinstance(who, Who)
    assert who.consumer == consumer()
    assert [one.dataset for one in who.grants] == ["issue"]
    assert who.key is not None
    assert who.key.prefix in key


def test_a_wrong_key_is_nobody(control: ControlDatabase) -> None:
    known = Callers(control.engine)

    for wrong in ("", "hub_", "Bearer x", "hub_" + "0" * 12):
        found = known.recognise(wrong)

        assert isinstance(found, Refused)
        assert (found.kind, found.status) == ("unauthorised", 401)


def test_whoever_has_no_key_yet_is_not_remembered(control: ControlDatabase) -> None:
    known = Callers(control.engine, clock=Ticks())
    key, kept = ConsumerKeys(control.engine).make(
        "qiaokou", by="甲", at=AT, random=lambda size: b"\x07" * size
    )
    other = key.replace(kept.prefix, "ab" * 6)
    assert isinstance(known.recognise(other), Refused)

    made = ConsumerKeys(control.engine).make(
        "qiaokou",
        by="甲",
        at=AT,
        random=lambda size: (b"\xab" if size == 6 else b"\x07") * size,
    )

    assert made[0] == other
    assert isinstance(known.recognise(other), Who)


@pytest.mark.parametrize(
    ("what", "expected"),
    [("grant", "unknown"), ("key", "revoked"), ("consumer", "revoked")],
)
def test_what_is_revoked_stops_within_a_minute(
    control: ControlDatabase, key: str, what: str, expected: str
) -> None:
    clock = Ticks()
    known = Callers(control.engine, seconds=60, clock=clock)
    assert _answer(known.recognise(key)) == "allowed"

    at = AT + timedelta(seconds=1)
    match what:
        case "grant":
            number = Grants(control.engine).of("qiaokou")[0].number
            Grants(control.engine).revoke("qiaokou", number, **WHY, at=at)
        case "key":
            ConsumerKeys(control.engine).revoke("qiaokou", key[4:16], **WHY, at=at)
        case _:
            Consumers(control.engine).revoke("qiaokou", **WHY, at=at)

    clock.now += 59.9
    assert _answer(known.recognise(key), 60.9) == "allowed"
    clock.now += 0.1
    assert _answer(known.recognise(key), 61) == expected


def test_what_was_revoked_here_can_be_forgotten_at_once(
    control: ControlDatabase, key: str
) -> None:
    known = Callers(control.engine, clock=Ticks())
    known.recognise(key)
    Consumers(control.engine).revoke("qiaokou", **WHY, at=AT)

    known.forget()

    assert _answer(known.recognise(key)) == "revoked"


def test_an_end_that_was_set_beforehand_needs_no_look(
    control: ControlDatabase,
) -> None:
    until = AT + timedelta(seconds=5)
    key, _ = ConsumerKeys(control.engine).make("qiaokou", by="甲", at=AT, until=until)
    known = Callers(control.engine, clock=Ticks())

    answers = [_answer(known.recognise(key), seconds) for seconds in (4, 5)]

    assert answers == ["allowed", "expired"]


def test_a_memory_of_more_than_a_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="60 s"):
        Callers(sa.create_engine("sqlite://"), seconds=61)


def test_the_memory_is_bounded_and_holds_no_key(
    control: ControlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_CALLERS", 2)
    known = Callers(control.engine, clock=Ticks())
    keys = ConsumerKeys(control.engine)
    made = [keys.make("qiaokou", by="甲", at=AT)[0] for _ in range(4)]

    for key in made:
        known.recognise(key)

    assert len(known._known) == 2
    assert not [key for key in made if key[17:] in repr(vars(known))]


def test_a_consumer_is_found_without_a_key_where_none_is_involved(
    control: ControlDatabase,
) -> None:
    assert consumer_who(control.engine, "qiaokou").key is None
    with pytest.raises(MisuseError, match="none of that name"):
        consumer_who(control.engine, "jiangan")
