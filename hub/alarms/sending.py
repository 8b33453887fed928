"""Sending what waits, channel by channel: at least once, and never too fast.

What lives here: one process at a time per channel, the room that a channel has this
minute, trying again at once and later. A message is struck off only when the channel
has taken it; a process that dies in between sends it again under the same key. What
does not: the channels themselves (`channels`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tenacity import Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base, wait_exponential_jitter

from hub.alarms.channels import ChannelFailed, send
from hub.alarms.messages import Post, posts
from hub.errors import HubError, LeaseHeld
from hub.flow.house import House, wall_clock
from hub.partners.alarms import Channel
from hub.settings import Settings
from hub.storage.alarms import Alarms, Message
from hub.storage.holders import this_process

LEASE = timedelta(minutes=15)  # more than a minute's posts can take
MINUTE = timedelta(minutes=1)
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)
DOUBLINGS = 6  # of the rest between two turns
ATTEMPTS = 3

Send = Callable[[Settings, Channel, Post, datetime], None]


@dataclass(frozen=True)
class Patience:
    """How a channel is tried within one turn; tests wait for nothing."""

    attempts: int = ATTEMPTS
    wait: wait_base = field(
        default_factory=lambda: wait_exponential_jitter(initial=1, max=10)
    )


@dataclass(frozen=True)
class Sent:
    """What a turn did on one channel.

    Attributes:
        channel: its name.
        sent: messages that it took.
        waiting: messages that stay.
        error: why, in words without secrets; None where nothing failed.
    """

    channel: str
    sent: int
    waiting: int
    error: str | None = None


def send_waiting(
    house: House,
    *,
    patience: Patience | None = None,
    clock: Callable[[], datetime] = wall_clock,
    way: Send = send,
    now: bool = False,
) -> list[Sent]:
    """Send everything that waits and whose time has come.

    Args:
        house: the hub.
        patience: how a channel is tried within this turn.
        clock: the wall clock: rates and rests are real, also where the hub's is fixed.
        way: sends one post.
        now: somebody asked for it: rests are not waited for.
    """
    # At INFO it logs whole addresses, and those hold keys.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return [
        turn
        for channel in house.city.alarm.channels
        for turn in _turn(house, channel, patience or Patience(), clock, way, now=now)
    ]


def _turn(
    house: House,
    channel: Channel,
    patience: Patience,
    clock: Callable[[], datetime],
    way: Send,
    *,
    now: bool,
) -> Iterator[Sent]:
    store = Alarms(house.control.engine)
    if not store.messages(channel=channel.name, waiting=True):
        return
    holder = this_process("alarms")
    try:
        with house.leases.hold(f"alarms/channel/{channel.name}", holder, LEASE):
            # Looked up again: whoever held the lease may have sent them.
            waiting = store.messages(channel=channel.name, waiting=True)
            due = [one for one in waiting if now or _is_due(one, clock())]
            room = channel.per_minute - store.posts_since(
                channel.name, clock() - MINUTE
            )
            made = posts(house.city, channel, due, house.now(), room)
            sent, error = 0, None
            for post in made:
                error = _sent(house, channel, post, patience, clock, way)
                if error is not None:
                    rest = [one for one in due if one.number in post.numbers]
                    next_at = clock() + _rest(max(one.tries for one in rest))
                    numbers = [one.number for one in due[sent:]]
                    store.failed(numbers, error=error, next_at=next_at)
                    break
                store.sent(post.numbers, post=post.key, at=clock())
                sent += len(post.numbers)
            yield Sent(channel.name, sent, len(waiting) - sent, error)
    except LeaseHeld:
        return


def send_test(
    house: House,
    channel: Channel,
    *,
    clock: Callable[[], datetime] = wall_clock,
    patience: Patience | None = None,
) -> str | None:
    """A message that says it is a test; why it was not taken, or None."""
    subject = f"【{house.city.name}】报警通道测试 test"
    about = f"收到本消息即表示通道 {channel.name} 可用。This is a test."
    text = f"**{subject}**\n> {about}"
    test = Post(channel.name, (0,), subject, text, ({"kind": "test"},))
    return _sent(house, channel, test, patience or Patience(), clock, send)


def _sent(
    house: House,
    channel: Channel,
    post: Post,
    patience: Patience,
    clock: Callable[[], datetime],
    way: Send,
) -> str | None:
    """Send a post, a few times where it may help; why it was not taken, or None."""
    retrying = Retrying(
        stop=stop_after_attempt(patience.attempts),
        retry=retry_if_exception(_may_pass),
        wait=patience.wait,
        reraise=True,
    )
    try:
        retrying(lambda: way(house.settings, channel, post, clock()))
    except HubError as error:
        return error.seen
    except OSError as error:
        # A file of authorities that is not there: its name is no secret, its text may.
        return type(error).__name__
    return None


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, ChannelFailed) and error.passing


def _is_due(message: Message, at: datetime) -> bool:
    return message.next_at is None or message.next_at <= at


def _rest(tries: int) -> timedelta:
    doubled: timedelta = FIRST_REST * (1 << min(tries, DOUBLINGS))
    return min(doubled, LONGEST_REST)
