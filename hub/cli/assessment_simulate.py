"""`hub assessment simulate`: the same month under another policy.

What lives here: the command and its answer. What does not: scoring (`hub.scoring`),
choosing figures and policies (`hub.flow.assessment.simulate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubCommand

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.assessment.simulate import Simulation
    from hub.flow.house import House

NO_DATA = "无数据"
CAUSES = 3  # in a cell


@click.command(
    "simulate",
    cls=HubCommand,
    examples=(
        "hub assessment simulate --period 2026-10 --policy other.toml",
        "hub assessment simulate --period 2026-10 --policy other.toml "
        "--against default-district",
    ),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--policy", metavar="ID|FILE", required=True, help="The other policy.")
@click.option(
    "--against",
    metavar="ID|FILE",
    help="Policy to hold it against; that of the frozen month by default.",
)
@click.option("--revision", type=int, metavar="N", help="Revision; the current one.")
def simulate_policy(
    call: Call, period: str, policy: str, against: str | None, revision: int | None
) -> None:
    """Show who would move where under another policy, and why. Nothing is kept."""
    from hub.flow.assessment.policies import find_policy
    from hub.flow.assessment.simulate import simulate

    house = call.house()
    found = simulate(
        house,
        period,
        find_policy(house, policy),
        old=None if against is None else find_policy(house, against),
        number=revision,
    )
    told = simulation_shape(found)
    call.answer(told, lambda page: show_simulation(page, house, told))


def simulation_shape(found: Simulation) -> dict[str, Any]:
    """A simulation, one entry per unit and dimension."""
    return {
        "period": found.period,
        "revision": found.revision,
        "old": {"policy": found.old.id, "version": found.old.policy.version},
        "new": {
            "policy": found.new.id,
            "version": found.new.policy.version,
            "sign_off": found.new.policy.sign_off[1],
        },
        "weights": weights_that_differ(found),
        "moves": found.moves.drop("period").to_dicts(),
    }


def weights_that_differ(found: Simulation) -> list[dict[str, Any]]:
    """What a dimension counts in the total, where the policies differ on it.

    A dimension that one side does not add up counts null there.
    """
    old, new = (_weights(one.policy) for one in (found.old, found.new))
    return [
        {"dimension": name, "old": old.get(name), "new": new.get(name)}
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _weights(policy: Any) -> dict[str, Any]:
    return {one.id: one.weight if one.is_counted else None for one in policy.dimensions}


def show_simulation(page: Page, house: House, told: Mapping[str, Any]) -> None:
    """Places won and lost, and the items that did it."""
    from hub.cli.assessment_units import unit_names

    names = unit_names(house)
    figures = (
        "draft 草稿" if told["revision"] is None else f"revision {told['revision']}"
    )
    page.line(
        f"{told['period']} · {figures} · {told['old']['policy']} → "
        f"{told['new']['policy']}",
        style="bold",
    )
    page.line(told["new"]["sign_off"])
    if told["weights"]:
        changes = (
            f"{one['dimension']} {_points(one['old'])} → {_points(one['new'])}"
            for one in told["weights"]
        )
        page.line(f"Weights 权重: {'; '.join(changes)}")
    dimensions = dict.fromkeys(one["dimension"] for one in told["moves"])
    if not dimensions:
        page.line("No unit is scored.")
    for dimension in dimensions:
        all_of = [one for one in told["moves"] if one["dimension"] == dimension]
        moved = [one for one in all_of if _is_moved(one)]
        page.title(dimension or "total 总分")
        page.table(
            ("unit", "名称", "points", "→", "rank", "→", "because"),
            (
                (
                    one["unit_code"],
                    names.get(one["unit_code"], ""),
                    NO_DATA if one["points_a"] is None else one["points_a"],
                    NO_DATA if one["points_b"] is None else one["points_b"],
                    one["rank_a"],
                    one["rank_b"],
                    because(one, is_weighed_anew=bool(told["weights"])),
                )
                for one in moved
            ),
            empty=f"None of {len(all_of)} units moves 无变化.",
        )
        if moved and len(moved) < len(all_of):
            page.line(f"{len(all_of) - len(moved)} units stay as they are 其余不变.")


def _is_moved(one: Mapping[str, Any]) -> bool:
    return any(one[f"{name}_a"] != one[f"{name}_b"] for name in ("points", "rank"))


def because(one: Mapping[str, Any], *, is_weighed_anew: bool) -> str:
    """Why a unit moved: why it has no place, new weights, items that differ, others."""
    told = [
        f"{cause['item']} {_points(cause['points_a'])} → {_points(cause['points_b'])}"
        for cause in one["causes"][:CAUSES]
    ]
    more = ["…"] if len(one["causes"]) > CAUSES else []
    reason = [one["reason_b"]] if one["reason_b"] else []
    weighed = ["weights 权重"] if is_weighed_anew and one["dimension"] is None else []
    if not (reason or told or weighed) and one["points_a"] == one["points_b"]:
        return "others moved 他人变动"
    return "; ".join([*reason, *weighed, *told, *more])


def _points(points: object) -> str:
    return "–" if points is None else str(points)
