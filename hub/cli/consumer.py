"""`hub consumer`: who is handed data, with which keys, and under which grants.

What lives here: the commands. What does not: checking a grant (`hub.sharing.granting`),
how a consumer looks (`consumer_page`). A key is printed once, on standard output, when
it is made; nobody can have it shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.cli.consumer_grant import grant
from hub.cli.run import instant_of
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.storage.span import Given

ONCE = "Hand this key over now: it is kept nowhere and cannot be shown again."
SOON = "Servers that run notice within 60 s."


@click.group(cls=HubGroup)
def consumer() -> None:
    """Who is handed data: consumers, their keys, their grants."""


@consumer.command(
    "add",
    examples=(
        "hub consumer add qiaokou --org 硚口区城管执法局 --role 数据专员 "
        "--purpose 月度考核 --unit AU-420104 --author 张三",
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--org", metavar="TEXT", required=True, help="The organisation.")
@click.option("--role", metavar="TEXT", required=True, help="Post that answers for it.")
@click.option(
    "--purpose",
    "purposes",
    metavar="TEXT",
    required=True,
    multiple=True,
    help="What it may use data for; repeat it for more.",
)
@click.option(
    "--unit",
    "units",
    metavar="CODE",
    multiple=True,
    help="Assessment unit of its own; repeat it for more.",
)
@click.option("--from", "since", metavar="T", help="First day or instant; now.")
@click.option("--until", metavar="T", help="Day or instant of its end, itself outside.")
@click.option("--author", metavar="NAME", required=True, help="Who enters it.")
def add(call: Call, name: str, org: str, role: str, author: str, **given: Any) -> None:
    """Add a consumer and print its first key, once."""
    from hub.cli.consumer_page import consumer_shape, key_shape, show_key
    from hub.sharing.granting import check_consumer
    from hub.sharing.territory import Territory
    from hub.storage.consumer_keys import ConsumerKeys
    from hub.storage.consumers import Consumer, Consumers
    from hub.storage.control import write

    house = call.house()
    at = house.now()
    made = Consumer(
        id=name,
        org=org,
        contact_role=role,
        purposes=tuple(dict.fromkeys(given["purposes"])),
        units=tuple(dict.fromkeys(given["units"])),
        valid_from=instant_of(house.city, given["since"]) or at,
        valid_until=instant_of(house.city, given["until"]),
        made_at=at,
        made_by=author,
    )
    check_consumer(made, Territory.of(house.city))
    engine = house.control.engine
    with write(engine) as connection:
        Consumers(engine).add(made, connection)
        key, kept = ConsumerKeys(engine).make(name, by=author, at=at, conn=connection)
    told = {
        "consumer": consumer_shape(made, at),
        "key": key,
        "kept": key_shape(kept, at),
    }
    call.answer(told, lambda page: show_key(page, f"{name} is added.", key))
    call.note(ONCE)


@consumer.command("list", examples=("hub consumer list", "hub consumer list --all"))
@click.option("--all", "everyone", is_flag=True, help="Also those that have ended.")
def list_consumers(call: Call, *, everyone: bool) -> None:
    """List consumers with their keys and grants in force."""
    from hub.cli.consumer_page import consumer_shape, show_consumers
    from hub.storage.consumer_keys import ConsumerKeys
    from hub.storage.consumers import Consumers
    from hub.storage.grants import Grants

    house = call.house()
    at, engine = house.now(), house.control.engine
    told = [
        {
            **consumer_shape(one, at),
            "keys": _in_force(one, ConsumerKeys(engine).of(one.id), at),
            "grants": _in_force(one, Grants(engine).of(one.id), at),
        }
        for one in Consumers(engine).all()
        if everyone or one.state(at) in ("planned", "active")
    ]
    call.answer(told, lambda page: show_consumers(page, told))


@consumer.command("show", examples=("hub consumer show qiaokou",))
@click.argument("name", metavar="NAME")
def show(call: Call, name: str) -> None:
    """Show a consumer with every key and grant that it ever had."""
    from hub.cli.consumer_page import (
        consumer_shape,
        grant_shape,
        key_shape,
        show_consumer,
    )
    from hub.storage.consumer_keys import ConsumerKeys
    from hub.storage.consumers import Consumers
    from hub.storage.grants import Grants

    house = call.house()
    at, engine = house.now(), house.control.engine
    told = {
        **consumer_shape(Consumers(engine).find(name), at),
        "keys": [key_shape(one, at) for one in ConsumerKeys(engine).of(name)],
        "grants": [grant_shape(one, at) for one in Grants(engine).of(name)],
    }
    call.answer(told, lambda page: show_consumer(page, told))


@consumer.command(
    "revoke",
    examples=(
        "hub consumer revoke qiaokou --grant 3 --reason 到期 --author 张三",
        "hub consumer revoke qiaokou --key 0123456789ab --reason 泄露 --author 张三",
        "hub consumer revoke qiaokou --reason 撤并 --author 张三",
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--grant", "number", type=int, metavar="N", help="Only this grant.")
@click.option("--key", "prefix", metavar="PREFIX", help="Only this key.")
@click.option("--reason", metavar="TEXT", required=True, help="Why.")
@click.option("--author", metavar="NAME", required=True, help="Who takes it back.")
def revoke(
    call: Call,
    name: str,
    number: int | None,
    prefix: str | None,
    reason: str,
    author: str,
) -> None:
    """Take back a grant, a key, or the consumer with all of them; it is final."""
    from hub.cli.consumer_page import consumer_shape, grant_shape, key_shape
    from hub.storage.consumer_keys import ConsumerKeys
    from hub.storage.consumers import Consumers
    from hub.storage.grants import Grants

    if number is not None and prefix is not None:
        raise MisuseError(
            f"revoke something of {name}",
            seen="a grant and a key are named",
            next_step="Revoke one after the other.",
        )
    house = call.house()
    at, engine = house.now(), house.control.engine
    why: dict[str, Any] = {"by": author, "reason": reason, "at": at}
    told: dict[str, Any]
    Consumers(engine).find(name)
    if number is not None:
        told = grant_shape(Grants(engine).revoke(name, number, **why), at)
        what = f"Grant {number} of {name}"
    elif prefix is not None:
        told = key_shape(ConsumerKeys(engine).revoke(name, prefix, **why), at)
        what = f"Key {prefix} of {name}"
    else:
        told = consumer_shape(Consumers(engine).revoke(name, **why), at)
        what = f"{name}, with all keys and grants,"
    call.answer(told, lambda page: page.line(f"{what} is revoked 已撤销. {SOON}"))


@consumer.command(
    "rotate",
    examples=(
        "hub consumer rotate qiaokou --author 张三",
        "hub consumer rotate qiaokou --overlap-days 0 --author 张三",
    ),
)
@click.argument("name", metavar="NAME")
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 90),
    default=7,
    show_default=True,
    help="How long the keys before still hold.",
)
@click.option("--until", metavar="T", help="Day or instant at which the new key ends.")
@click.option("--author", metavar="NAME", required=True, help="Who changes it.")
def rotate(
    call: Call, name: str, overlap_days: int, until: str | None, author: str
) -> None:
    """Make a new key and print it, once; those before end after the overlap."""
    from hub.cli.consumer_page import key_shape, show_key
    from hub.storage.consumer_keys import ConsumerKeys
    from hub.storage.consumers import Consumers

    house = call.house()
    at, engine = house.now(), house.control.engine
    if Consumers(engine).find(name).state(at) not in ("planned", "active"):
        raise MisuseError(
            f"make a new key for {name}",
            seen="the consumer has ended",
            next_step="Add it anew under another name.",
        )
    old_until = at + timedelta(days=overlap_days)
    key, kept = ConsumerKeys(engine).rotate(
        name, by=author, at=at, old_until=old_until, until=instant_of(house.city, until)
    )
    told = {"consumer": name, "key": key, "kept": key_shape(kept, at)}
    ends = f"{old_until:%Y-%m-%d %H:%MZ}"
    call.answer(
        told, lambda page: show_key(page, f"Earlier keys hold until {ends}.", key)
    )
    call.note(ONCE)


def _in_force(holder: Given, given: Sequence[Given], at: datetime) -> int:
    """How many hold; nothing of a consumer that does not hold itself."""
    if holder.state(at) != "active":
        return 0
    return sum(one.state(at) == "active" for one in given)


consumer.add_command(grant)
COMMANDS = (consumer,)
