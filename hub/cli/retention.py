"""`hub retention`: what is kept how long, what would go now, and erasing it.

What lives here: the commands. What does not: rules (`[[retention]]` in `city.toml`),
erasing (`hub.flow.erasure`). No answer holds a value of a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cli.printing import Page
    from hub.partners.duties import Retention
    from hub.storage.erasures import Erasure


@click.group(cls=HubGroup)
def retention() -> None:
    """How long values are kept 留存, and erasing them 删除."""


@retention.command(
    "plan", examples=("hub retention plan", "hub retention plan --rule tracks")
)
@click.option("--rule", "names", metavar="RULE", multiple=True, help="Only this rule.")
def plan(call: Call, names: tuple[str, ...]) -> None:
    """Count what would be erased now, by rule and column; nothing is written."""
    from hub.flow.erasure.due import find_due

    house = call.house()
    found = [find_due(house, rule) for rule in _rules(house.city.retention, names)]
    told: list[dict[str, Any]] = [
        {
            "rule": due.rule.rule,
            "dataset": due.rule.dataset,
            "since": list(due.rule.since),
            "months": due.rule.months,
            "days": due.rule.days,
            "basis": due.rule.basis,
            "rows": due.rows,
            "values": due.counts(),
        }
        for due in found
    ]

    def show(page: Page) -> None:
        page.table(
            ("rule", "dataset", "kept 留存", "since 起算", "rows", "values"),
            (
                (
                    one["rule"],
                    one["dataset"],
                    f"{one['months']} months {one['days']} days",
                    one["since"],
                    one["rows"],
                    ", ".join(f"{n} {c}" for c, n in one["values"].items()) or "–",
                )
                for one in told
            ),
            empty="The city has no rule of retention.",
        )

    call.answer(told, show)
    if any(one["rows"] for one in told):
        call.note("`hub retention run` erases them.")


@retention.command(
    "run",
    examples=(
        "hub retention run --author 张三",
        "hub retention run --rule reporters --author 张三",
    ),
)
@click.option("--rule", "names", metavar="RULE", multiple=True, help="Only this rule.")
@click.option("--author", metavar="NAME", required=True, help="Who has it done.")
def run(call: Call, names: tuple[str, ...], author: str) -> None:
    """Erase what is due, everywhere; also finishes what a killed run has left.

    Long-lived readers of the lake (a BI tool) should be at rest: files of old
    versions are replaced.
    """
    from hub.flow.erasure.carry_out import erase_due

    house = call.house()
    rules = _rules(house.city.retention, names)
    _answer(call, erase_due(house, rules, author), "Nothing was due.")


@retention.command(
    "erase",
    examples=(
        "hub retention erase issue KEY --column reporter_phone "
        "--reason 当事人申请删除 --author 张三",
        "hub retention erase person KEY --reason 误报 --author 张三",
    ),
)
@click.argument("dataset", metavar="DATASET")
@click.argument("key", metavar="KEY")
@click.option(
    "--column",
    "columns",
    metavar="COL",
    multiple=True,
    help="Only this column; repeat it for more. Without it the whole row goes.",
)
@click.option("--reason", metavar="TEXT", required=True, help="Why; it is kept.")
@click.option("--author", metavar="NAME", required=True, help="Who has it done.")
def erase(
    call: Call, dataset: str, key: str, columns: tuple[str, ...], **given: Any
) -> None:
    """Erase one row, or columns of it, everywhere; there is no way back.

    With a case go its steps, handlings and reviews.
    """
    from hub.flow.erasure.carry_out import erase_row

    made = erase_row(call.house(), dataset, key, columns=columns, **given)
    _answer(call, [made], "")


@retention.command("list", examples=("hub retention list",))
def list_erasures(call: Call) -> None:
    """List what was erased, when, why and on whose word, the oldest first."""
    from hub.storage.erasures import Erasures

    found = Erasures(call.house().control.engine).all()
    _answer(call, found, "Nothing was ever erased.")


def _rules(
    rules: tuple[Retention, ...], names: tuple[str, ...]
) -> tuple[Retention, ...]:
    known = {one.rule for one in rules}
    if odd := [name for name in names if name not in known]:
        raise MisuseError(
            "find a rule of retention",
            seen=f"the city has no rule {', '.join(odd)}",
            next_step=f"There are {', '.join(sorted(known)) or 'none'}.",
        )
    return tuple(one for one in rules if not names or one.rule in names)


def _answer(call: Call, found: Sequence[Erasure], empty: str) -> None:
    told = [
        {
            "erasure": one.number,
            "rule": one.rule,
            "dataset": one.dataset,
            "columns": list(one.columns),
            "reason": one.reason,
            "author": one.author,
            "state": one.state,
            "counts": dict(one.counts),
            "made_at": one.made_at,
            "ended_at": one.ended_at,
        }
        for one in found
    ]

    def show(page: Page) -> None:
        page.table(
            ("erasure", "rule", "dataset", "columns", "reason", "at", "state"),
            (
                (
                    one.number,
                    one.rule or "by hand 人工",
                    one.dataset,
                    list(one.columns) or "the whole row 整行",
                    one.reason,
                    one.made_at,
                    one.state,
                )
                for one in found
            ),
            empty=empty,
        )
        for one in found:
            counts = ", ".join(f"{n} {what}" for what, n in sorted(one.counts.items()))
            page.line(f"{one.number}: {counts or 'not finished'}")

    call.answer(told, show)


COMMANDS = (retention,)
