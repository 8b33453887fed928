"""The words of a decision: who asks, for what, and what the answer may be.

What lives here: the frozen values that `decision.decide` takes and gives, the same for
API, files, warehouse views, portal and reports. What does not: deciding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from hub.sharing.seen_rows import SeenRows
from hub.storage.consumer_keys import ConsumerKey
from hub.storage.consumers import Consumer
from hub.storage.grants import Grant, RowRule

Form = Literal["api", "file", "warehouse", "portal", "report"]
FORMS: tuple[str, ...] = get_args(Form)
Kind = Literal[
    "unknown", "unauthorised", "expired", "revoked", "purpose", "column", "masked"
]
STATUS: Mapping[Kind, int] = MappingProxyType(
    {
        "unknown": 404,
        "unauthorised": 401,
        "expired": 401,
        "revoked": 401,
        "purpose": 403,
        "column": 400,
        "masked": 400,
    }
)


@dataclass(frozen=True)
class Who:
    """A consumer that has shown who it is, with every grant it ever had.

    `key` is None where no key is involved: the warehouse, or an export at the console.
    """

    consumer: Consumer
    grants: tuple[Grant, ...]
    key: ConsumerKey | None = None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked for.

    Attributes:
        dataset: name of a dataset, or `figure`.
        at: instant of the ask.
        form: means of the hand-over (共享方式).
        columns: names in the wanted order; None for all that may be seen.
        filters: columns that rows are chosen by.
        sorts: columns that rows are ordered by.
        purpose: what for; None for the consumer's only purpose.
        grant: number of the one grant to answer under; None for the best.
        granted_only: whether what is open to everybody is left aside.
    """

    dataset: str
    at: datetime
    form: Form
    columns: tuple[str, ...] | None = None
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    purpose: str | None = None
    grant: int | None = None
    granted_only: bool = False


@dataclass(frozen=True)
class Shown:
    """A column of the answer; `mask` None: as it is stored."""

    name: str
    mask: str | None


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What may be handed over.

    Attributes:
        dataset, form: as asked.
        columns: in the order of the answer; never one with the mask `drop`.
        rows: which rows; the condition may read columns that are not shown.
        grants: numbers of the grants that it rests on; empty where open to everybody.
        rules: their row rules.
        purpose: what the data may be used for; None where open.
        basis: what the grants rest on in law, as far as they say.
        valid_until: when the first of the grants ends; None for no end.
        small_cells: least count that a cell of statistics may show (sharing §8); None
            where nothing is to be suppressed.
        whole: rows that are shown whole although others have cells suppressed: the
            unit's own; None where there are none, or nothing is suppressed.
    """

    dataset: str
    form: Form
    columns: tuple[Shown, ...]
    rows: SeenRows
    grants: tuple[int, ...] = ()
    rules: tuple[RowRule, ...] = ()
    purpose: str | None = None
    basis: tuple[str, ...] = ()
    valid_until: datetime | None = None
    small_cells: int | None = None
    whole: SeenRows | None = None

    @property
    def masks(self) -> dict[str, str]:
        """Column → mask, of the columns that have one."""
        return {one.name: one.mask for one in self.columns if one.mask is not None}

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns to read: those shown, then those the row condition looks at."""
        shown = [one.name for one in self.columns]
        return tuple(dict.fromkeys([*shown, *self.rows.reads]))

    def as_data(self) -> dict[str, Any]:
        """The answer as JSON can hold it."""
        return {
            "dataset": self.dataset,
            "form": self.form,
            "columns": [{"column": c.name, "mask": c.mask} for c in self.columns],
            "rows": self.rows.as_data(),
            "grants": list(self.grants),
            "rules": [str(rule) for rule in self.rules],
            "purpose": self.purpose,
            "basis": list(self.basis),
            "valid_until": self.valid_until,
            "small_cells": self.small_cells,
            "whole": self.whole.as_data() if self.whole else None,
        }


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Nothing is handed over.

    Attributes:
        kind: why, in one word.
        reason: why, for the audit; it may know more than the asker may learn.
        columns: columns named by the asker that it may not use so.
    """

    kind: Kind
    reason: str
    columns: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status that says it."""
        return STATUS[self.kind]
