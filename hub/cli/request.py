"""`hub request`: what recipients ask of the hub, and until when it is answered.

What lives here: the commands. What does not: checking (`hub.sharing.requests`), working
days (`hub.sharing.request_deadlines`), how a request looks (`request_page`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.storage.requests import Request, Step


@click.group(cls=HubGroup)
def request() -> None:
    """What recipients ask: corrections 校核, access 申请, catalogue changes."""


@request.command(
    "add",
    examples=(
        "hub request add correction --consumer qiaokou --dataset issue --row KEY "
        "--column category_code --reason 类别有误 --author 张三",
        "hub request add access --consumer qiaokou --dataset patrol --purpose 月度考核 "
        "--columns person_id,started_at --reason 办法第八条 --author 张三",
        "hub request add catalogue --consumer qiaokou --dataset issue "
        "--reason 更新周期已改 --author 张三",
    ),
)
@click.argument("kind", type=click.Choice(["correction", "access", "catalogue"]))
@click.option("--consumer", metavar="NAME", required=True, help="Who asks.")
@click.option("--dataset", metavar="D", required=True, help="What it is about.")
@click.option("--row", "row_key", metavar="KEY", help="Hub id of the row to correct.")
@click.option("--column", metavar="COL", help="Column to correct.")
@click.option(
    "--value",
    "proposed",
    metavar="TEXT",
    help="What it should say; never of a column with a mask or about a person.",
)
@click.option("--purpose", metavar="TEXT", help="What data are asked for.")
@click.option(
    "--columns", metavar="A,B", default="", help="Columns that are asked for."
)
@click.option("--reason", metavar="TEXT", required=True, help="Why.")
@click.option("--author", metavar="NAME", required=True, help="Who enters it.")
def add(call: Call, kind: Any, column: str | None, columns: str, **given: Any) -> None:
    """Enter a request; a correction is forwarded to the partner that sent the row."""
    from hub.sharing.requests import make_request
    from hub.storage.requests import Request

    _refuse_others(kind, column=column, columns=columns, **given)
    house = call.house()
    named = [column] if column else columns.split(",")
    asked = Request(
        kind=kind,
        consumer=given["consumer"],
        dataset=given["dataset"],
        columns=tuple(dict.fromkeys(one.strip() for one in named if one.strip())),
        row_key=given["row_key"],
        proposed=given["proposed"],
        purpose=given["purpose"],
        reason=given["reason"],
        made_at=house.now(),
        made_by=given["author"],
    )
    _show_one(call, make_request(house, asked))


@request.command(
    "list",
    examples=(
        "hub request list",
        "hub request list --partner platform",
        "hub request list --state overdue --json",
    ),
)
@click.option("--partner", metavar="P", help="Corrections forwarded to this partner.")
@click.option("--consumer", metavar="NAME", help="Only what this consumer asks.")
@click.option(
    "--kind",
    type=click.Choice(["correction", "access", "catalogue"]),
    help="Only requests of this kind.",
)
@click.option(
    "--state",
    type=click.Choice(["waiting", "overdue", "answered", "delivered", "closed"]),
    help="Only those that stand so.",
)
@click.option("--all", "everything", is_flag=True, help="Also those that are closed.")
def list_requests(
    call: Call,
    partner: str | None,
    consumer: str | None,
    kind: str | None,
    state: str | None,
    *,
    everything: bool,
) -> None:
    """List requests with what is due next, the oldest first."""
    from hub.cli.request_page import request_shape, show_requests
    from hub.sharing.request_deadlines import standings
    from hub.storage.requests import Requests

    house = call.house()
    found = Requests(house.control.engine).all(
        kind=kind, consumer=consumer, partner=partner
    )
    told = [
        request_shape(one)
        for one in standings(house.city, found, house.now())
        if one.state == state
        or (state is None and (everything or one.state != "closed"))
    ]
    call.answer(told, lambda page: show_requests(page, told))


@request.command("show", examples=("hub request show 3",))
@click.argument("number", metavar="N", type=int)
def show(call: Call, number: int) -> None:
    """Show a request with everything that was done with it."""
    from hub.storage.requests import Requests

    _show_one(call, Requests(call.house().control.engine).find(number))


@request.command(
    "answer",
    examples=(
        "hub request answer 3 --accept --author 李四",
        "hub request answer 4 --reject --reason 与原始案卷一致 --author 李四",
    ),
)
@click.argument("number", metavar="N", type=int)
@click.option("--accept", "verdict", flag_value="accepted", help="Grant what is asked.")
@click.option("--reject", "verdict", flag_value="rejected", help="Refuse; needs why.")
@click.option("--reason", metavar="TEXT", help="Why.")
@click.option("--grant", metavar="N", type=int, help="Grant that fulfils it.")
@click.option("--author", metavar="NAME", required=True, help="Who answers.")
def answer(call: Call, number: int, verdict: Any, **given: Any) -> None:
    """Answer a request, once."""
    if verdict is None:
        raise MisuseError(
            f"answer request {number}",
            seen="neither --accept nor --reject is given",
            next_step="Use one of the two.",
        )
    _take(call, number, verdict, **given)


@request.command(
    "deliver", examples=("hub request deliver 5 --grant 12 --author 李四",)
)
@click.argument("number", metavar="N", type=int)
@click.option("--grant", metavar="N", type=int, help="Grant that fulfils it.")
@click.option("--reason", metavar="TEXT", help="A remark.")
@click.option("--author", metavar="NAME", required=True, help="Who delivered.")
def deliver(call: Call, number: int, **given: Any) -> None:
    """Mark an accepted request as delivered; access needs the grant that fulfils it."""
    _take(call, number, "delivered", **given)


@request.command(
    "close", examples=("hub request close 3 --reason 来源已更正 --author 李四",)
)
@click.argument("number", metavar="N", type=int)
@click.option("--reason", metavar="TEXT", required=True, help="How it ended.")
@click.option("--author", metavar="NAME", required=True, help="Who closes it.")
def close(call: Call, number: int, **given: Any) -> None:
    """Close a request; it stays listed with --all."""
    _take(call, number, "closed", **given)


def _take(
    call: Call,
    number: int,
    step: Step,
    *,
    reason: str | None,
    author: str,
    grant: int | None = None,
) -> None:
    from hub.sharing.requests import take_step
    from hub.storage.requests import Taken

    house = call.house()
    made = Taken(step=step, reason=reason, grant=grant, at=house.now(), author=author)
    _show_one(call, take_step(house, number, made))


def _show_one(call: Call, one: Request) -> None:
    from hub.cli.request_page import request_shape, show_request
    from hub.sharing.request_deadlines import standings

    house = call.house()
    (standing,) = standings(house.city, [one], house.now())
    told = request_shape(standing)
    call.answer(told, lambda page: show_request(page, told))


def _refuse_others(kind: str, **given: Any) -> None:
    """Options that say nothing about a request of this kind."""
    fitting = {
        "correction": {"row_key", "column", "proposed"},
        "access": {"purpose", "columns"},
        "catalogue": set[str](),
    }
    own = fitting[kind]
    others = {name for names in fitting.values() for name in names} - own
    if odd := sorted(name for name in others if given.get(name)):
        named = {"row_key": "row", "proposed": "value"}
        words = ", ".join(f"--{named.get(one, one)}" for one in odd)
        raise MisuseError(
            f"enter a request of kind {kind}",
            seen=f"{words} says nothing about it",
            next_step="`hub request add --help` shows one of each kind.",
        )


COMMANDS = (request,)
