"""`hub assessment input`: points given by hand, with who stands for them.

What lives here: adding inputs one by one or from a file, listing and withdrawing
them. What does not: checking them (`hub.flow.assessment.inputs`).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.storage.assessment_inputs import KeptInput


@click.group("input", cls=HubGroup)
def input_group() -> None:
    """Points given by hand: discipline, surveys, adjustments."""


@input_group.command(
    "add",
    examples=(
        "hub assessment input add --period 2026-10 --file inputs.csv",
        "hub assessment input add --period 2026-10 --item discipline "
        "--unit AU-420104 --points -5 --reason 查实 --author 张三",
    ),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV with a header, or TOML with tables [[input]].",
)
@click.option("--item", metavar="ID", help="Item of the policy.")
@click.option("--unit", "unit_code", metavar="CODE", help="Unit that it is for.")
@click.option("--person", "person_id", metavar="ID", help="Person that it is for.")
@click.option("--points", metavar="NUMBER", help="Points, at most 3 decimals.")
@click.option("--reason", metavar="TEXT", help="Why.")
@click.option("--author", metavar="NAME", help="Who enters it.")
@click.option("--approver", metavar="NAME", help="Who signed it.")
def add(call: Call, period: str, path: Path | None, **given: str | None) -> None:
    """Enter points by hand, one input or a file of them; all are kept or none."""
    from hub.flow.assessment.inputs import add_inputs, read_inputs

    told = {name: value for name, value in given.items() if value is not None}
    if (path is None) == (not told):
        raise MisuseError(
            "enter inputs",
            seen="neither a file nor an input is named, or both are",
            next_step="Use --file, or --item with the options beside it.",
        )
    rows: list[dict[str, Any]] = [told] if path is None else read_inputs(path)
    _answer(call, add_inputs(call.house(), period, rows))


@input_group.command("list", examples=("hub assessment input list --period 2026-10",))
@click.option("--period", metavar="YYYY-MM", help="Only this month.")
@click.option("--withdrawn", is_flag=True, help="Also those that were taken back.")
def list_inputs(call: Call, period: str | None, *, withdrawn: bool) -> None:
    """List inputs in the order in which they were entered."""
    from hub.storage.assessment_inputs import AssessmentInputs

    inputs = AssessmentInputs(call.house().control.engine)
    _answer(call, inputs.of(period, withdrawn=withdrawn))


@input_group.command(
    "withdraw",
    examples=("hub assessment input withdraw 3 --reason 录错 --author 张三",),
)
@click.argument("number", metavar="N", type=int)
@click.option("--reason", metavar="TEXT", required=True, help="Why.")
@click.option("--author", metavar="NAME", required=True, help="Who takes it back.")
def withdraw(call: Call, number: int, reason: str, author: str) -> None:
    """Take an input back; it stays listed with --withdrawn."""
    from hub.storage.assessment_inputs import AssessmentInputs

    house = call.house()
    inputs = AssessmentInputs(house.control.engine)
    gone = inputs.withdraw(number, by=author, reason=reason, at=house.now())
    _answer(call, [gone])


def _answer(call: Call, found: list[KeptInput]) -> None:
    def show(page: Page) -> None:
        page.table(
            ("input", "period", "item", "for", "points", "reason", "author", "state"),
            (
                (
                    one.number,
                    one.period,
                    one.item,
                    one.unit_code or (one.person_id or "")[:12],
                    one.points,
                    one.reason,
                    one.author,
                    "withdrawn 已撤回" if one.withdrawn_at else "",
                )
                for one in found
            ),
            empty="No input.",
        )

    call.answer([asdict(one) for one in found], show)
