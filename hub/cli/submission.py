"""`hub submission`: what partners sent to the hub, and what became of it.

What lives here: the door without HTTP. What does not: receiving and telling
(`hub.sharing.submissions`), taking in what waits, which `hub run` does.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.sharing.submissions.desk import SubmissionDesk

ENDINGS = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
}
PIECE = 1 << 20


@click.group(cls=HubGroup)
def submission() -> None:
    """What partners sent to the hub, its receipts, and rejected rows to correct."""


@submission.command(
    "list",
    examples=("hub submission list", "hub submission list dongxihu/cases --json"),
)
@click.argument("target", metavar="[PARTNER[/FEED]]", required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True,
    help="Submissions at most, the newest first.",
)  # fmt: skip
def list_submissions(call: Call, target: str | None, limit: int) -> None:
    """List submissions with their states and counts, the newest first."""
    from hub.cli.submission_page import listed, show_listed
    from hub.cli.targets import chosen_feeds

    desk = _desk(call)
    partner = feed = None
    if target is not None:
        ((found, declared), *_) = chosen_feeds(desk.house.city, target)
        partner, feed = found.id, declared.name if "/" in target else None
    told = [listed(one) for one in desk.newest(partner, feed, most=limit)]
    call.answer(told, lambda page: show_listed(page, told))


@submission.command("show", examples=("hub submission show s00000012",))
@click.argument("receipt", metavar="RECEIPT")
def show_submission(call: Call, receipt: str) -> int:
    """Show counts and findings of one submission; no value of a row is shown."""
    from hub.cli.submission_page import show_one

    told = _desk(call).status(receipt, None)
    call.answer(told.as_data(), lambda page: show_one(page, told))
    return 1 if told.state in {"refused", "failed"} else 0


@submission.command(
    "send",
    examples=(
        "hub submission send dongxihu/cases cases.csv",
        "hub submission send dongxihu/cases s00000012.xlsx",
        "hub submission send dongxihu/cases cases.csv --charset gb18030",
    ),
)
@click.argument("target", metavar="PARTNER/FEED")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    metavar="KEY",
    help="Idempotency key; by default the digest of the file, so that the same file "
    "sent again is the same submission.",
)
@click.option(
    "--charset", metavar="NAME", help="Encoding of a text; found out without it."
)
def send_file(
    call: Call, target: str, file: Path, key: str | None, charset: str | None
) -> None:
    """Put a file into the inbox, as if its partner had sent it over HTTP.

    The ending of FILE decides the form: .csv, .json, .jsonl, .ndjson or .xlsx.
    """
    from hub.cli.files import ending_of
    from hub.cli.targets import one_feed

    form = ENDINGS[ending_of(file, tuple(ENDINGS))]
    if not file.is_file():
        raise MisuseError(
            f"send {file.name}",
            seen="there is no such file",
            next_step="Name the file with its path.",
        )
    desk = _desk(call)
    partner, feed = one_feed(desk.house.city, target)
    if partner.reading(feed).source.connector != "push":
        raise MisuseError(
            f"send to {target}",
            seen="its partner file does not take submissions",
            next_step='They go to feeds with connector = "push".',
        )
    if key is None:
        with file.open("rb") as body:
            key = hashlib.file_digest(body, "sha256").hexdigest()
    claim = desk.claim(
        partner.id,
        feed.name,
        None,
        key=key,
        form=form,
        encoding=charset,
        name=file.name,
    )
    with desk.upload(claim) as upload, file.open("rb") as body:
        while piece := body.read(PIECE):
            upload.add(piece)
        sent, is_new = upload.finish()
    told = {
        "receipt": sent.receipt,
        "partner": sent.partner,
        "feed": sent.feed,
        "received_at": sent.received_at,
        "bytes": sent.size,
        "sha256": sent.sha256,
        "is_new": is_new,
    }
    words = "received" if is_new else "received before, nothing was added"
    call.answer(told, lambda page: page.line(f"{sent.receipt} {words}."))
    if is_new:
        call.note(f"`hub run {partner.id}/{feed.name}` takes it in.")


@submission.command(
    "workbook", examples=("hub submission workbook s00000012 rejected.xlsx",)
)
@click.argument("receipt", metavar="RECEIPT")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def write_rejected(call: Call, receipt: str, file: Path) -> None:
    """Write the rows that are out today as a workbook, with reasons in Chinese.

    Corrected in it, they are sent in again as they are: to the same feed, by HTTP or
    by `hub submission send`.
    """
    from hub.cli.files import ending_of, written_aside

    ending_of(file, (".xlsx",))
    with (
        _desk(call).workbook(receipt, None) as (made, rows),
        written_aside(file) as out,
    ):
        while piece := made.read(PIECE):
            out.write(piece)
    told = {"receipt": receipt, "file": str(file), "rows": rows}
    call.answer(told, lambda page: page.line(f"{rows} rows written to {file}."))
    call.note("The file holds rows as sent: it may name people. Pass it on safely.")


def _desk(call: Call) -> SubmissionDesk:
    from hub.sharing.submissions.desk import SubmissionDesk

    return SubmissionDesk(call.house())


COMMANDS = (submission,)
