"""`hub warehouse`: released tables in a database, for reports and BI tools.

What lives here: the commands. What does not: loading (`hub.flow.warehouse`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.group(cls=HubGroup)
def warehouse() -> None:
    """Released tables in a database, for reports and BI tools."""


@warehouse.command(
    "load", examples=("hub warehouse load", "hub warehouse load --release r000012")
)
@click.option("--release", metavar="R", help="Release; the newest one by default.")
def load(call: Call, release: str | None) -> None:
    """Make the warehouse hold a release's metric tables and every frozen month.

    Each release and each revision goes in as a whole or not at all. What is in
    already is not written again. HUB_WAREHOUSE_URL names the database; without it,
    warehouse.sqlite in the home.
    """
    from hub.flow.warehouse import load_warehouse

    done = load_warehouse(call.house(), release)
    told = [asdict(one) for one in done]

    def show(page: Page) -> None:
        page.table(
            ("from", "table", "written", "kept", "removed", "rows"),
            (
                (one.source, table.table, table.written, table.kept, table.removed,
                 table.rows)
                for one in done
                for table in one.tables
            ),
            empty="The release has no metric tables.",
        )  # fmt: skip

    call.answer(told, show)


@warehouse.command("show", examples=("hub warehouse show",))
def show(call: Call) -> None:
    """Show what the warehouse holds, and from which releases and revisions."""
    from hub.flow.warehouse import standings

    place, held = standings(call.house())
    told = {"place": place, "tables": [asdict(one) for one in held]}

    def show_tables(page: Page) -> None:
        page.facts([("place", place)])
        page.line()
        page.table(
            ("table", "parts", "rows", "from", "loaded"),
            ((one.table, one.parts, one.rows, list(one.sources), one.loaded_at)
             for one in held),
            empty="Nothing is in it: `hub warehouse load` fills it.",
        )  # fmt: skip

    call.answer(told, show_tables)


COMMANDS = (warehouse,)
