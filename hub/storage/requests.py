"""Requests of recipients: corrections (校核), access, and changes of the catalogue.

What lives here: keeping a request and the steps that it takes, and reading both. A step
is added once and never changed; which step may follow which is settled inside the
transaction that adds it, so that two people cannot answer one request. What does not:
whether a request makes sense (`hub.sharing.requests`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.desk import Desk
from hub.storage.request_tables import REQUEST, REQUEST_STEP

Kind = Literal["correction", "access", "catalogue"]
Step = Literal["accepted", "rejected", "delivered", "closed"]
# Which steps a request must have taken, and must not have, before another.
BEFORE: Mapping[Step, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        "accepted": (frozenset(), frozenset({"rejected", "closed"})),
        "rejected": (frozenset(), frozenset({"accepted", "closed"})),
        "delivered": (frozenset({"accepted"}), frozenset({"closed"})),
        "closed": (frozenset(), frozenset()),
    }
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step that a request has taken.

    Attributes:
        step: which.
        reason: why; rejections always say it.
        grant: number of the grant that fulfils an access request.
        at, author: when it was taken, and by whom.
    """

    step: Step
    reason: str | None = None
    grant: int | None = None
    at: datetime
    author: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request of a recipient.

    Attributes:
        number: counted over all of them; 0 until kept.
        kind: correction (条例 art. 26), access, or a change of the catalogue.
        consumer: id of who asks.
        dataset: which dataset it is about.
        columns: the column to correct, or those that are asked for; empty for all.
        row_key: hub id of the row to correct.
        partner: who delivered that row and must look into it.
        proposed: what it should say instead; never of a column with a class or a mask.
        purpose: what data are asked for.
        reason: why, without values of persons.
        steps: what was done with it, the oldest first.
    """

    number: int = 0
    kind: Kind
    consumer: str
    dataset: str
    columns: tuple[str, ...] = ()
    row_key: str | None = None
    partner: str | None = None
    proposed: str | None = None
    purpose: str | None = None
    reason: str
    made_at: datetime
    made_by: str
    steps: tuple[Taken, ...] = ()

    def taken(self, *steps: Step) -> Taken | None:
        """The last step of these that it has taken."""
        found = [one for one in self.steps if one.step in steps]
        return found[-1] if found else None

    @property
    def grant(self) -> int | None:
        """The grant that fulfils it."""
        told = [one.grant for one in self.steps if one.grant is not None]
        return told[-1] if told else None


class Requests(Desk):
    """The requests of one control database."""

    def add(self, given: Request) -> Request:
        """Keep a request; it gets its number."""
        row = asdict(given) | {"columns": list(given.columns)}
        del row["number"], row["steps"]
        with self._writing(None) as connection:
            number = connection.execute(
                sa.insert(REQUEST).values(row).returning(REQUEST.c.number)
            ).scalar_one()
            return _found(connection, number)

    def find(self, number: int) -> Request:
        """The request of a number.

        Raises:
            MisuseError: there is none.
        """
        with self._reading(None) as connection:
            return _found(connection, number)

    def all(
        self,
        *,
        kind: str | None = None,
        consumer: str | None = None,
        partner: str | None = None,
    ) -> list[Request]:
        """Requests, the oldest first, narrowed by what is given."""
        query = sa.select(REQUEST).order_by(REQUEST.c.number)
        given = {"kind": kind, "consumer": consumer, "partner": partner}
        for name, value in given.items():
            if value is not None:
                query = query.where(REQUEST.c[name] == value)
        with self._reading(None) as connection:
            rows = connection.execute(query).all()
            steps = _steps(connection, [row.number for row in rows])
        return [_read(row, steps) for row in rows]

    def take(self, number: int, step: Taken) -> Request:
        """Add a step to a request.

        Raises:
            MisuseError: there is no such request, it has taken that step, or that
                step may not follow those that it has taken.
        """
        with self._writing(None) as connection:
            before = _found(connection, number)
            taken = {one.step for one in before.steps}
            needed, excluded = BEFORE[step.step]
            if step.step in taken or not needed <= taken or excluded & taken:
                told = " and ".join(sorted(taken)) or "not answered"
                raise MisuseError(
                    f"mark request {number} as {step.step}",
                    seen=f"it is {told} already" if taken else f"it is {told} yet",
                    next_step=f"`hub request show {number}` tells its history.",
                )
            connection.execute(
                sa.insert(REQUEST_STEP).values({"request": number, **asdict(step)})
            )
            return _found(connection, number)


def _found(connection: sa.Connection, number: int) -> Request:
    row = connection.execute(
        sa.select(REQUEST).where(REQUEST.c.number == number)
    ).first()
    if row is None:
        raise MisuseError(
            f"find request {number}",
            seen="there is none of that number",
            next_step="`hub request list --all` tells the numbers.",
        )
    return _read(row, _steps(connection, [number]))


def _steps(
    connection: sa.Connection, numbers: list[int]
) -> Mapping[int, tuple[Taken, ...]]:
    query = sa.select(REQUEST_STEP).order_by(REQUEST_STEP.c.at)
    if len(numbers) == 1:
        query = query.where(REQUEST_STEP.c.request == numbers[0])
    found: dict[int, tuple[Taken, ...]] = {}
    for row in connection.execute(query):
        told = dict(row._mapping)
        number = told.pop("request")
        found[number] = (*found.get(number, ()), Taken(**told))
    return found


def _read(row: sa.Row[Any], steps: Mapping[int, tuple[Taken, ...]]) -> Request:
    told = dict(row._mapping)
    told["columns"] = tuple(told["columns"])
    return Request(**told, steps=steps.get(told["number"], ()))
