"""The typed declaration of one partner: what a partner file may say.

What lives here: the frozen shape of `partners/<id>.toml` after loading; unknown
keys are forbidden. Address and reading are in `source`, credentials in `access`, what
goes back in `delivery`, all re-exported here.
What does not: reading files (`loader`), wording errors (`wording`), judging
whether a declaration makes sense (`check`), resolving secrets (`secrets`),
talking to systems (`hub.connectors`), turning columns into expressions
(`hub.pipeline`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub.partners.access import Auth, Login, OAuth2, Tls, Verdict
from hub.partners.alarms import FeedAlarm
from hub.partners.base import Name, Span, Strict
from hub.partners.delivery import Delivery, OutColumn, Write
from hub.partners.source import (
    Acknowledge,
    Count,
    Detail,
    Limits,
    Page,
    Read,
    Source,
    Sweep,
    Window,
)

__all__ = [
    "Acknowledge",
    "AsOf",
    "Auth",
    "Column",
    "Coordinates",
    "Count",
    "Deletes",
    "Delivery",
    "Detail",
    "Emit",
    "Expect",
    "Feed",
    "FeedAlarm",
    "Limits",
    "Login",
    "Mode",
    "Name",
    "OAuth2",
    "OutColumn",
    "Page",
    "Part",
    "Partner",
    "Read",
    "SameAs",
    "Source",
    "Span",
    "Strict",
    "Sweep",
    "Tls",
    "Verdict",
    "Window",
    "Write",
]

Coordinates = Literal["cgcs2000", "wgs84", "gcj02", "bd09", "local_planar", "unknown"]
Mode = Literal["changes", "events", "snapshot"]


class AsOf(Strict):
    """Where a delivery names its own day; the first that is given counts."""

    file: str | None = None
    """Regular expression with one group, on the file name."""
    header: str | None = None
    """Response header."""
    envelope: str | None = None
    """Path in the answer."""
    format: str | None = None
    """How it is written, in the partner's zone; or `epoch_s`, `epoch_ms`; ISO 8601
    without it."""


class Deletes(Strict):
    """How the hub learns that a row is gone (shown in the catalogue)."""

    kind: Literal["none", "marker", "snapshot", "keys"] = "none"
    """`marker`: a field says so; `snapshot`: missing from a full delivery; `keys`:
    the rows delivered are all keys that still exist; `none`: never."""
    field: str | None = None
    """marker: the field that says so."""
    values: tuple[str, ...] = ()
    """marker: its values that mean deleted."""


class Column(Strict):
    """One canonical column: a source field, a constant or an expression.

    A bare text is short for `{ field = … }`. In an emit with `explode`, `field` is
    looked up in the list element; a leading `../` means the enclosing row.
    """

    field: str | None = None
    """Source field; dots go into nested objects."""
    value: str | int | float | bool | tuple[str, ...] | None = None
    """A constant for every row of the feed."""
    sql: str | None = None
    """Row-wise Polars SQL expression over the source's texts. Its result is text
    like a field's and goes on through `format`, `type`, `unit`, `codes` or `ref`."""
    format: str | tuple[str, ...] | None = None
    """How a date or instant is written; several forms are tried in turn."""
    type: Literal["epoch_s", "epoch_ms", "excel_serial"] | None = None
    """Number that stands for an instant or date."""
    unit: Literal["m", "km", "minutes", "hours", "seconds", "percent", "fraction"] | (
        None
    ) = None
    """Unit that the source delivers in; turned into the column's own."""
    split: str | None = None
    """List columns: separator inside the cell."""
    codes: str | None = None
    """Value table in `[feed.codes]`; a value not in it quarantines the row."""
    ref: str | None = None
    """Dataset whose hub identifier this is."""
    partner: str | None = None
    """Key space of the reference; the own partner without it."""
    by: str | None = None
    """Referenced by this column instead of the source key, e.g. `case_no`. A division
    that comes as a name is `ref = "division", by = "division_name"`."""
    within: str | None = None
    """Division by name: where it lies. A column of the same block, e.g.
    `district_code`, or the code of a division; the whole city without it."""


class Part(Strict):
    """What is appended to the source key of an unfolded row, after `#`."""

    field: str | None = None
    """Field of the list element or row."""
    value: str | None = None
    """Fixed word, e.g. the role of this block."""


class SameAs(Strict):
    """The same case in another partner's system."""

    field: str
    """Field that names it there."""
    ref: Literal["issue"] = "issue"
    """Dataset that holds both."""
    partner: str
    """The other partner."""
    by: Literal["case_no", "source_id"] = "case_no"
    """What the field holds: their display number or their key."""


