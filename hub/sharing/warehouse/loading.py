"""Bringing the warehouse to what consumers may see now.

What lives here: a load with everything that goes in beside the release in the same
transaction: consumers' own columns, views, rights of logins, audit; and the same
without a new release (`sync`), after a grant was given or taken back. What does not:
the tables of a release (`hub.flow.warehouse`).

The audit is written before the transaction ends: where it cannot be, nobody is handed
anything. A transaction that breaks off after that leaves an entry too many, never one
too few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa

from hub.errors import MisuseError, ReleaseGone
from hub.flow.house import House
from hub.flow.release import release_for_readers
from hub.flow.warehouse import Beside, Load, load_warehouse, open_warehouse
from hub.sharing.audit_log import open_audit
from hub.sharing.warehouse import counts
from hub.sharing.warehouse.answers import (
    Answer,
    answers,
    consumers_by_state,
)
from hub.sharing.warehouse.sides import own_columns, side_loading
from hub.sharing.warehouse.views import release_view, view_of
from hub.storage.audit_entries import Draft, Outcome
from hub.storage.releases import Release
from hub.storage.warehouse import Loaded, Warehouse
from hub.storage.warehouse_logins import drop_login, grant_views, has_role, role_name
from hub.storage.warehouse_views import Place, View, quoted, settle_views


class Shown(NamedTuple):
    """A view that there now is, and how many rows it shows."""

    consumer: str
    schema: str
    view: str
    rows: int


@dataclass
class Settled:
    """What became of consumers' views.

    Attributes:
        is_kept_apart: whether the database tells readers apart; else there are none.
        views: every view of a dataset that there now is.
        made, gone: views that were made or made anew, and those taken away.
        logins_gone: consumers whose login was dropped, as they have ended.
    """

    is_kept_apart: bool = False
    views: list[Shown] = field(default_factory=list)
    made: list[Place] = field(default_factory=list)
    gone: list[Place] = field(default_factory=list)
    logins_gone: list[str] = field(default_factory=list)


def load(house: House, release: str | None = None) -> tuple[list[Load], Settled]:
    """Make the warehouse hold a release and every frozen month, and its views.

    Raises:
        MisuseError: there is no such release.
        ReleaseGone: it was recalled, or its retention ended.
        AuditUnwritable: nothing was changed, nobody was handed anything.
    """
    settled = Settled()

    def beside(found: Release, warehouse: Warehouse) -> Beside | None:
        if not warehouse.has_logins:
            return None
        return _beside(house, found, settled, is_new=True)

    return load_warehouse(house, release, beside=beside), settled


def sync(house: House) -> Settled:
    """Bring the views to what the grants say now; the release stays.

    Raises:
        MisuseError: the database does not tell readers apart, or nothing is in it.
        ReleaseGone: the release that is in was recalled or has expired. Every view
            was taken away.
    """
    warehouse = open_warehouse(house)
    try:
        refuse_file(warehouse)
        held, _ = warehouse.held()
        if held is None:
            raise MisuseError(
                "bring the views up to date",
                seen="the warehouse holds no release",
                next_step="`hub warehouse load` fills it and makes the views.",
            )
        settled = Settled()
        gone: ReleaseGone | None = None
        try:
            release = release_for_readers(house, held.id)
            more = _beside(house, release, settled, is_new=False)
        except ReleaseGone as problem:
            gone = problem
            more = Beside([], lambda conn, _: _settle(house, conn, settled))
        warehouse.load(
            more.loadings, source=held.id, at=house.now(), settle=more.settle
        )
        if gone is not None:
            raise gone
        return settled
    finally:
        warehouse.close()


def refuse_file(warehouse: Warehouse) -> None:
    """Refuse a database that cannot tell readers apart.

    Raises:
        MisuseError: it is a file of SQLite.
    """
    if not warehouse.has_logins:
        raise MisuseError(
            "let consumers into the warehouse",
            seen="it is a file of SQLite, which shows everything to whoever has it",
            next_step="Name a PostgreSQL database in HUB_WAREHOUSE_URL.",
        )


def _beside(
    house: House, release: Release, settled: Settled, *, is_new: bool
) -> Beside:
    found = answers(house, release)
    sides = {
        f"{one.side_schema}.{one.dataset}": side_loading(house, one)
        for one in found
        if own_columns(one)
    }
    for least in {one.given.allowed.small_cells for one in found}:
        if least is not None:  # the city's one limit
            sides[counts.NAME] = counts.counts_loading(house, release, least)

    def settle(connection: sa.Connection, done: Sequence[Loaded]) -> None:
        written = {one.table for one in done if one.written or one.removed}
        _settle(house, connection, settled, found, list(sides))
        changed = [
            one
            for one in found
            if is_new
            or (one.schema, one.dataset) in settled.made
            or f"{one.side_schema}.{one.dataset}" in written
            or (one.given.allowed.small_cells and counts.NAME in written)
        ]
        _audit(house, settled, changed)

    return Beside(list(sides.values()), settle)


def _settle(
    house: House,
    connection: sa.Connection,
    settled: Settled,
    found: Sequence[Answer] = (),
    sides: Sequence[str] = (),
) -> None:
    settled.is_kept_apart = True
    database = str(connection.execute(sa.select(sa.func.current_database())).scalar())
    views: dict[Place, View] = {}
    for one in found:
        reader = role_name(database, one.consumer)
        for view in (view_of(one, reader), release_view(one, reader)):
            views[view.schema, view.name] = view
    made, gone = settle_views(connection, list(views.values()), sides)
    settled.made, settled.gone = made, gone
    for role in sorted({views[place].reader for place in made}):
        if has_role(connection, role):
            mine = [place for place in made if views[place].reader == role]
            grant_views(connection, role, mine)
    settled.logins_gone = [
        one.id
        for one in consumers_by_state(house)[1]
        if drop_login(connection, role_name(database, one.id))
    ]
    for one in found:
        # Both names are quoted; they come from declarations.
        place = quoted(connection, one.schema, one.dataset)
        counted = connection.exec_driver_sql(f"SELECT count(*) FROM {place}")  # noqa: S608
        rows = int(counted.scalar() or 0)
        settled.views.append(Shown(one.consumer, one.schema, one.dataset, rows))


def _audit(house: House, settled: Settled, changed: Sequence[Answer]) -> None:
    """One entry for each view that shows something new; after a load for all."""
    rows = {(one.schema, one.view): one.rows for one in settled.views}
    drafts = [
        Draft(
            handover=one.given.told("bulk"),
            outcome=Outcome(
                result="delivered", row_count=rows[one.schema, one.dataset]
            ),
            at=house.now(),
        )
        for one in changed
    ]
    if drafts:
        open_audit(house).append(drafts)
