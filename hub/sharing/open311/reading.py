"""Rows for one answer: decided about, taken from shelves, and told to the audit.

What lives here: what is public of a dataset, what a grant shows beside it, and the one
writing of all that was read before the answer leaves. What does not: what becomes of
the rows (`listing`).

A recipient with a grant gets the same public rows as everybody, and beside them what
its grant covers, of the rows that it covers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from hub.sharing.api.problems import Refusal
from hub.sharing.api.service import Caller, Service
from hub.sharing.api.shown import ShownRows
from hub.sharing.asks import Allowed, Ask
from hub.sharing.open311.asking import MOST_IDS, Paged
from hub.sharing.public import public_name
from hub.sharing.shelf import AnyOf, Condition, Order, Shelf, TooSlow, read_condition
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.releases import Release


@dataclass
class Reading:
    """What one answer is made of.

    Attributes:
        release: the one that all of it is of.
        purpose: what for, where a consumer has several.
        handed: what was taken so far, and how many rows of it.
    """

    service: Service
    caller: Caller
    release: Release
    at: datetime
    purpose: str | None = None
    handed: list[tuple[HandOver, int]] = field(default_factory=list)

    @property
    def zone(self) -> str:
        """IANA zone of the city."""
        return self.service.house.city.timezone

    def shelf(self, dataset: str) -> Shelf:
        """The rows of a dataset."""
        return self.service.hand.shelf(self.release, dataset)

    def where(self, dataset: str, *told: tuple[str, str]) -> list[Condition]:
        """Conditions by column and `operator.value`."""
        schema = self.shelf(dataset).schema
        return [
            read_condition(dataset, schema, column, text, zone=self.zone)
            for column, text in told
        ]

    def public(
        self,
        dataset: str,
        conditions: Sequence[Condition | AnyOf],
        used: tuple[str, ...],
        *,
        order: Order | None = None,
        paged: Paged | None = None,
    ) -> pl.DataFrame:
        """Public columns of the rows that fulfil the conditions.

        Args:
            used: columns that the conditions look at.

        Raises:
            Refusal: it may not, or it was not found in time.
        """
        ask = Ask(
            dataset=public_name(dataset),
            at=self.at,
            form="api",
            filters=used,
            sorts=() if order is None else (order.column,),
            purpose=self.purpose,
        )
        allowed = self.service.decided(self.caller, ask)
        return self._taken(dataset, allowed, conditions, order, paged, conditions)

    def of(self, dataset: str, key: str, values: pl.Series) -> pl.DataFrame:
        """Public columns of the rows whose key is one of these values.

        Raises:
            Refusal: it may not, or it was not found in time.
        """
        ask = Ask(
            dataset=public_name(dataset),
            at=self.at,
            form="api",
            filters=(key,),
            purpose=self.purpose,
        )
        return self._among(dataset, self.service.decided(self.caller, ask), key, values)

    def open(
        self, dataset: str, columns: tuple[str, ...], told: tuple[str, str]
    ) -> pl.DataFrame:
        """Columns of an open dataset, of the rows that fulfil a condition.

        Raises:
            Refusal: it may not, or it was not found in time.
        """
        ask = Ask(
            dataset=dataset,
            at=self.at,
            form="api",
            columns=columns,
            filters=(told[0],),
            purpose=self.purpose,
        )
        allowed = self.service.decided(self.caller, ask)
        return self._taken(dataset, allowed, self.where(dataset, told))

    def granted(
        self, dataset: str, key: str, wanted: Sequence[str], values: pl.Series
    ) -> pl.DataFrame | None:
        """What a grant, or openness, shows of some columns; None for nothing.

        Args:
            key: the column that rows are told apart by; it must be seen whole.
            wanted: columns; those that are not shown are not there.
            values: of the key.
        """
        ask = Ask(
            dataset=dataset,
            at=self.at,
            form="api",
            filters=(key,),
            purpose=self.purpose,
        )
        found = self.service.may(self.caller, ask)
        if found is None:
            return None
        columns = tuple(one for one in found.columns if one.name in (key, *wanted))
        if len(columns) < 2:
            return None
        allowed = replace(found, columns=columns)
        return self._among(dataset, allowed, key, values)

    def hand_over(self, body: bytes) -> None:
        """Write down what left with an answer, and wait for it.

        Raises:
            AuditUnwritable: nothing may leave.
        """
        digest = hashlib.sha256(body).hexdigest()
        waiting = [
            self.service.journal.put(
                about,
                Outcome(
                    result="delivered",
                    row_count=rows,
                    byte_count=len(body),
                    digest=digest,
                ),
            )
            for about, rows in self.handed
        ]
        for one in waiting:
            one.result()

    def _among(
        self, dataset: str, allowed: Allowed, key: str, values: pl.Series
    ) -> pl.DataFrame:
        """Rows that belong to rows of the answer, a bounded number of keys at a time.

        The audit is told no keys here: they are not what somebody asked for.
        """
        kept = values.drop_nulls().unique(maintain_order=True)
        kind = self.shelf(dataset).schema[key]
        frames = []
        for begin in range(0, max(1, len(kept)), MOST_IDS):
            piece = tuple(kept.slice(begin, MOST_IDS))
            wanted = Condition(key, "in", piece, piece, kind)
            frames.append(self._taken(dataset, allowed, [wanted]))
        return pl.concat(frames)

    def _taken(
        self,
        dataset: str,
        allowed: Allowed,
        conditions: Sequence[Condition | AnyOf],
        order: Order | None = None,
        paged: Paged | None = None,
        asked: Sequence[Condition | AnyOf] = (),
    ) -> pl.DataFrame:
        shelf = self.shelf(dataset)
        try:
            places = shelf.find(
                seen=allowed.rows,
                conditions=conditions,
                order=order,
                skip=0 if paged is None else paged.skip,
                limit=None if paged is None else paged.size,
                others=self.service.hand.shelves(self.release),
                seconds=self.service.options.seconds,
            )
        except TooSlow:
            said = "The requests were not found in time; narrow the query."
            raise Refusal(503, "too_slow", said, {"Retry-After": "30"}) from None
        key = self.service.join_key(self.caller, allowed)
        frame = ShownRows(shelf, allowed, key).rows([one.number for one in places])
        single = [
            one
            for given in asked
            for one in (given.parts if isinstance(given, AnyOf) else (given,))
        ]
        about = self.service.handover(
            self.caller,
            allowed.dataset,
            allowed,
            version=self.release.id,
            conditions=single,
            key=key,
        )
        self.handed.append((about, len(frame)))
        return frame
