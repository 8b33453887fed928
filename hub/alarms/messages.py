"""From what waits for a channel to posts that its limits allow.

What lives here: one post per message while there are few, a digest when there are
many, and cutting a text at a limit of bytes. What does not: wording (`words`), sending
(`sending`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from hub.alarms.words import Telling, alarm_id, languages, markdown, seen_words, tell
from hub.partners.alarms import Channel
from hub.partners.city import City
from hub.storage.alarms import Message

FEW = 3  # messages that are told one by one
MANY = 12  # messages beyond which a digest only says what and where
# What a robot takes in one post, in bytes of UTF-8; the rest is our own measure.
LIMITS = {"wecom": 4096, "dingtalk": 20_000, "email": 200_000, "webhook": 200_000}
SPARE = 200  # bytes for what a channel adds: a keyword, a heading
MORE = "\n… 其余见 `hub alarm list` (cut off here)"


@dataclass(frozen=True)
class Post:
    """What is sent in one go.

    Attributes:
        numbers: the messages that it tells of.
        subject: heading, on one line.
        text: everything, in Markdown.
        data: the same for programs.
    """

    channel: str
    numbers: tuple[int, ...]
    subject: str
    text: str
    data: tuple[dict[str, object], ...]

    @property
    def key(self) -> str:
        """Names the post: the same messages sent again have the same key."""
        told = f"{self.channel}:{','.join(map(str, self.numbers))}"
        return sha256(told.encode()).hexdigest()[:32]


def posts(
    city: City, channel: Channel, waiting: Sequence[Message], at: datetime, room: int
) -> list[Post]:
    """Everything that waits, in as few posts as its number and their limit ask for.

    Args:
        city: whose alarms they are.
        channel: where they go.
        waiting: the messages, in their order.
        at: the hub's clock.
        room: how many posts the channel takes now.
    """
    if len(waiting) <= min(FEW, room):
        return [_single(city, channel, one, at) for one in waiting]
    return list(_digests(city, channel, waiting, at))[:room]


def _single(city: City, channel: Channel, one: Message, at: datetime) -> Post:
    told = _told(city, channel, one, at)
    lines = [line for part in told for line in (*markdown(part), "")]
    return Post(
        channel.name,
        (one.number,),
        f"【{city.name}】{told[0].title}",
        cut("\n".join(lines).strip(), LIMITS[channel.kind] - SPARE),
        (as_data(city, one, at),),
    )


def _digests(
    city: City, channel: Channel, waiting: Sequence[Message], at: datetime
) -> Iterator[Post]:
    limit = LIMITS[channel.kind] - SPARE
    short = len(waiting) > MANY
    group: list[tuple[Message, str]] = []
    for one in waiting:
        told = _told(city, channel, one, at)
        line = "\n".join(f"> - {part.line(short=short)}" for part in told)
        line = cut(line, limit // 2)
        size = sum(len(known.encode()) + 1 for _, known in group)
        if group and size + len(line.encode()) > limit:
            yield _digest(city, channel, group, at)
            group = []
        group.append((one, line))
    if group:
        yield _digest(city, channel, group, at)


def _digest(
    city: City, channel: Channel, group: Sequence[tuple[Message, str]], at: datetime
) -> Post:
    language = languages(channel.language)[0]
    count = len(group)
    subject = {
        "zh": f"【{city.name}】{count} 条报警消息汇总",
        "en": f"[{city.name}] {count} alarm messages",
    }[language]
    return Post(
        channel.name,
        tuple(one.number for one, _ in group),
        subject,
        "\n".join([f"**{subject}**", *(line for _, line in group)]),
        tuple(as_data(city, one, at) for one, _ in group),
    )


def _told(city: City, channel: Channel, one: Message, at: datetime) -> list[Telling]:
    words = languages(channel.language)
    return [tell(city, one.alarm, one.kind, word, at) for word in words]


def as_data(city: City, one: Message, at: datetime) -> dict[str, object]:
    """A message for programs, in both languages."""
    alarm = one.alarm
    told = {word: tell(city, alarm, one.kind, word, at) for word in languages("both")}
    return {
        "message": one.number,
        "alarm": alarm_id(alarm.number),
        "kind": one.kind,
        "rule": alarm.rule,
        "partner": alarm.partner or None,
        "feed": alarm.feed or None,
        "subject": alarm.subject or None,
        "opened_at": _instant(alarm.opened_at),
        "cleared_at": _instant(alarm.cleared_at),
        "values": dict(alarm.seen),
        "seen": {word: seen_words(alarm, word) for word in told},
        "title": {word: one.title for word, one in told.items()},
        "facts": {word: dict(one.facts) for word, one in told.items()},
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def cut(text: str, most: int) -> str:
    """A text of at most so many bytes; where it was cut, it says so."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len(MORE.encode())].decode(errors="ignore") + MORE
