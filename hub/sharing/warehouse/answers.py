"""What each consumer may see in the warehouse, as the one decision says.

What lives here: asking `decide` for every consumer, purpose and dataset with a grant,
and until when each part of the answer holds. What does not: the SQL of it (`views`).

A consumer has one schema per purpose, since a grant, a join key and an answer belong to
one purpose: `for_NAME` for the first, `for2_NAME` for the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from hub.flow.house import House
from hub.sharing.asks import Allowed, Ask, Who
from hub.sharing.callers import consumer_who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.handing import Handing, decided, handing
from hub.sharing.seen_rows import SeenRows
from hub.sharing.subjects import FIGURES
from hub.storage.consumers import Consumer, Consumers
from hub.storage.releases import Release


class Span(NamedTuple):
    """Rows that are seen until an instant, and whether small cells are hidden."""

    rows: SeenRows
    until: datetime | None
    is_hidden: bool


@dataclass(frozen=True)
class Answer:
    """One view in the making.

    Attributes:
        given: the hand-over; its rows are those of all spans.
        purpose_number: 1 for the consumer's first purpose.
        spans: the parts of its condition.
    """

    given: Handing
    purpose_number: int
    spans: tuple[Span, ...]

    @property
    def consumer(self) -> str:
        """Whose it is."""
        return self.given.who.consumer.id

    @property
    def dataset(self) -> str:
        """What is seen."""
        return self.given.allowed.dataset

    @property
    def schema(self) -> str:
        """Where its view is."""
        return schema_name("for", self.purpose_number, self.consumer)

    @property
    def side_schema(self) -> str:
        """Where what only this consumer has is kept; nobody else may use it."""
        return schema_name("masked", self.purpose_number, self.consumer)


def schema_name(prefix: str, number: int, consumer: str) -> str:
    """A schema of one purpose; ids of consumers hold no capital and begin with one."""
    return f"{prefix}{'' if number == 1 else number}_{consumer}"


def schemas_of(consumer: Consumer) -> list[str]:
    """The schemas of a consumer's views, purpose by purpose."""
    numbers = range(1, len(consumer.purposes) + 1)
    return [schema_name("for", number, consumer.id) for number in numbers]


def consumers_by_state(house: House) -> tuple[list[Consumer], list[Consumer]]:
    """Consumers that are valid now, and those that have ended."""
    at = house.now()
    every = Consumers(house.control.engine).all()
    valid = [one for one in every if one.state(at) == "active"]
    ended = [one for one in every if one.state(at) in ("revoked", "expired")]
    return valid, ended


def answers(house: House, release: Release) -> list[Answer]:
    """What every consumer may see now of a release in the warehouse."""
    book, at = Rulebook.of(house.city), house.now()
    found = list[Answer]()
    for consumer in consumers_by_state(house)[0]:
        who = consumer_who(house.control.engine, consumer.id)
        for number, purpose in enumerate(consumer.purposes, 1):
            for ask in _asks(who, purpose, at):
                allowed = decided(who, ask, book)
                # What is open to everybody needs no grant and gets no view.
                if not isinstance(allowed, Allowed) or not allowed.grants:
                    continue
                given = handing(house, who, allowed, release)
                spans = tuple(_spans(who, ask, allowed, book))
                found.append(Answer(given, number, spans))
    return found


def _asks(who: Who, purpose: str, at: datetime) -> Iterator[Ask]:
    named = {one.dataset for one in who.grants if one.purpose == purpose}
    for dataset in sorted(named):
        yield Ask(dataset=dataset, at=at, form="warehouse", purpose=purpose)


def _spans(who: Who, ask: Ask, allowed: Allowed, book: Rulebook) -> Iterator[Span]:
    """The rows of each grant that speaks, and of what is open, with their ends.

    Each is asked for alone, so that a view that two grants make goes on showing the
    rows of the one when the other has ended. Figures that are open are no part of it.
    """
    columns = tuple(one.name for one in allowed.columns)
    whole = replace(ask, columns=columns)
    singly = [(who, replace(whole, grant=number)) for number in allowed.grants]
    is_open = ask.dataset != FIGURES
    for one, single in [*singly, *[(None, whole)] * is_open]:
        told = decide(one, single, book)
        if isinstance(told, Allowed) and told.columns == allowed.columns:
            is_hidden = told.small_cells is not None
            yield Span(told.rows, told.valid_until, is_hidden)
