"""`hub alarm`: what is wrong now, looking again, and calling who must be called.

What lives here: the commands. What does not: rules and channels (`hub.alarms`), how an
alarm looks (`alarm_page`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.flow.house import House
    from hub.partners.alarms import Channel
    from hub.storage.alarms import Alarm


@click.group(cls=HubGroup)
def alarm() -> None:
    """What is wrong now, who was told, and looking again."""


@alarm.command("list", examples=("hub alarm list", "hub alarm list --all"))
@click.option("--all", "every", is_flag=True, help="Those that have cleared as well.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="With --all, at most so many, the newest first.",
)
def list_alarms(call: Call, *, every: bool, limit: int) -> None:
    """List the alarms that are open, and what could not be sent."""
    from hub.cli.alarm_page import list_shape, show_list
    from hub.storage.alarms import Alarms

    house = call.house()
    store = Alarms(house.control.engine)
    alarms = store.newest(limit) if every else store.open()
    waiting = store.messages(waiting=True)
    told = list_shape(house, alarms, waiting)
    call.answer(told, lambda page: show_list(page, told, house.city.timezone))


@alarm.command("show", examples=("hub alarm show a00000003",))
@click.argument("alarm_id", metavar="ALARM")
def show_alarm(call: Call, alarm_id: str) -> None:
    """Show one alarm: what was seen, what to do, who was told when."""
    from hub.cli.alarm_page import alarm_shape, message_shape, show_alarm_page
    from hub.storage.alarms import Alarms

    house = call.house()
    found = _find(house, alarm_id)
    messages = Alarms(house.control.engine).messages(alarm=found.number)
    told = alarm_shape(house, found) | {
        "messages": [message_shape(one) for one in messages]
    }
    call.answer(told, lambda page: show_alarm_page(page, told))


@alarm.command("check", examples=("hub alarm check", "hub alarm check --quiet"))
@click.option("--quiet", is_flag=True, help="Look only; what is to be sent waits.")
def check_alarms(call: Call, *, quiet: bool) -> int:
    """Look at everything once, open and clear alarms, and send.

    This is what the sensor does every five minutes. Ends with 1 while an alarm is open.
    """
    from hub.alarms.checking import check
    from hub.alarms.sending import send_waiting
    from hub.assets.senses import SENSES
    from hub.cli.alarm_page import check_shape, show_check

    house = call.house()
    checked = check(house, SENSES)
    turns = [] if quiet else send_waiting(house)
    told = check_shape(house, checked, turns)
    call.answer(told, lambda page: show_check(page, told))
    if checked.by_other:
        call.note("Another process is looking just now; what it finds is listed next.")
    return int(bool(checked.open) or any(one.error for one in turns))


@alarm.command(
    "send", examples=("hub alarm send", "hub alarm send --test --channel duty")
)
@click.option("--test", is_flag=True, help="Send each channel a message that says so.")
@click.option("--channel", metavar="CHANNEL", help="With --test, only this one.")
def send_alarms(call: Call, *, test: bool, channel: str | None) -> int:
    """Send what waits now, or try the channels.

    Ends with 1 where a channel did not take it.
    """
    from hub.alarms.sending import Sent, send_test, send_waiting
    from hub.cli.alarm_page import show_turns, turn_shape

    if channel is not None and not test:
        raise MisuseError(
            "send what waits on one channel",
            seen="--channel is only for --test",
            next_step="Add --test, or leave --channel out.",
        )
    house = call.house()
    if test:
        turns = []
        for one in _channels(house, channel):
            error = send_test(house, one)
            turns.append(Sent(one.name, int(error is None), 0, error))
    else:
        turns = send_waiting(house, now=True)
    told = [turn_shape(one) for one in turns]
    call.answer(told, lambda page: show_turns(page, told))
    return int(any(one.error for one in turns))


def _channels(house: House, name: str | None) -> list[Channel]:
    """The channels of the city, or the named one.

    Raises:
        MisuseError: there is none, or none of that name.
    """
    channels = house.city.alarm.channels
    found = [one for one in channels if name in (None, one.name)]
    if not found:
        known = ", ".join(one.name for one in channels)
        raise MisuseError(
            "try the channels of alarms",
            seen=f"the city declares {known or 'none'}",
            next_step="Declare [[alarm.channel]] in city.toml"
            + (", or name one of these." if known else "."),
        )
    return found


def _find(house: House, text: str) -> Alarm:
    """The alarm of an id.

    Raises:
        MisuseError: there is none.
    """
    from hub.storage.alarms import Alarms

    digits = text.removeprefix("a")
    number = int(digits) if digits.isascii() and digits.isdigit() else 0
    found = Alarms(house.control.engine).find(number)
    if found is None:
        raise MisuseError(
            f"find the alarm {text}",
            seen="there is none of that id",
            next_step="`hub alarm list --all` tells the ids.",
        )
    return found


COMMANDS = (alarm,)
