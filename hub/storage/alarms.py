"""Alarms in the control database: opened once per cause, cleared once, told reliably.

What lives here: bringing the open alarms to what was seen, with the messages that
follow from it, in one transaction; what waits to be sent; what the hub last saw
outside. What does not: finding causes and wording messages (`hub.alarms`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hub.storage.alarm_tables import ALARM, ALARM_FACT, ALARM_MESSAGE
from hub.storage.control import insert
from hub.storage.desk import Desk

Kind = Literal["opened", "escalated", "cleared"]
Value = str | int
CAUSE = ("rule", "partner", "feed", "subject")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that is wrong now.

    Attributes:
        rule: code of the alarm's rule.
        partner, feed: whose it is; empty where it is the hub's own.
        subject: what tells several causes of a rule and feed apart.
        seen: the values of the rule's sentence; never a value of a row.
    """

    rule: str
    partner: str = ""
    feed: str = ""
    subject: str = ""
    seen: Mapping[str, Value] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same cause when it is seen again."""
        return self.rule, self.partner, self.feed, self.subject


@dataclass(frozen=True, kw_only=True)
class Alarm(Cause):
    """A cause that was told of, from its opening to its end; instants are UTC."""

    number: int
    opened_at: datetime
    seen_at: datetime
    escalated_at: datetime | None = None
    cleared_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing to tell one channel; `sent_at` and the tries are by the wall clock."""

    number: int
    alarm: Alarm
    kind: Kind
    channel: str
    made_at: datetime
    tries: int
    next_at: datetime | None
    error: str | None
    sent_at: datetime | None


Changes = dict[Kind, list[Alarm]]
Receivers = Callable[[Alarm, Kind], Iterable[str]]


