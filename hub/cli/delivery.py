"""`hub delivery`: what goes back to partners' systems, and what became of it.

What lives here: the commands. What does not: carrying a delivery out
(`hub.sharing.outward`), how it looks (`delivery_page`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.flow.house import House
    from hub.sharing.outward.chosen import Chosen
    from hub.sharing.outward.run import Ran
    from hub.sharing.outward.standing import Standing


@click.group(cls=HubGroup)
def delivery() -> None:
    """What goes back to partners' systems: status, results, shared rows."""


@delivery.command("list", examples=("hub delivery list", "hub delivery list qiaokou"))
@click.argument("target", metavar="[PARTNER]", required=False)
def list_deliveries(call: Call, target: str | None) -> None:
    """List the declared deliveries and where each of them stands."""
    from hub.cli.delivery_page import show_deliveries, standing_shape

    found = _standings(call.house(), target, newest=1)
    told = [standing_shape(one) for one in found]
    call.answer(told, lambda page: show_deliveries(page, told))


@delivery.command(
    "show",
    examples=("hub delivery show qiaokou/status", "hub delivery show qiaokou/status"
    " --limit 100"),
)  # fmt: skip
@click.argument("target", metavar="PARTNER/DELIVERY")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="At most so many parcels, the newest first.",
)
def show(call: Call, target: str, limit: int) -> None:
    """Show a delivery: what leaves of a row, and parcels with their receipts."""
    from hub.cli.delivery_page import parcel_shape, show_delivery, standing_shape

    (one,) = _standings(call.house(), _single(target), newest=limit)
    told = standing_shape(one) | {"parcels": [*map(parcel_shape, one.parcels)]}
    call.answer(told, lambda page: show_delivery(page, told))


@delivery.command(
    "run",
    examples=("hub delivery run", "hub delivery run qiaokou/status"),
)
@click.argument("target", metavar="[PARTNER[/DELIVERY]]", required=False)
@click.option(
    "--any-share",
    is_flag=True,
    help="Withdraw rows even where max_withdrawn_share does not allow so many.",
)
def run(call: Call, target: str | None, *, any_share: bool) -> int:
    """Hand over what has changed since the receiver was last sent something.

    Without a target every delivery of an active partner is carried out. Running again
    is safe: what may have arrived goes under the same idempotency key.
    """
    from hub.sharing.outward.chosen import chosen_deliveries

    house = call.house()
    chosen = [
        (partner, one)
        for partner, one in chosen_deliveries(house.city, target)
        if target is not None or partner.status == "active"
    ]
    return _answer(call, run_all(house, chosen, any_share=any_share))


@delivery.command("held", examples=("hub delivery held qiaokou/status",))
@click.argument("target", metavar="PARTNER/DELIVERY")
@click.option(
    "--limit",
    type=click.IntRange(0, 100_000),
    default=20,
    show_default=True,
    help="At most so many rows one by one.",
)
def held(call: Call, target: str, limit: int) -> None:
    """Show which rows the hub holds back from the receiver, and for what."""
    from hub.cli.delivery_page import show_held
    from hub.sharing.outward.chosen import chosen_deliveries
    from hub.sharing.outward.held import held_back

    house = call.house()
    ((partner, one),) = chosen_deliveries(house.city, _single(target))
    told = held_back(house, partner, one, limit).as_data()
    call.answer(told, lambda page: show_held(page, told))


@delivery.command("retry", examples=("hub delivery retry qiaokou/status",))
@click.argument("target", metavar="PARTNER/DELIVERY")
def retry(call: Call, target: str) -> int:
    """Send dead letters again, then what has changed."""
    from hub.sharing.outward.chosen import chosen_deliveries
    from hub.sharing.outward.granted import delivery_id
    from hub.storage.outward import Parcels

    house = call.house()
    ((partner, one),) = chosen_deliveries(house.city, _single(target))
    revived = Parcels(house.control.engine).revive(delivery_id(partner, one))
    call.note(f"{revived} dead letters are tried again.")
    return _answer(call, run_all(house, [(partner, one)]))


@delivery.command(
    "page",
    examples=(
        "hub delivery page --out deliveries.html",
        "hub delivery page qiaokou --out qiaokou.html --language en",
    ),
)
@click.argument("target", metavar="[PARTNER]", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    required=True,
    help="Where to write the page.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    help="Parcels of each delivery, the newest first.",
)
@click.option(
    "--language",
    type=click.Choice(["zh-CN", "en"]),
    default="zh-CN",
    show_default=True,
    help="Of the page's words.",
)
def page(
    call: Call,
    target: str | None,
    out: Path,
    limit: int,
    language: Literal["zh-CN", "en"],
) -> None:
    """Write an HTML page that shows what each district was sent."""
    from hub.cli.files import ending_of, written_aside
    from hub.sharing.outward.page import outward_page
    from hub.storage.releases import Releases

    ending_of(out, (".html",))
    house = call.house()
    found = _standings(house, target, newest=limit)
    release = Releases(house.control.engine).newest()
    name = release.id if release else None
    text = outward_page(
        house.city, found, release=name, at=house.now(), language=language
    )
    with written_aside(out) as file:
        file.write(text.encode())
    told = {"file": str(out), "deliveries": [one.id for one in found]}
    what = "1 delivery" if len(found) == 1 else f"{len(found)} deliveries"
    call.answer(told, lambda page: page.line(f"{what} in {out}."))


def run_all(house: House, chosen: Chosen, *, any_share: bool = False) -> list[Ran]:
    """Carry out deliveries one after the other; one that fails costs no other."""
    from hub.sharing.outward.run import run_delivery

    return [
        run_delivery(house, partner, one, any_share=any_share)
        for partner, one in chosen
    ]


def _answer(call: Call, done: list[Ran]) -> int:
    from hub.cli.delivery_page import show_runs

    told = [one.as_data() for one in done]
    call.answer(told, lambda page: show_runs(page, told))
    return int(any(one.state != "done" for one in done))


def _standings(house: House, target: str | None, *, newest: int) -> list[Standing]:
    from hub.sharing.outward.chosen import chosen_deliveries
    from hub.sharing.outward.standing import standing_of

    return [
        standing_of(house, partner, one, newest=newest)
        for partner, one in chosen_deliveries(house.city, target)
    ]


def _single(target: str) -> str:
    """A target that names one delivery.

    Raises:
        MisuseError: it names a partner only.
    """
    if not target.partition("/")[2]:
        raise MisuseError(
            f"find the delivery {target}",
            seen="only a partner is named",
            next_step=f"Write {target}/DELIVERY; `hub delivery list {target}` tells "
            "which there are.",
        )
    return target


COMMANDS = (delivery,)
