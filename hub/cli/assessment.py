"""`hub assessment`: months that are drafted, frozen, revised, compared and verified.

What lives here: the commands about months. What does not: inputs made by hand
(`assessment_input`), trying another policy (`assessment_simulate`), the look of
answers (`assessment_page`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hub.cli.assessment_exchange import final, hand_over
from hub.cli.assessment_input import input_group
from hub.cli.assessment_simulate import simulate_policy
from hub.cli.bulletin import bulletin as bulletin_command
from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    from hub.cli.printing import Page

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(cls=HubGroup)
def assessment() -> None:
    """Months that are drafted, frozen, revised, compared and verified."""


def month(command: Command) -> Command:
    """The option that names the month."""
    return click.option(
        "--period", metavar="YYYY-MM", required=True, help="The month."
    )(command)


def signed(command: Command) -> Command:
    """Options that say who makes a revision, from what."""
    options = (
        click.option("--author", metavar="NAME", required=True, help="Who does it."),
        click.option("--approver", metavar="NAME", help="Who signed it."),
        click.option(
            "--release", metavar="R", help="Release to compute from; the newest one."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


policy_option = click.option(
    "--policy",
    "policies",
    metavar="ID|FILE",
    multiple=True,
    help="Policy that scores; one per level of units.",
)


@assessment.command(
    "compute",
    examples=(
        "hub assessment compute --period 2026-10",
        "hub assessment compute --period 2026-10 --policy default-district",
    ),
)
@month
@policy_option
@click.option("--release", metavar="R", help="Release; the newest one by default.")
@click.option("--unit", metavar="CODE", help="Only this unit.")
def compute(
    call: Call,
    period: str,
    policies: tuple[str, ...],
    release: str | None,
    unit: str | None,
) -> None:
    """Draft a month: what would be frozen now. Nothing is kept."""
    from hub.cli.assessment_month import show_month
    from hub.cli.assessment_page import draft_shape
    from hub.cli.assessment_units import refuse_unknown_unit
    from hub.flow.assessment.draft import draft_month
    from hub.flow.assessment.policies import find_policy

    house = call.house()
    refuse_unknown_unit(house, unit)
    given = [find_policy(house, name) for name in policies]
    draft = draft_month(house, period, policies=given, release=release)
    told = draft_shape(draft, unit)
    call.answer(told, lambda page: show_month(page, house, told, "draft 草稿"))


@assessment.command(
    "freeze",
    examples=(
        "hub assessment freeze --period 2026-10 --policy default-district "
        "--author 张三",
    ),
)
@month
@policy_option
@signed
def freeze(
    call: Call,
    period: str,
    policies: tuple[str, ...],
    author: str,
    approver: str | None,
    release: str | None,
) -> None:
    """Freeze a month that is over: figures, lists, definitions and policy."""
    from hub.cli.assessment_page import revision_shape, show_revision
    from hub.flow.assessment.freeze import freeze_month
    from hub.flow.assessment.policies import find_policy

    house = call.house()
    made = freeze_month(
        house,
        period,
        policies=[find_policy(house, name) for name in policies],
        author=author,
        approver=approver,
        release=release,
    )
    told = revision_shape(made)
    call.answer(told, lambda page: show_revision(page, told))


@assessment.command(
    "revise",
    examples=(
        "hub assessment revise --period 2026-10 --reason 申诉获准 --author 张三",
    ),
)
@month
@click.option("--reason", metavar="TEXT", required=True, help="Why it is made.")
@policy_option
@signed
def revise(
    call: Call,
    period: str,
    reason: str,
    policies: tuple[str, ...],
    author: str,
    approver: str | None,
    release: str | None,
) -> None:
    """Make the next revision of a frozen month; the ones before stay readable."""
    from hub.cli.assessment_page import revision_shape, show_revision
    from hub.flow.assessment.freeze import revise_month
    from hub.flow.assessment.policies import find_policy

    house = call.house()
    made = revise_month(
        house,
        period,
        reason=reason,
        author=author,
        approver=approver,
        release=release,
        policies=[find_policy(house, name) for name in policies],
    )
    told = revision_shape(made)
    call.answer(told, lambda page: show_revision(page, told))


@assessment.command("list", examples=("hub assessment list",))
def list_months(call: Call) -> None:
    """List frozen months with their revisions."""
    from hub.cli.assessment_page import revision_shape, show_list
    from hub.storage.assessments import Assessments

    found = Assessments(call.house().control.engine).revisions()
    told = [revision_shape(one) for one in found]
    call.answer(told, lambda page: show_list(page, told))


@assessment.command(
    "show",
    examples=(
        "hub assessment show --period 2026-10",
        "hub assessment show --period 2026-10 --revision 1 --unit AU-420104",
    ),
)
@month
@click.option("--revision", type=int, metavar="N", help="Revision; the current one.")
@click.option("--unit", metavar="CODE", help="Only this unit.")
def show(call: Call, period: str, revision: int | None, unit: str | None) -> None:
    """Show a frozen month: ranks, points and figures."""
    from hub.cli.assessment_month import show_month
    from hub.cli.assessment_page import month_shape
    from hub.cli.assessment_units import refuse_unknown_unit
    from hub.flow.assessment.revisions import find_revision

    house = call.house()
    refuse_unknown_unit(house, unit)
    found = find_revision(house, period, revision)
    told = month_shape(house, found, unit)
    call.answer(
        told, lambda page: show_month(page, house, told, f"revision {found.number}")
    )


@assessment.command("diff", examples=("hub assessment diff --period 2026-10 1 2",))
@month
@click.argument("old", metavar="A", type=int)
@click.argument("new", metavar="B", type=int)
@click.option("--unit", metavar="CODE", help="Only this unit.")
def diff(call: Call, period: str, old: int, new: int, unit: str | None) -> None:
    """Show what two revisions say differently, and the cases that caused it."""
    from hub.cli.assessment_diff import difference_shape, show_difference
    from hub.cli.assessment_units import refuse_unknown_unit
    from hub.flow.assessment.difference import compare_revisions
    from hub.flow.assessment.revisions import find_revision

    house = call.house()
    refuse_unknown_unit(house, unit)
    found = compare_revisions(
        house, find_revision(house, period, old), find_revision(house, period, new)
    )
    told = difference_shape(found, unit)
    call.answer(told, lambda page: show_difference(page, house, told))


@assessment.command(
    "verify",
    examples=(
        "hub assessment verify --period 2026-10",
        "hub assessment verify --period 2026-10 --revision 1",
    ),
)
@month
@click.option("--revision", type=int, metavar="N", help="Revision; the current one.")
def verify(call: Call, period: str, revision: int | None) -> int:
    """Compute a frozen month again from its release and compare every digest."""
    from hub.cli.assessment_page import verdict_shape
    from hub.flow.assessment.revisions import find_revision
    from hub.flow.assessment.verify import verify_month

    house = call.house()
    found = find_revision(house, period, revision)
    verdicts = verify_month(house, found)
    told = {
        "period": period,
        "revision": found.number,
        "release": found.release_id,
        "ok": all(one.ok for one in verdicts),
        "tables": [verdict_shape(one) for one in verdicts],
    }
    first = next((one for one in verdicts if not one.ok), None)

    def page_of(page: Page) -> None:
        page.table(
            ("table", "", "rows", "found", "problem"),
            (
                (
                    one.name,
                    "ok" if one.ok else "problem",
                    one.frozen.rows if one.frozen else None,
                    one.rows,
                    one.problem,
                )
                for one in verdicts
            ),
        )
        if first is None:
            page.line(f"{found.name} comes out of {found.release_id} as it was frozen.")
        else:
            page.line(f"{found.name} does not come out: table {first.name}.")
            if first.row:
                page.line(first.row)

    call.answer(told, page_of)
    return 0 if told["ok"] else 1


assessment.add_command(bulletin_command)
assessment.add_command(input_group)
assessment.add_command(final)
assessment.add_command(hand_over)
assessment.add_command(simulate_policy)
COMMANDS = (assessment,)