class Alarms(Desk):
    """The alarms of one control database."""

    def settle(
        self,
        causes: Sequence[Cause],
        *,
        at: datetime,
        escalate_after: timedelta,
        to: Receivers,
        blind: Collection[str] = (),
    ) -> Changes:
        """Open what is new, clear what is gone, escalate what stays; once each.

        Args:
            causes: everything that is wrong now.
            at: by the hub's clock.
            escalate_after: how long an alarm may be open before it is told again.
            to: the channels that are told of a change.
            blind: rules that could not be looked at; their alarms stay as they are.
        """
        changes: Changes = {"opened": [], "escalated": [], "cleared": []}
        wanted = {cause.key: cause for cause in causes}
        with self._writing(None) as connection:
            before = {one.key: one for one in _open(connection)}
            for key, cause in wanted.items():
                if key not in before:
                    changes["opened"] += _opened(connection, cause, at)
            for key, alarm in before.items():
                if key in wanted:
                    seen = dict(wanted[key].seen)
                    _update(connection, alarm.number, seen_at=at, seen=seen)
                    is_late = at - alarm.opened_at >= escalate_after
                    if alarm.escalated_at is None and is_late:
                        _update(connection, alarm.number, escalated_at=at)
                        changes["escalated"].append(_one(connection, alarm.number))
                elif alarm.rule not in blind:
                    _update(connection, alarm.number, cleared_at=at)
                    changes["cleared"].append(_one(connection, alarm.number))
            rows = [
                {"alarm": alarm.number, "kind": kind, "channel": name, "made_at": at}
                for kind, alarms in changes.items()
                for alarm in alarms
                for name in to(alarm, kind)
            ]
            if rows:
                connection.execute(sa.insert(ALARM_MESSAGE), rows)
        return changes

    def open(self) -> list[Alarm]:
        """Alarms that are not cleared, the oldest first."""
        with self._reading(None) as connection:
            return _open(connection)

    def newest(self, most: int) -> list[Alarm]:
        """The newest alarms, whatever became of them."""
        query = sa.select(ALARM).order_by(ALARM.c.number.desc()).limit(most)
        with self._reading(None) as connection:
            return [Alarm(**row._mapping) for row in connection.execute(query)]

    def find(self, number: int) -> Alarm | None:
        """The alarm of that number."""
        query = sa.select(ALARM).where(ALARM.c.number == number)
        with self._reading(None) as connection:
            row = connection.execute(query).first()
        return None if row is None else Alarm(**row._mapping)

    def messages(
        self,
        *,
        alarm: int | None = None,
        channel: str | None = None,
        waiting: bool = False,
    ) -> list[Message]:
        """Messages in the order in which they were made, narrowed by what is given."""
        own = [ALARM_MESSAGE.c[name] for name in _MESSAGE]
        query = (
            sa.select(*(c.label(f"m_{c.name}") for c in own), *ALARM.c)
            .join(ALARM, ALARM.c.number == ALARM_MESSAGE.c.alarm)
            .order_by(ALARM_MESSAGE.c.number)
        )
        if alarm is not None:
            query = query.where(ALARM_MESSAGE.c.alarm == alarm)
        if channel is not None:
            query = query.where(ALARM_MESSAGE.c.channel == channel)
        if waiting:
            query = query.where(ALARM_MESSAGE.c.sent_at.is_(None))
        with self._reading(None) as connection:
            return [_message(row._asdict()) for row in connection.execute(query)]

    def posts_since(self, channel: str, at: datetime) -> int:
        """How often a channel was written to since an instant of the wall clock."""
        query = sa.select(sa.func.count(ALARM_MESSAGE.c.post.distinct())).where(
            ALARM_MESSAGE.c.channel == channel, ALARM_MESSAGE.c.sent_at > at
        )
        with self._reading(None) as connection:
            return int(connection.execute(query).scalar_one())

    def sent(self, numbers: Sequence[int], *, post: str, at: datetime) -> None:
        """Strike messages off the list: one post has told of them."""
        self._mark(numbers, post=post, sent_at=at, error=None, next_at=None)

    def failed(
        self, numbers: Sequence[int], *, error: str, next_at: datetime | None
    ) -> None:
        """Messages stay waiting; `next_at` is when they are tried again."""
        tries = ALARM_MESSAGE.c.tries + 1
        self._mark(numbers, error=error, next_at=next_at, tries=tries)

    def _mark(self, numbers: Sequence[int], **values: Any) -> None:
        chosen = ALARM_MESSAGE.c.number.in_(numbers)
        with self._writing(None) as connection:
            connection.execute(sa.update(ALARM_MESSAGE).where(chosen).values(values))

    def fact(self, name: str) -> tuple[Any, datetime] | None:
        """What was last seen outside under a name, and when."""
        query = sa.select(ALARM_FACT.c.value, ALARM_FACT.c.at)
        with self._reading(None) as connection:
            row = connection.execute(query.where(ALARM_FACT.c.name == name)).first()
        return None if row is None else (row.value, row.at)

    def keep_fact(self, name: str, value: object, *, at: datetime) -> None:
        """Note what was seen outside, in place of what was seen before."""
        with self._writing(None) as connection:
            query = insert(connection, ALARM_FACT).values(name=name, value=value, at=at)
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"value": query.excluded.value, "at": query.excluded.at},
                )
            )


_MESSAGE = ("number", "kind", "channel", "made_at", "tries", "next_at", "error",
            "sent_at")  # fmt: skip


def _open(connection: sa.Connection) -> list[Alarm]:
    query = sa.select(ALARM).where(ALARM.c.cleared_at.is_(None))
    found = connection.execute(query.order_by(ALARM.c.number))
    return [Alarm(**row._mapping) for row in found]


def _opened(connection: sa.Connection, cause: Cause, at: datetime) -> list[Alarm]:
    """The alarm that this made; none where another check was first."""
    values = {**asdict(cause), "seen": dict(cause.seen), "opened_at": at, "seen_at": at}
    query = insert(connection, ALARM).values(values)
    made = connection.execute(query.on_conflict_do_nothing().returning(ALARM)).first()
    return [] if made is None else [Alarm(**made._mapping)]


def _update(connection: sa.Connection, number: int, **values: object) -> None:
    query = sa.update(ALARM).where(ALARM.c.number == number)
    connection.execute(query.values(values))


def _one(connection: sa.Connection, number: int) -> Alarm:
    query = sa.select(ALARM).where(ALARM.c.number == number)
    return Alarm(**connection.execute(query).one()._mapping)


def _message(row: Mapping[str, Any]) -> Message:
    own = {name: row[f"m_{name}"] for name in _MESSAGE}
    alarm = Alarm(**{c.name: row[c.name] for c in ALARM.c})
    return Message(alarm=alarm, **own)
