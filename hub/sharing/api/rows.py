"""Rows of a dataset: what is asked, whether it may be had, and where it is.

What lives here: an ask that was decided about, and the rows that it comes to. What
does not: handing them over (`handing`), each step (`asking`, `service`,
`hub.sharing.shelf`, `hub.sharing.masks`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import orjson
import polars as pl
from fastapi import Request

from hub.schemas import DATASETS
from hub.sharing.api.asking import Asked, read_query
from hub.sharing.api.problems import Refusal
from hub.sharing.api.service import Caller, Service
from hub.sharing.api.shown import ShownRows
from hub.sharing.api.tokens import as_data
from hub.sharing.asks import Allowed, Ask
from hub.sharing.join_keys import JoinKey
from hub.sharing.shelf import Condition, Order, Shelf, TooSlow
from hub.sharing.shelf.asking import After
from hub.sharing.wire import FORMS, Form, form_for
from hub.storage.audit_entries import HandOver
from hub.storage.releases import Release

MOMENT = 0.05  # seconds that a page's rows are searched for where others wait


@dataclass(frozen=True)
class Found:
    """An ask that was allowed, ready to be carried out."""

    service: Service
    caller: Caller
    asked: Asked
    ask: Ask
    allowed: Allowed
    release: Release
    shelves: dict[str, Shelf]
    conditions: list[Condition]
    order: Order | None
    key: JoinKey | None
    handover: HandOver
    form: Form
    etag: str

    @property
    def shelf(self) -> Shelf:
        """The table asked for."""
        return self.shelves[self.allowed.dataset]

    @property
    def names(self) -> list[str]:
        """Columns of the answer."""
        return [one.name for one in self.allowed.columns]

    def places(self, after: After | None, limit: int) -> list[After]:
        """Where the next rows are.

        Raises:
            Refusal: 503, they were not found in time.
        """
        try:
            return self._places(after, limit, self.service.options.seconds)
        except TooSlow:
            said = "The rows were not found in time; narrow the filter."
            raise Refusal(503, "too_slow", said, {"Retry-After": "30"}) from None

    def places_soon(self, after: After | None, limit: int) -> list[After] | None:
        """The same, if they are found within a moment."""
        try:
            return self._places(after, limit, MOMENT)
        except TooSlow:
            return None

    def _places(self, after: After | None, limit: int, seconds: float) -> list[After]:
        return self.shelf.find(
            seen=self.allowed.rows,
            conditions=self.conditions,
            order=self.order,
            after=after,
            limit=limit,
            others=self.shelves,
            seconds=seconds,
        )

    @cached_property
    def shown(self) -> ShownRows:
        """Its columns over its shelf."""
        return ShownRows(self.shelf, self.allowed, self.key)

    def rows(self, numbers: list[int]) -> pl.DataFrame:
        """Those rows, as they may be seen."""
        return self.shown.rows(numbers)

    def told(self, numbers: list[int]) -> pl.DataFrame:
        """The same as text formats write them."""
        return self.shown.told(numbers)

    @property
    def reads(self) -> list[str]:
        """Columns to take: as they are shown, and what a mask looks at."""
        return self.shown.reads

    def objection(self) -> str | None:
        """Why it may be handed over no longer; None where it may."""
        return self.service.objection(self.caller, self.ask, self.allowed, self.release)

    @property
    def empty(self) -> pl.DataFrame:
        """No row, in the shape of all."""
        return self.rows([])


def find(service: Service, request: Request, caller: Caller, name: str) -> Found:
    """Decide about a request for rows of a dataset.

    Raises:
        Refusal: it is not to be had, or not in this way.
        ReleaseGone: of its release nothing is to be had any more.
        AuditUnwritable: a refusal could not be written down.
    """
    form = form_for(request.headers.get("accept"))
    if form is None:
        kinds = ", ".join(media.type for media in FORMS.values())
        raise Refusal(406, "form", f"Rows come as {kinds}.")
    asked = read_query(request.query_params.multi_items(), service.tokens)
    ask = Ask(
        dataset=name if name in DATASETS else "-",
        at=service.house.now(),
        form="api",
        columns=asked.columns,
        filters=tuple(dict.fromkeys(column for column, _ in asked.filters)),
        sorts=asked.sorts,
        purpose=asked.purpose,
    )
    allowed = service.decided(caller, ask)
    release = service.release(asked.release)
    if asked.token is not None and asked.token.question != asked.question(name):
        raise Refusal(400, "after", "`after` belongs to another question.")
    shelves = service.hand.shelves(release)
    schema, zone = shelves[name].schema, service.house.city.timezone
    conditions = asked.conditions(name, schema, zone)
    key = service.join_key(caller, allowed)
    handover = service.handover(
        caller, name, allowed, version=release.id, conditions=conditions, key=key
    )
    return Found(
        service,
        caller,
        asked,
        ask,
        allowed,
        release,
        shelves,
        conditions,
        asked.ordered(schema),
        key,
        handover,
        form,
        _etag(asked, allowed, release, name, form, key),
    )


def _etag(
    asked: Asked,
    allowed: Allowed,
    release: Release,
    name: str,
    form: Form,
    key: JoinKey | None,
) -> str:
    told = [
        release.id,
        release.digest,
        form,
        asked.question(name),
        None if asked.token is None else as_data(asked.token),
        asked.limit,
        allowed.as_data()["columns"],
        allowed.rows.as_data(),
        None if key is None else key.id,
    ]
    return f'"{hashlib.sha256(orjson.dumps(told)).hexdigest()[:32]}"'