class Expect(Strict):
    """Bounds from a healthy week; a batch outside is refused before any write."""

    min_rows: int | None = Field(default=None, ge=0)
    """Fewest rows of a delivery."""
    max_rows: int | None = Field(default=None, ge=1)
    """Most rows of a delivery."""
    max_shrink_share: float | None = Field(default=None, ge=0, le=1)
    """How much smaller than the last good delivery it may be."""
    max_quarantined_share: float | None = Field(default=None, ge=0, le=1)
    """Share of rows that may fail."""
    max_deleted_share: float = Field(default=0.20, ge=0, le=1)
    """Share of living rows that one delivery may delete."""
    max_age: Span | None = None
    """How old a delivery's own day may be, e.g. `26h`."""


class Emit(Strict):
    """One dataset that the rows of a feed turn into."""

    dataset: str
    """Canonical dataset."""
    columns: dict[str, Column]
    """Canonical column = source field, constant or expression."""
    codes: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    """Value tables: source value = code, or list of codes. Tables given for the
    whole feed serve every emit of it."""
    explode: str | None = None
    """Path of a nested list; each element makes one row."""
    split: str | tuple[str, ...] | None = None
    """Separators inside the cell that `explode` names, where it is a text and no list
    (`张三、李四`); each piece makes one row and is its field `#text`."""
    when: str | None = None
    """Row-wise condition, in Polars SQL, under which the row emits at all."""
    key: tuple[str, ...] = ()
    """Own key of the emitted row; the feed's key without it."""
    part: Part | None = None
    """What tells several rows unfolded from one apart."""


class Feed(Strict):
    """One endpoint, table or file family of a partner."""

    name: Name
    """Name of the feed, unique within the partner."""
    source: Source | None = None
    """Where this feed alone comes from, with the keys of `[source]`; e.g. the database
    beside an interface. Without it the partner's source."""
    mode: Mode = "changes"
    """`changes`: rows that are new or changed; `events`: rows that never change;
    `snapshot`: everything, each time."""
    key: tuple[str, ...] = Field(min_length=1)
    """Fields that make the source key."""
    changed: str | None = None
    """The row's own change time."""
    changed_format: str | None = None
    """How it is written; or `epoch_s`, `epoch_ms`. Common forms need no word."""
    as_of: AsOf | None = None
    """Where a delivery names its own day, for rows without a change time."""
    deletes: Deletes = Deletes()
    """How the hub learns that a row is gone."""
    encoding: str | None = None
    """Text encoding; found out without it."""
    category_system: str | None = None
    """Category list that the feed's codes come from."""
    events_complete: bool = False
    """Whether the trail holds every step, so that events may be counted."""
    never_land: tuple[str, ...] = ()
    """Fields cut before anything is stored (passwords, identity numbers)."""
    ignore: tuple[str, ...] = ()
    """Fields known and left out on purpose; any other unmapped field is a finding."""
    same_as: SameAs | None = None
    """The same case in another partner's system."""
    schedule: str | None = None
    """When the feed is read, as a cron expression in the city's zone. Without it
    `pull` of the city's `[automation]`."""
    deadline: str | None = None
    """Local time by which the day's delivery is due, `HH:MM`."""
    owner: str | None = None
    """Who answers for the feed."""
    read: Read = Read()
    """How the feed is read."""
    emits: tuple[Emit, ...] = Field(min_length=1)
    """What its rows turn into: `dataset` with `columns` and `codes`, or `[[feed.emit]]`
    blocks."""
    expect: Expect = Expect()
    """Bounds of a healthy delivery."""
    alarm: FeedAlarm = FeedAlarm()
    """What the feed settles differently from the city's `[alarm]`."""


class Partner(Strict):
    """One supplying system: one independent key space."""

    id: Name
    """Name of the partner, equal to the file's name."""
    title: str
    """What people call it."""
    steward: str | None = None
    """Who answers for the data on the partner's side."""
    timezone: str
    """Zone of the partner's clock, e.g. `Asia/Shanghai`."""
    coordinates: Coordinates | None = None
    """System of the coordinates; required where lon and lat are mapped."""
    status: Literal["active", "paused"] = "active"
    """Paused partners are checked, not run."""
    profile: str | None = None
    """Vendor profile that this partner builds on."""
    source: Source
    """The system behind the partner."""
    feeds: tuple[Feed, ...] = Field(min_length=1)
    """Endpoints, tables or files; `[[feed]]` blocks."""
    deliveries: tuple[Delivery, ...] = ()
    """What goes back to the partner; `[[delivery]]` blocks."""

    def reading(self, feed: Feed) -> Partner:
        """The partner as this feed sees it: `source` is the one it is read from."""
        if feed.source is None:
            return self
        return self.model_copy(update={"source": feed.source})

    def feed(self, name: str) -> Feed:
        """The feed of that name; KeyError if there is none."""
        for feed in self.feeds:
            if feed.name == name:
                return feed
        raise KeyError(name)

    def receiving(self, delivery: Delivery) -> Partner:
        """The partner as a delivery sees it: `source` is where its rows go."""
        if delivery.to is None:
            return self
        return self.model_copy(update={"source": delivery.to})
