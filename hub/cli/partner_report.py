"""`hub partner report`: the acceptance sheet that the partner gets, in Chinese.

What lives here: the command, its JSON and the choice of the file's form. What does not:
the sheet (`hub.onboarding.report`) and its two looks (`sheet_html`, `sheet_xlsx`).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.onboarding.report import Sheet

ENDINGS = (".html", ".xlsx")


@click.command(
    "report",
    cls=HubCommand,
    examples=(
        "hub partner report qiaokou --out qiaokou.html",
        "hub partner report qiaokou --batch b00000012 --out qiaokou.xlsx",
    ),
)
@click.argument("target", metavar="PARTNER[/FEED]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html|FILE.xlsx",
    help="Write the sheet; without it only the verdicts are shown.",
)
@click.option(
    "--batch",
    "batch_id",
    metavar="BATCH",
    help="Report on this delivery of the ledger instead of asking the source.",
)
def report(call: Call, target: str, out: Path | None, batch_id: str | None) -> int:
    """Make a partner's acceptance sheet 验收单: what conforms, and what to do.

    It rests on a probe, or on a delivery that came before. HTML can be printed and read
    on a phone; a workbook can be worked through line by line.
    """
    from hub.cli.files import ending_of
    from hub.cli.partner_probe import BAD

    ending = ending_of(out, ENDINGS) if out is not None else None
    sheet = _sheet(call, target, batch_id)
    if out is not None:
        _write(sheet, out, ending)
    told = asdict(sheet) | {"file": None if out is None else str(out)}
    call.answer(told, lambda page: _show(page, sheet))
    if out is not None:
        call.note(f"Written to {out}.")
    return int(any(feed.verdict == BAD for feed in sheet.feeds))


def _sheet(call: Call, target: str, batch_id: str | None) -> Sheet:
    from hub.cli.targets import chosen_feeds
    from hub.onboarding.report import make_sheet

    if batch_id is None:
        from hub.cli.partner_probe import asked
        from hub.partners.loader import load_city

        probes = asked(call, target, None, None)
        settings = call.settings()
        city = load_city(settings)
        return make_sheet(city, probes[0].partner, probes, settings.clock())
    from hub.onboarding.report_batch import probe_batch
    from hub.storage.batches import batch_number

    house = call.house()
    batch = house.ledger.batch(batch_number(batch_id))
    found = {
        feed.name: (partner, feed)
        for partner, feed in chosen_feeds(house.city, target)
        if partner.id == batch.partner
    }
    if batch.feed not in found:
        raise MisuseError(
            f"report on {batch_id}",
            seen=f"it is a delivery of {batch.partner}/{batch.feed}, not of {target}",
            next_step=f"`hub batch list --partner {target.partition('/')[0]}` lists "
            "those there are.",
        )
    partner, feed = found[batch.feed]
    one = probe_batch(house, partner, feed, batch)
    return make_sheet(house.city, partner, [one], house.now())


def _write(sheet: Sheet, out: Path, ending: str | None) -> None:
    from hub.cli.files import written_aside

    with written_aside(out) as file:
        if ending == ".xlsx":
            from hub.onboarding.sheet_xlsx import write_xlsx

            write_xlsx(sheet, file)
        else:
            from hub.onboarding.sheet_html import write_html

            file.write(write_html(sheet).encode())


def _show(page: Page, sheet: Sheet) -> None:
    page.line(f"验收单 {sheet.title}", style="bold")
    page.table(
        ("feed", "received", "accepted", "quarantined", "结论", "原因"),
        (
            (
                feed.feed,
                feed.examined.rows if feed.examined else None,
                feed.examined.accepted if feed.examined else None,
                feed.examined.quarantined if feed.examined else None,
                feed.verdict,
                "".join(feed.reasons),
            )
            for feed in sheet.feeds
        ),
    )
