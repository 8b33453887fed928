"""`hub warehouse`: released tables in a database, for reports and BI tools.

What lives here: the commands. What does not: loading (`hub.flow.warehouse`), what
consumers see (`hub.sharing.warehouse`), the look of answers (`warehouse_page`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    from hub.cli.printing import Page

ONCE = "Hand this password over now: it is kept nowhere and cannot be shown again."


@click.group(cls=HubGroup)
def warehouse() -> None:
    """Released tables in a database, for reports and BI tools."""


@warehouse.command(
    "load", examples=("hub warehouse load", "hub warehouse load --release r000012")
)
@click.option("--release", metavar="R", help="Release; the newest one by default.")
def load(call: Call, release: str | None) -> None:
    """Make the warehouse hold a release, every frozen month, and consumers' views.

    Each release and each revision goes in as a whole or not at all; only partitions
    that changed are written. HUB_WAREHOUSE_URL names the database; without it,
    warehouse.sqlite in the home. On PostgreSQL each consumer with a grant for the
    warehouse gets a schema of views that show what it may see.
    """
    from hub.cli.warehouse_page import settled_shape, show_loads, show_settled
    from hub.sharing.warehouse.loading import load as load_all

    done, settled = load_all(call.house(), release)
    told = [asdict(one) for one in done]
    told[0]["views"] = settled_shape(settled)

    def show(page: Page) -> None:
        show_loads(page, done)
        show_settled(page, settled)

    call.answer(told, show)


@warehouse.command("sync", examples=("hub warehouse sync",))
def sync(call: Call) -> None:
    """Bring consumers' views to what their grants say now; the release stays.

    Run it after a grant or a consumer was given or taken back. Every view goes where
    the release that is in has been recalled.
    """
    from hub.cli.warehouse_page import settled_shape, show_settled
    from hub.sharing.warehouse.loading import sync as sync_views

    settled = sync_views(call.house())
    call.answer(settled_shape(settled), lambda page: show_settled(page, settled))


@warehouse.command(
    "login",
    examples=("hub warehouse login qiaokou", "hub warehouse login qiaokou --drop"),
)
@click.argument("consumer", metavar="CONSUMER")
@click.option("--drop", is_flag=True, help="Drop its login instead.")
def login(call: Call, consumer: str, *, drop: bool) -> None:
    """Make a login for a consumer's BI tool, or give it a new password, shown once."""
    from hub.cli.warehouse_page import show_login
    from hub.sharing.warehouse.logins import give_login, take_login

    if drop:
        was_there = take_login(call.house(), consumer)
        words = "is dropped." if was_there else "was not there."
        call.answer(
            {"consumer": consumer, "dropped": was_there},
            lambda page: page.line(f"The login of {consumer} {words}"),
        )
        return
    given = give_login(call.house(), consumer)
    made = given.login
    told = {
        "consumer": consumer,
        "role": made.role,
        "password": made.password,
        "rotated": made.was_there,
        "schemas": given.schemas,
        "views": given.views,
    }
    call.answer(told, lambda page: show_login(page, told))
    call.note(ONCE)


@warehouse.command("show", examples=("hub warehouse show",))
def show(call: Call) -> None:
    """Show what the warehouse holds, and from which releases and revisions."""
    from hub.cli.warehouse_page import show_held
    from hub.flow.warehouse import holding, standings

    house = call.house()
    place, tables = standings(house)
    release, views = holding(house)
    told = {
        "place": place,
        "release": release.id if release else None,
        "tables": [asdict(one) for one in tables],
        "views": [one._asdict() for one in views],
    }
    call.answer(told, lambda page: show_held(page, place, release, tables, views))


COMMANDS = (warehouse,)
