"""`hub audit`: who was handed what, and whether that record is still whole.

What lives here: the commands. What does not: their tables (`audit_page`), writing
entries, which every way out of the hub does itself. Nothing here deletes an entry.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.group(cls=HubGroup)
def audit() -> None:
    """Who was handed what. Entries are only ever added, never changed or deleted."""


@audit.command(
    "list",
    examples=(
        "hub audit list",
        "hub audit list --consumer city-brain --dataset issue --since 2026-10-01",
        "hub audit list --unfinished --json",
    ),
)
@click.option("--consumer", metavar="ID", help="Only what this system asked for.")
@click.option("--dataset", metavar="NAME", help="Only hand-overs of this dataset.")
@click.option(
    "--since",
    metavar="T",
    help="From this instant (with offset) or the start of this local day.",
)
@click.option(
    "--unfinished", is_flag=True, help="Only hand-overs that began and have no end."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True,
    help="Entries at most.",
)  # fmt: skip
def list_entries(
    call: Call,
    consumer: str | None,
    dataset: str | None,
    since: str | None,
    limit: int,
    *,
    unfinished: bool,
) -> None:
    """List entries, the newest first, without persons, addresses and filters."""
    from hub.cli.audit_page import listed, show_listed
    from hub.cli.run import instant_of
    from hub.sharing.audit_log import reading

    house = call.house()
    found = reading(house).newest(
        system=consumer,
        dataset=dataset,
        since=instant_of(house.city, since),
        is_unfinished=unfinished,
        limit=limit,
    )
    told = [listed(row) for row in found]
    call.answer(told, lambda page: show_listed(page, told))


@audit.command("show", examples=("hub audit show 12", "hub audit show 12 --json"))
@click.argument("number", metavar="N", type=int)
def show_entry(call: Call, number: int) -> None:
    """Show one entry whole: who, with which right, what, how and how much."""
    from hub.cli.audit_page import entry_shape, show_entry
    from hub.sharing.audit_log import reading

    found = reading(call.house()).find(number)
    if found is None:
        raise MisuseError(
            f"show entry {number} of the audit log",
            seen="there is none",
            next_step="`hub audit list` tells the numbers.",
        )
    told = entry_shape(found)
    call.answer(told, lambda page: show_entry(page, told))


@audit.command(
    "verify",
    examples=("hub audit verify", "hub audit verify --roots /mnt/auditor/roots.jsonl"),
)
@click.option(
    "--roots",
    "copies",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also hold the log against this copy of audit/roots.jsonl, kept elsewhere.",
)
@click.option(
    "--key",
    "keys",
    metavar="HEX",
    multiple=True,
    help="Also trust this public key, one that the hub had before.",
)
def verify(call: Call, copies: tuple[Path, ...], keys: tuple[str, ...]) -> int:
    """Walk the whole log and name the first entry that is wrong; exit 1 if one is."""
    from hub.cli.audit_page import show_verdict, verdict_shape
    from hub.sharing.audit_log import reading
    from hub.sharing.audit_log import verify as walk

    house = call.house()
    found = walk(house, keys=keys, copies=copies)
    log = reading(house)
    told = verdict_shape(found, log.unfinished(), log.missing_guards())
    call.answer(told, lambda page: show_verdict(page, told))
    return 0 if found.ok else 1


@audit.command("sign", examples=("hub audit sign",))
@click.option(
    "--key",
    "keys",
    metavar="HEX",
    multiple=True,
    help="Go on with a log whose end this public key signed, one that the hub had.",
)
def sign(call: Call, keys: tuple[str, ...]) -> None:
    """Sign the newest entry now, into the database and into audit/roots.jsonl."""
    from hub.sharing.audit_log import open_audit, trusted

    house = call.house()
    former = tuple(trusted(keys).values())
    root = open_audit(house).sign(at=house.now(), former=former)

    def show(page: Page) -> None:
        if root is None:
            page.line("No entry came since the last root.")
            return
        page.facts(
            [
                ("entry 序号", root.entry),
                ("hash 摘要", root.hash),
                ("signed 签名时间", root.at),
                ("key 密钥", root.key_id),
                ("public 公钥", root.public),
            ]
        )

    call.answer(None if root is None else root._asdict(), show)


COMMANDS = (audit,)
