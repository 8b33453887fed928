"""Points that people give by hand, in the control database.

What lives here: adding such inputs, withdrawing them, and listing those of a month.
Nothing is changed or deleted: a mistake is withdrawn, with who and why, and the right
input is added. What does not: reading files of inputs, or what items there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.assessment_tables import INPUT
from hub.storage.desk import Desk


@dataclass(frozen=True, kw_only=True)
class Input:
    """Points for one unit or one person in one month, with who stands for them."""

    period: str
    item: str
    unit_code: str | None = None
    person_id: str | None = None
    points: Decimal
    reason: str
    author: str
    approver: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeptInput(Input):
    """An input as it was kept; instants are UTC."""

    number: int
    made_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None


class AssessmentInputs(Desk):
    """The inputs of one control database."""

    def add(self, inputs: Sequence[Input], *, at: datetime) -> list[KeptInput]:
        """Keep all of these inputs, or none."""
        kept = []
        with self._writing(None) as connection:
            for one in inputs:
                told = asdict(one)
                row = {**told, "points": format(one.points, "f"), "made_at": at}
                number = connection.execute(
                    sa.insert(INPUT).values(row).returning(INPUT.c.number)
                ).scalar_one()
                kept.append(KeptInput(**told, number=number, made_at=at))
        return kept

    def withdraw(self, number: int, *, by: str, reason: str, at: datetime) -> KeptInput:
        """Take an input back; it stays readable.

        Raises:
            MisuseError: there is none of that number, or it was withdrawn before.
        """
        with self._writing(None) as connection:
            chosen = INPUT.c.number == number
            row = connection.execute(sa.select(INPUT).where(chosen)).first()
            if row is None or row.withdrawn_at is not None:
                raise MisuseError(
                    f"withdraw input {number}",
                    seen="there is none" if row is None else "it is withdrawn already",
                    next_step="`hub assessment input list` tells the numbers.",
                )
            connection.execute(
                sa.update(INPUT)
                .where(chosen)
                .values(withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason)
            )
            found = connection.execute(sa.select(INPUT).where(chosen)).one()
        return _read(found)

    def of(
        self, period: str | None = None, *, withdrawn: bool = False
    ) -> list[KeptInput]:
        """Inputs of a month, or of all, in the order in which they came.

        Args:
            period: month `YYYY-MM`.
            withdrawn: whether those that were taken back are told as well.
        """
        query = sa.select(INPUT).order_by(INPUT.c.number)
        if period is not None:
            query = query.where(INPUT.c.period == period)
        if not withdrawn:
            query = query.where(INPUT.c.withdrawn_at.is_(None))
        with self._reading(None) as connection:
            return [_read(row) for row in connection.execute(query)]


def _read(row: sa.Row[Any]) -> KeptInput:
    told = dict(row._mapping)
    return KeptInput(**{**told, "points": Decimal(told["points"])})
