"""When the hub calls somebody, and where: `[alarm]` and `[feed.alarm]`.

What lives here: thresholds with their defaults, channels by reference, what a feed
settles for itself, and what is wrong with a channel beyond keys and types. What does
not: finding out that something is wrong (`hub.alarms`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hub.partners.base import Name, Span, Strict
from hub.partners.problems import Problem, path_of

Share = Annotated[float, Field(ge=0, le=1)]
Multiple = Annotated[float, Field(gt=1)]
Kind = Literal["wecom", "dingtalk", "email", "webhook"]
Code = Literal[
    "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12",
    "A13", "A14", "A15", "A16", "A17", "A18",
]  # fmt: skip
# What a channel of a kind cannot do without.
NEEDED: dict[Kind, tuple[str, ...]] = {
    "wecom": ("url",),
    "dingtalk": ("url",),
    "email": ("host", "sender", "to"),
    "webhook": ("url",),
}
SECRET = {"wecom": ("url",), "dingtalk": ("url", "secret"), "webhook": ("secret",)}


class Channel(Strict):
    """Block `[[alarm.channel]]`: one place that alarms are sent to."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"url", "secret", "password"})

    name: Name
    """Name of the channel, unique within the city; it is shown, the address is not."""
    kind: Kind
    """`wecom`: group robot of 企业微信; `dingtalk`: robot of 钉钉; `email`: SMTP;
    `webhook`: JSON to an address of the city's own."""
    url: str | None = None
    """wecom, dingtalk: the robot's whole address, as `env:NAME`, since it holds the
    key. webhook: address, may be `env:NAME`."""
    secret: str | None = None
    """dingtalk: the robot's secret (加签); webhook: key of the signature (HMAC-SHA256).
    As `env:NAME`."""
    keyword: str | None = None
    """dingtalk: word that the robot wants in each message (自定义关键词)."""
    host: str | None = None
    """email: SMTP server, as `name` or `name:port`."""
    tls: Literal["starttls", "tls"] = "starttls"
    """email: TLS after greeting (port 587), or from the first byte (port 465). Nothing
    is ever sent without it."""
    ca: str | None = None
    """Path of the authorities that may vouch for the server, as `env:NAME`; without it
    the public ones."""
    username: str | None = None
    """email: user name; may be `env:NAME`."""
    password: str | None = None
    """email: password, as `env:NAME`."""
    sender: str | None = None
    """email: address that messages come from."""
    to: tuple[str, ...] = ()
    """email: addresses that they go to."""
    language: Literal["zh", "en", "both"] = "zh"
    """Language of the messages."""
    per_minute: int = Field(default=20, ge=1, le=600)
    """Most messages a minute; beyond it several become one. 20 is what both robots
    take."""
    only: Literal["all", "escalated"] = "all"
    """`escalated`: only what was not mended in time, e.g. for a head of department."""
    partners: tuple[Name, ...] = ()
    """Only alarms of these partners; all without it."""


