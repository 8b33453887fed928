"""`hub assessment hand-over`, `final`: exchange with the assessment system (R67).

What lives here: handing a frozen month over, taking in the scores that come back, and
showing where the two part. What does not: what is handed over
(`hub.sharing.hand_over`), comparing (`hub.flow.assessment.final_scores`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand, HubGroup

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.command(
    "hand-over",
    cls=HubCommand,
    examples=(
        "hub assessment hand-over --period 2026-10 --consumer assessment-system "
        "--out 2026-10-r1",
    ),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--revision", type=int, metavar="N", help="Instead of the current one.")
@click.option("--consumer", metavar="NAME", required=True, help="Who gets it.")
@click.option("--purpose", metavar="TEXT", help="One of its purposes; its only one.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A folder that is not there yet.",
)
def hand_over(
    call: Call,
    period: str,
    revision: int | None,
    consumer: str,
    purpose: str | None,
    folder: Path,
) -> None:
    """Hand frozen figures over with the rows behind them and a manifest of digests."""
    from hub.sharing.hand_over import hand_over_month

    done = hand_over_month(
        call.house(),
        period,
        number=revision,
        consumer=consumer,
        purpose=purpose,
        folder=folder,
    )
    told = {"folder": str(done.folder), **done.manifest}

    def show(page: Page) -> None:
        page.table(
            ("file", "rows", "bytes", "sha256"),
            (
                (one["file"], one["rows"], one["bytes"], one["sha256"][:16])
                for one in done.manifest["files"]
            ),
        )
        if done.manifest["without_evidence"]:
            names = ", ".join(done.manifest["without_evidence"])
            page.line(f"Without the rows behind them, for want of a grant: {names}.")

    call.answer(told, show)


@click.group("final", cls=HubGroup)
def final() -> None:
    """Scores that the assessment system gave in the end 最终得分."""


@final.command(
    "add",
    examples=(
        "hub assessment final add --period 2026-10 --file scores.csv "
        "--source 考评系统 --author 张三",
    ),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--revision", type=int, metavar="N", help="Instead of the current one.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="CSV with unit_code, dimension, points, rank.",
)
@click.option("--source", metavar="TEXT", required=True, help="Which system.")
@click.option("--author", metavar="NAME", required=True, help="Who enters them.")
def add(
    call: Call,
    period: str,
    revision: int | None,
    path: Path,
    source: str,
    author: str,
) -> None:
    """Keep final scores beside the frozen revision, which itself never changes."""
    from hub.flow.assessment.final_scores import add_final_scores

    found = add_final_scores(
        call.house(), period, path, number=revision, source=source, author=author
    )
    told = {"period": period, "revision": found[0].revision, "scores": len(found)}
    call.answer(told, lambda page: page.facts(told.items()))


@final.command("diff", examples=("hub assessment final diff --period 2026-10",))
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--revision", type=int, metavar="N", help="Instead of the current one.")
def diff(call: Call, period: str, revision: int | None) -> int:
    """Show where final scores part from the frozen ones; 1 where they do."""
    from hub.flow.assessment.final_scores import final_differences

    found = final_differences(call.house(), period, revision)
    names = found.columns
    rows = found.rows()
    told = [dict(zip(names, row, strict=True)) for row in rows]
    call.answer(
        told,
        lambda page: page.table(
            ("unit", "dimension", "frozen", "final", "rank", "final rank", "what"),
            rows,
            empty="Final and frozen scores are the same.",
        ),
    )
    return 1 if rows else 0
