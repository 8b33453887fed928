"""`hub quarantine`: rows that stayed out, why, and how they come in.

What lives here: listing, showing, handing out and replaying. A row's own values are
shown by `show --raw` and by `export` alone. What does not: deciding anything; what
is quarantined, and until when, is known in `hub.flow.quarantine`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    import polars as pl

    from hub.storage.batches import Batch


@click.group(cls=HubGroup)
def quarantine() -> None:
    """Rows that stayed out, why, and their way back in."""


@quarantine.command("list", examples=("hub quarantine list qiaokou/handling",))
@click.argument("target", metavar="[PARTNER[/FEED]]", required=False)
def list_held(call: Call, target: str | None) -> None:
    """List what is out today, by batch, with the rules that were broken."""
    from hub.cli.quarantine_page import show_list
    from hub.cli.targets import chosen_feeds
    from hub.flow.quarantine import held_rows

    house = call.house()
    found = [
        (partner.id, feed.name, *told)
        for partner, feed in chosen_feeds(house.city, target)
        for told in by_batch(held_rows(house, partner, feed))
    ]
    names = ("partner", "feed", "batch", "rows", "rules")
    call.answer(
        [dict(zip(names, one, strict=True)) for one in found],
        lambda page: show_list(page, found),
    )


def by_batch(held: pl.DataFrame) -> list[tuple[str, int, dict[str, int]]]:
    """Held rows as (batch, rows, rule → rows), the oldest batch first."""
    import polars as pl

    rules = (
        held.select("batch_id", "root", "row", pl.col("findings"))
        .explode("findings")
        .select("batch_id", "root", "row", rule=pl.col("findings").struct.field("rule"))
        .unique()
        .group_by("batch_id", "rule")
        .len()
        .sort("batch_id", "rule")
    )
    counted = held.group_by("batch_id").len().sort("batch_id")
    return [
        (name, rows, dict(rules.filter(batch_id=name).select("rule", "len").rows()))
        for name, rows in counted.rows()
    ]


@quarantine.command(
    "show",
    examples=(
        "hub quarantine show b00000012",
        "hub quarantine show b00000012 --row 41 --raw",
    ),
)
@click.argument("batch_id", metavar="BATCH")
@click.option("--row", metavar="N", help="Only this row, as the list numbers it.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="At most so many rows of each kind; 0 shows all.",
)
@click.option(
    "--raw", is_flag=True, help="Also show the row as sent; it may name people."
)
def show_held(
    call: Call, batch_id: str, row: str | None, limit: int, *, raw: bool
) -> None:
    """Show why rows of a batch stayed out, and what to do about it.

    Rows that break the same rules stand together. Values are shown by --raw only.
    """
    from hub.cli.findings import finding_list, row_number
    from hub.cli.quarantine_page import by_kind, first_of_each, show_kinds
    from hub.flow.quarantine import findings_of, worded
    from hub.storage.batches import batch_number

    house = call.house()
    found = house.ledger.batch(batch_number(batch_id))
    number = None if row is None else row_number(row)
    every = findings_of(house, found, row=number, sent=raw)
    kinds = by_kind(every)
    shown = first_of_each(kinds, limit)
    told = worded(every.join(shown, on="row", how="semi", maintain_order="left"))
    call.answer(
        finding_list(found, told, raw=raw),
        lambda page: show_kinds(page, house, found, kinds, shown, told),
    )
    if len(kinds) > len(shown):
        call.note(f"{len(shown)} of {len(kinds)} rows; --limit 0 shows all.")
    _note_settled(call, found)


def _note_settled(call: Call, batch: Batch) -> None:
    if batch.kind == "delivery" and batch.quarantined:
        call.note(
            f"{batch.partner}/{batch.feed}: `hub quarantine list "
            f"{batch.partner}/{batch.feed}` shows what is still out."
        )


@quarantine.command(
    "export", examples=("hub quarantine export qiaokou/handling rejected.csv",)
)
@click.argument("target", metavar="PARTNER/FEED")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_held(call: Call, target: str, file: Path) -> None:
    """Write what is out today, as it was sent, with reasons in Chinese.

    The ending of FILE decides the form: .csv or .jsonl.
    """
    from hub.cli.files import ending_of
    from hub.cli.findings import write_held
    from hub.cli.targets import one_feed
    from hub.flow.quarantine import held_rows

    form = ending_of(file, (".csv", ".jsonl"))
    house = call.house()
    partner, feed = one_feed(house.city, target)
    held = held_rows(house, partner, feed)
    rows = write_held(house, partner, feed, held, file, form)
    told = {"partner": partner.id, "feed": feed.name, "file": str(file), "rows": rows}
    call.answer(told, lambda page: page.line(f"{rows} rows written to {file}."))
    if rows:
        call.note("The file holds rows as sent: it may name people. Pass it on safely.")


@quarantine.command(
    "replay",
    examples=(
        "hub quarantine replay qiaokou/handling",
        "hub quarantine replay qiaokou/handling --batch b00000012",
    ),
)
@click.argument("target", metavar="PARTNER/FEED")
@click.option("--batch", "batch_id", metavar="BATCH", help="Only this delivery.")
@click.option(
    "--all", "every", is_flag=True, help="Also deliveries of which nothing is out."
)
def replay_held(call: Call, target: str, batch_id: str | None, *, every: bool) -> int:
    """Read deliveries again from raw, under today's partner file and rules.

    The partner is not asked. Without --batch or --all, the deliveries are read
    of which rows are out, or which were refused.
    """
    from hub.cli.replaying import replay_deliveries
    from hub.cli.shapes import BAD, run_shape, show_run
    from hub.cli.targets import one_feed

    house = call.house()
    partner, feed = one_feed(house.city, target)
    done, release = replay_deliveries(
        house, partner, feed, batch_id=batch_id, every=every
    )
    call.answer(
        run_shape(house, done, release),
        lambda page: show_run(page, house, done, release),
    )
    return 1 if any(one.state in BAD for one in done) else 0


COMMANDS = (quarantine,)
