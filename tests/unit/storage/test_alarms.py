"""Alarms in the database: one per cause while it lasts, and no message too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.storage.alarms import Alarm, Alarms, Cause, Kind
from hub.storage.control import ControlDatabase

START = datetime(2026, 9, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
PATIENCE = timedelta(hours=5)
CAUSES = st.sets(st.tuples(st.sampled_from(["A01", "A05"]), st.sampled_from("ab")))
STEPS = st.lists(
    st.tuples(CAUSES, st.integers(1, 4), st.sets(st.just("A05"))),
    max_size=12,
)


def cause(rule: str, partner: str, count: int = 0) -> Cause:
    return Cause(rule=rule, partner=partner, feed="cases", seen={"count": count})


def everybody(_alarm: Alarm, _kind: Kind) -> Iterator[str]:
    yield from ("one", "two")


def test_a_cause_opens_once_is_kept_up_to_date_and_clears_once(
    control: ControlDatabase,
) -> None:
    store = Alarms(control.engine)
    given_ = {"escalate_after": PATIENCE, "to": everybody}

    first = store.settle([cause("A01", "a", 1)], at=START, **given_)
    again = store.settle([cause("A01", "a", 2)], at=START + HOUR, **given_)
    gone = store.settle([], at=START + 2 * HOUR, **given_)
    after = store.settle([], at=START + 3 * HOUR, **given_)

    assert [len(first[k]) for k in first] == [1, 0, 0]
    assert not any(again.values())
    assert [one.seen for one in gone["cleared"]] == [{"count": 2}]
    assert gone["cleared"][0].cleared_at == START + 2 * HOUR
    assert not any(after.values())
    assert store.open() == []


def test_what_comes_back_is_an_alarm_of_its_own(control: ControlDatabase) -> None:
    store = Alarms(control.engine)
    for n, causes in enumerate(([cause("A01", "a")], [], [cause("A01", "a")])):
        store.settle(causes, at=START + n * HOUR, escalate_after=PATIENCE, to=everybody)

    kinds = [(one.alarm.number, one.kind) for one in store.messages(channel="one")]

    assert kinds == [(1, "opened"), (1, "cleared"), (2, "opened")]


@given(steps=STEPS)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_alarms_follow_what_is_seen_and_nothing_is_told_twice(
    control: ControlDatabase,
    steps: list[tuple[set[tuple[str, str]], int, set[str]]],
) -> None:
    store = Alarms(control.engine)
    now = START
    store.settle([], at=now, escalate_after=PATIENCE, to=everybody)
    known = {one.number for one in store.messages()}
    model: dict[tuple[str, str], tuple[datetime, bool]] = {}
    wanted: Counter[str] = Counter()
    for seen, hours, blind in steps:
        now += hours * HOUR
        store.settle(
            [cause(*one) for one in seen],
            at=now, escalate_after=PATIENCE, to=everybody, blind=blind,
        )  # fmt: skip
        for key in list(model):
            if key not in seen and key[0] not in blind:
                del model[key]
                wanted["cleared"] += 1
        for key in seen:
            if key not in model:
                model[key] = (now, False)
                wanted["opened"] += 1
            elif now - model[key][0] >= PATIENCE and not model[key][1]:
                model[key] = (model[key][0], True)
                wanted["escalated"] += 1
        found = {(one.rule, one.partner): one for one in store.open()}
        assert len(store.open()) == len(found)
        assert found.keys() == model.keys()
        for key, (opened, is_escalated) in model.items():
            assert found[key].opened_at == opened
            assert (found[key].escalated_at is not None) is is_escalated
    told = [one for one in store.messages(channel="two") if one.number not in known]
    assert Counter(one.kind for one in told) == wanted
    per_alarm = Counter((one.alarm.number, one.kind) for one in told)
    assert all(count == 1 for count in per_alarm.values())
    store.settle([], at=now + HOUR, escalate_after=PATIENCE, to=lambda _a, _k: ())


def test_a_message_that_failed_waits_and_one_that_was_sent_does_not(
    control: ControlDatabase,
) -> None:
    store = Alarms(control.engine)
    causes = [cause("A01", "a"), cause("A01", "b")]
    store.settle(causes, at=START, escalate_after=PATIENCE, to=everybody)
    first, second = store.messages(channel="one")

    store.sent([first.number], post="p", at=START)
    store.failed([second.number], error="HTTP 503", next_at=START + HOUR)

    (left,) = store.messages(channel="one", waiting=True)
    assert (left.number, left.tries, left.error) == (second.number, 1, "HTTP 503")
    assert left.next_at == START + HOUR
    assert store.posts_since("one", START - HOUR) == 1
    assert store.posts_since("one", START) == 0
    assert store.posts_since("two", START - HOUR) == 0


def test_a_fact_is_what_was_seen_last(control: ControlDatabase) -> None:
    store = Alarms(control.engine)

    assert store.fact("x") is None
    for n in range(2):
        store.keep_fact("x", {"n": n}, at=START + n * HOUR)

    assert store.fact("x") == ({"n": 1}, START + HOUR)
