"""Grants: which consumer may see which columns and rows, and what for.

What lives here: keeping a grant, listing those of a consumer, taking one back. Nothing
is changed or deleted: a grant that is to say something else is revoked and given anew.
What does not: whether a grant makes sense (`hub.sharing.granting`), and what it lets
through (`hub.sharing.decision`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.consumer_tables import GRANT
from hub.storage.desk import Desk
from hub.storage.span import GivenFrom

RowKind = Literal["all", "districts", "streets", "own"]
LISTS = ("columns", "clear", "forms")


@dataclass(frozen=True)
class RowRule:
    """Which rows a grant covers, as data.

    Attributes:
        kind: `all`; rows of the `districts` or `streets` named in `codes`; or the
            consumer's `own` assessment units.
        codes: division codes; empty for `all` and `own`.
    """

    kind: RowKind
    codes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As the command line writes it: `districts:420104,420106`."""
        return f"{self.kind}:{','.join(self.codes)}" if self.codes else self.kind


@dataclass(frozen=True, kw_only=True)
class Grant(GivenFrom):
    """A grant (授权): one dataset for one purpose.

    Attributes:
        number: the authorisation number, counted over all consumers; 0 until kept.
        consumer: id of the consumer.
        dataset: name of the dataset.
        columns: columns that are granted by name.
        column_class: also every column that is no stricter: OPEN or CONDITIONAL.
        row_rule: which rows.
        purpose: one of the consumer's purposes.
        basis: what it rests on in law; may be empty where nothing closed is seen.
        clear: columns whose values are seen without the schema's mask; needs a basis.
        masks: column → mask that is stricter than the schema's.
        forms: means (共享方式) by which it may be handed over; empty for all.
        made_by: who granted it.
    """

    number: int = 0
    consumer: str
    dataset: str
    columns: tuple[str, ...] = ()
    column_class: str | None = None
    row_rule: RowRule
    purpose: str
    basis: str = ""
    clear: tuple[str, ...] = ()
    masks: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()


class Grants(Desk):
    """The grants of one control database."""

    def add(self, given: Grant) -> Grant:
        """Keep a grant; it gets its number."""
        told = asdict(given)
        del told["number"]
        row = told | {name: list(told[name]) for name in LISTS}
        row["row_rule"] = {
            "kind": given.row_rule.kind,
            "codes": list(given.row_rule.codes),
        }
        with self._writing(None) as connection:
            number = connection.execute(
                sa.insert(GRANT).values(row).returning(GRANT.c.number)
            ).scalar_one()
            return _one(connection, GRANT.c.number == number)

    def of(self, consumer: str, conn: sa.Connection | None = None) -> list[Grant]:
        """Every grant that a consumer ever had, the oldest first."""
        query = (
            sa.select(GRANT)
            .where(GRANT.c.consumer == consumer)
            .order_by(GRANT.c.number)
        )
        with self._reading(conn) as connection:
            return [
                _read(row) for row in connection.execute(query.order_by(GRANT.c.number))
            ]

    def revoke(
        self, consumer: str, number: int, *, by: str, reason: str, at: datetime
    ) -> Grant:
        """Take a grant back at once; it stays listed.

        Raises:
            MisuseError: the consumer has none of that number, or it was taken back.
        """
        chosen = sa.and_(GRANT.c.consumer == consumer, GRANT.c.number == number)
        with self._writing(None) as connection:
            row = connection.execute(sa.select(GRANT).where(chosen)).first()
            if row is None or row.revoked_at is not None:
                raise MisuseError(
                    f"revoke grant {number} of {consumer}",
                    seen="there is none" if row is None else "it is revoked already",
                    next_step=f"`hub consumer show {consumer}` tells the numbers.",
                )
            connection.execute(
                sa.update(GRANT)
                .where(chosen)
                .values(revoked_at=at, revoked_by=by, revoked_reason=reason)
            )
            return _one(connection, chosen)


def _one(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> Grant:
    return _read(connection.execute(sa.select(GRANT).where(chosen)).one())


def _read(row: sa.Row[Any]) -> Grant:
    told = dict(row._mapping)
    rule = told["row_rule"]
    told |= {name: tuple(told[name]) for name in LISTS}
    return Grant(**told | {"row_rule": RowRule(rule["kind"], tuple(rule["codes"]))})
