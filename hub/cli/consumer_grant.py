"""`hub consumer grant`: one dataset, some columns, some rows, for one purpose.

What lives here: the command. What does not: whether a grant makes sense
(`hub.sharing.granting`), the other commands of the family (`consumer`).
"""

from __future__ import annotations

from typing import Any

import click

from hub.cli.call import Call, HubCommand
from hub.cli.run import instant_of
from hub.errors import MisuseError


@click.command(
    "grant",
    cls=HubCommand,
    examples=(
        "hub consumer grant qiaokou --dataset issue --class CONDITIONAL "
        "--rows districts:420104 --purpose 月度考核 --author 张三",
        "hub consumer grant qiaokou --dataset person --columns person_name,mobile "
        "--clear mobile --basis 办法第八条 --rows own --purpose 月度考核 --author 张三",
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--dataset", metavar="D", required=True, help="Dataset, or figure.")
@click.option("--columns", metavar="A,B", default="", help="Columns by name.")
@click.option(
    "--class",
    "column_class",
    type=click.Choice(["OPEN", "CONDITIONAL"]),
    help="Also every column that is no stricter than this.",
)
@click.option(
    "--rows",
    metavar="RULE",
    required=True,
    help="all, own, districts:CODE,… or streets:CODE,…",
)
@click.option("--purpose", metavar="TEXT", required=True, help="One of its purposes.")
@click.option(
    "--basis", metavar="TEXT", default="", help="What it rests on in law (依据)."
)
@click.option(
    "--clear",
    metavar="A,B",
    default="",
    help="Columns whose values are seen whole; needs --basis.",
)
@click.option(
    "--mask",
    "masks",
    metavar="COL=MASK",
    multiple=True,
    help="A stricter mask than the schema's; repeat it for more.",
)
@click.option(
    "--form",
    "forms",
    type=click.Choice(["api", "file", "warehouse", "portal", "report"]),
    multiple=True,
    help="Only this means of hand-over (共享方式); repeat it for more.",
)
@click.option("--from", "since", metavar="T", help="First day or instant; now.")
@click.option("--until", metavar="T", help="Day or instant of its end, itself outside.")
@click.option("--author", metavar="NAME", required=True, help="Who grants it.")
def grant(call: Call, name: str, author: str, **given: Any) -> None:
    """Grant a consumer columns and rows of a dataset, for a purpose."""
    from hub.cli.consumer_page import grant_shape, show_grant
    from hub.sharing.granting import check_grant, rule_of
    from hub.sharing.subjects import subjects
    from hub.sharing.territory import Territory
    from hub.storage.consumers import Consumers
    from hub.storage.grants import Grant, Grants

    house = call.house()
    at, engine = house.now(), house.control.engine
    consumer = Consumers(engine).find(name)
    asked = Grant(
        consumer=name,
        dataset=given["dataset"],
        columns=_names(given["columns"]),
        column_class=given["column_class"],
        row_rule=rule_of(given["rows"]),
        purpose=given["purpose"],
        basis=given["basis"].strip(),
        clear=_names(given["clear"]),
        masks=dict(map(_mask, given["masks"])),
        forms=tuple(dict.fromkeys(given["forms"])),
        valid_from=instant_of(house.city, given["since"]) or at,
        valid_until=instant_of(house.city, given["until"]),
        made_at=at,
        made_by=author,
    )
    check_grant(asked, consumer, subjects(), Territory.of(house.city))
    told = grant_shape(Grants(engine).add(asked), at)
    call.answer(told, lambda page: show_grant(page, told))


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))


def _mask(text: str) -> tuple[str, str]:
    column, is_there, mask = text.partition("=")
    if not (column and is_there and mask):
        raise MisuseError(
            "understand a mask",
            seen="it is not written COL=MASK",
            next_step="Write --mask mobile=drop.",
        )
    return column, mask