class Alarm(Strict):
    """Table `[alarm]`: from when on something is told, and to whom.

    Every threshold is a default of the hub; a city changes it with the reason beside
    it, a feed for itself in `[feed.alarm]`.
    """

    grace: Span = "2h"
    """How long after a feed's deadline or scheduled time its silence is told
    (A01, A13)."""
    drop_share: Share = 0.5
    """A day with fewer rows than this share of the usual is told (A02)."""
    jump_multiple: Multiple = 1.8
    """A day with more rows than the usual times this is told (A03)."""
    spread: float = Field(default=4, gt=0)
    """How many usual deviations (median absolute ones, or those of mere chance) a day
    must lie off besides (A02, A03)."""
    least_rows: int = Field(default=20, ge=1)
    """A difference of fewer rows is never told (A02, A03, A07, A15); so few
    damaged rows neither (A14)."""
    history_weeks: int = Field(default=8, ge=2, le=26)
    """Weeks whose same weekday makes the usual (A02, A03), or all whose days do
    (A15, A16)."""
    least_history: int = Field(default=4, ge=2, le=26)
    """Same weekdays (A02, A03) or days (A07, A15, A16) that must be known; nothing is
    told on less."""
    switch_days: int = Field(default=2, ge=1, le=30)
    """Days of a new year without a row after which a feed counts as moved (A04)."""
    refused_reach: Span = "90d"
    """How long a refused delivery is told of, unless it is mended (A05)."""
    release_after: Span = "3h"
    """How long rows may wait for a release (A06)."""
    quarantine_rise: Share = 0.10
    """By how much the share of rows in quarantine may lie above the usual (A07)."""
    deadline_rise: Share = 0.20
    """By how much the share of cases without a delivered deadline may lie above the
    usual (A15)."""
    damaged_share: Share = 0.15
    """Share of a day's rows with damaged free text above which it is told (A14)."""
    unseen_after: Span = "7d"
    """How long no delivery may show an open case, where `reach` or `sweep` ask for open
    cases again (A17)."""
    unseen_cases: int = Field(default=1, ge=1)
    """Fewer such cases are not told (A17)."""
    shift_hours: int = Field(default=6, ge=1, le=12)
    """Hours by which the hours of report must have moved (A16)."""
    shift_share: Share = 0.5
    """Share of the newest cases that must lie in other hours than usual (A16)."""
    shift_rows: int = Field(default=50, ge=20)
    """Cases that the newest days, and the usual, must have (A16)."""
    count_days: int = Field(default=7, ge=1, le=31)
    """Whole days, the newest last, of which sources are asked every night how many
    rows they have (A18)."""
    missing_rows: int = Field(default=1, ge=1)
    """A day that lacks fewer of the rows that its source counts is not told (A18)."""
    end_days: int = Field(default=30, ge=1, le=365)
    """Days before its end from which a certificate, key or token is told (A08, A09)."""
    disk_free_share: Share = 0.10
    """Free share of a disk below which it is told (A10)."""
    escalate_after: Span = "24h"
    """How long an alarm may stay open before it is told once more, to channels with
    `only = "escalated"` as well."""
    channels: tuple[Channel, ...] = Field(default=(), alias="channel")
    """Where alarms are sent: `[[alarm.channel]]` blocks."""


class FeedAlarm(Strict):
    """Table `[feed.alarm]`: what a feed settles differently."""

    off: tuple[Code, ...] = ()
    """Alarms that are not raised for this feed; the reason stands beside it."""
    silent_after: Span | None = None
    """How long nothing may come, where `max_age`, `deadline` and `schedule` do not say
    it well (A01)."""
    drop_share: Share | None = None
    """As in `[alarm]` (A02)."""
    jump_multiple: Multiple | None = None
    """As in `[alarm]` (A03)."""
    counts_from: date | None = None
    """First day of the usual: set it when the volume has changed for good (A02, A03,
    A07, A15, A16). Counts of days before it are not compared (A18)."""
    quarantine_rise: Share | None = None
    """As in `[alarm]` (A07)."""
    deadline_rise: Share | None = None
    """As in `[alarm]` (A15)."""
    unseen_after: Span | None = None
    """As in `[alarm]`; declared, a feed without `reach` and `sweep` is watched too,
    such as one whose files list every open case (A17)."""
    shift_hours: int | None = Field(default=None, ge=1, le=12)
    """As in `[alarm]` (A16)."""
    damaged_share: Share | None = None
    """As in `[alarm]` (A14)."""
    missing_rows: int | None = Field(default=None, ge=1)
    """As in `[alarm]` (A18)."""


def channel_problems(alarm: Alarm) -> Iterator[Problem]:
    """What is wrong with the channels of a city."""
    seen: set[str] = set()
    for one in alarm.channels:
        where = path_of("alarm", f'channel "{one.name}"')
        if one.name in seen:
            yield Problem(where, "stands there twice", "give each its own name")
        seen.add(one.name)
        for name in NEEDED[one.kind]:
            if not getattr(one, name):
                yield Problem(where, f"has no {name}", f"{one.kind} needs it")
        for name in (*SECRET.get(one.kind, ()), "password", "ca"):
            value = getattr(one, name)
            if value is not None and not value.startswith("env:"):
                yield Problem(where, f"{name} is not a reference", "write env:NAME")
