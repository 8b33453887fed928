"""`hub release`: consistent pictures of the city, and what differs between them.

What lives here: the commands that read. What does not: making releases, which
`hub run` does; signing, recalling and pruning them (`release_ends`); the look of
answers (`release_page`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup
from hub.cli.release_ends import prune, recall, script, sign
from hub.cli.release_files import files

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.group(cls=HubGroup)
def release() -> None:
    """Consistent pictures of the city, and what differs."""


@release.command("list", examples=("hub release list",))
def list_releases(call: Call) -> None:
    """List releases, the newest first."""
    from hub.cli.release_page import show_releases
    from hub.cli.shapes import release_shape
    from hub.storage.releases import Releases

    found = Releases(call.house().control.engine).all()
    call.answer(
        [release_shape(one) for one in found], lambda page: show_releases(page, found)
    )


@release.command("show", examples=("hub release show", "hub release show r000002"))
@click.argument("name", metavar="[R]", required=False)
def show_release(call: Call, name: str | None) -> None:
    """Show what a release pins and what it lacks, the newest one by default."""
    from hub.cli.release_page import show_standing
    from hub.cli.shapes import release_shape
    from hub.cli.sources import show_missing
    from hub.flow.release import find_release

    found = find_release(call.house(), name)

    def show(page: Page) -> None:
        page.line(f"{found.id} of {found.city}", style="bold")
        show_standing(page, found)
        page.line()
        page.table(
            ("dataset", "rows", "version", "digest"),
            (
                (one.dataset, one.rows, one.version, one.digest[:16])
                for one in found.datasets
            ),
        )
        show_missing(page, found.sources)

    call.answer(release_shape(found), show)


@release.command(
    "verify", examples=("hub release verify", "hub release verify r000002")
)
@click.argument("name", metavar="[R]", required=False)
def verify(call: Call, name: str | None) -> int:
    """Check a release: its signature, its files, and its content computed again.

    The first bad entry is named. Somebody who has the files and no hub checks them
    with the program that `hub release script` writes.
    """
    from hub.cli.release_page import show_checked
    from hub.flow.release import find_release
    from hub.sharing.release_check import check_release

    house = call.house()
    checked = check_release(house, find_release(house, name))
    seal = checked.release.seal
    told = {
        "release": checked.release.id,
        "ok": checked.ok,
        "signed": seal is not None,
        "key": None if seal is None else seal.key_id,
        "first": None if checked.first is None else checked.first._asdict(),
        "problems": [one._asdict() for one in checked.problems],
        "datasets": [
            {
                "dataset": one.pinned.dataset,
                "version": one.pinned.version,
                "rows": one.pinned.rows,
                "digest": one.pinned.digest,
                "found_rows": one.rows,
                "found_digest": one.digest,
                "ok": one.ok,
                "problem": one.problem,
                "erased": list(one.erased),
            }
            for one in checked.verdicts
        ],
    }
    call.answer(told, lambda page: show_checked(page, checked))
    return 0 if checked.ok else 1


@release.command(
    "diff",
    examples=(
        "hub release diff r000001 r000002",
        "hub release diff r000001 r000002 --by unit",
    ),
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option(
    "--by",
    type=click.Choice(["unit", "street_unit"]),
    help="Also by assessment unit, for datasets whose rows have a place.",
)
def diff(call: Call, old: str, new: str, by: str | None) -> None:
    """Count the rows that differ between two releases, by dataset."""
    from hub.cli.release_page import show_difference, show_units
    from hub.flow.difference import differences, unit_differences
    from hub.flow.release import find_release

    house = call.house()
    before, after = find_release(house, old), find_release(house, new)
    found = differences(house, before, after)
    units = unit_differences(house, before, after, by) if by else {}
    told: dict[str, object] = {
        "datasets": {name: asdict(one) for name, one in found.items()}
    }
    if by:
        told["by"] = by
        told["units"] = {
            name: [asdict(one) for one in counts] for name, counts in units.items()
        }

    def show(page: Page) -> None:
        show_difference(page, found)
        if by:
            show_units(page, units)

    call.answer(told, show)


for command in (sign, recall, prune, script, files):
    release.add_command(command)

COMMANDS = (release,)
