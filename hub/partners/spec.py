"""The typed declaration of one partner: what a partner file may say.

What lives here: the frozen shape of `partners/<id>.toml` after loading; unknown
keys are forbidden. What does not: reading files and wording errors
(`loader`), resolving secrets (`secrets`), talking to systems (`hub.connectors`),
turning columns into expressions (`hub.pipeline`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Span = Annotated[str, StringConstraints(pattern=r"^\d+[smhd]$")]
Coordinates = Literal["cgcs2000", "wgs84", "gcj02", "bd09", "local_planar", "unknown"]
Mode = Literal["changes", "events", "snapshot"]


class Strict(BaseModel):
    """Frozen, and deaf to nothing: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Auth(Strict):
    """How the hub proves who it is. Values that are secret are `env:NAME`."""

    kind: Literal["none", "basic", "bearer", "api_key", "signed"] = "none"
    token: str | None = None
    username: str | None = None
    password: str | None = None
    header: str | None = None
    key: str | None = None
    secret: str | None = None
    algorithm: Literal["md5", "sha256", "hmac-sha256"] = "hmac-sha256"
    timestamp: Literal["seconds", "milliseconds"] = "seconds"
    upper: bool = False


class Limits(Strict):
    """Politeness and patience towards the partner."""

    concurrency: int = Field(default=2, ge=1, le=32)
    per_minute: int = Field(default=600, ge=1)
    timeout_seconds: float = Field(default=30, gt=0)
    attempts: int = Field(default=4, ge=1, le=10)
    max_body_mb: int = Field(default=256, ge=1)


class Source(Strict):
    """The system behind the partner: one connector and its address."""

    connector: Literal["rest", "sql", "files"]
    base_url: str | None = None  # rest; may be env:NAME
    url: str | None = None  # sql: SQLAlchemy URL that names its driver; may be env:NAME
    folder: str | None = None  # files; may be env:NAME
    auth: Auth = Auth()
    limits: Limits = Limits()
    session: tuple[str, ...] = ()  # sql: statements that pin zone and encoding


class Page(Strict):
    """How a listing goes on."""

    kind: Literal["none", "number", "offset", "cursor"] = "none"
    param: str = "page"
    size_param: str | None = None
    size: int = Field(default=500, ge=1)
    first: int = 1
    total: str | None = None  # path of the declared total, checked when reached
    cursor: str | None = None  # path of the next cursor in the answer


class Window(Strict):
    """Which span of time one request asks for; bounds are half-open."""

    from_: str = Field(alias="from")
    to: str
    format: str = "%Y-%m-%d %H:%M:%S"
    overlap: Span = "0s"
    chunk: Span | None = None
    reach: Span | None = None  # re-pull this far back on every run (create-time APIs)


class Verdict(Strict):
    """Where an answer with HTTP 200 says whether it is one."""

    field: str
    good: tuple[str, ...]
    message: str | None = None


class Detail(Strict):
    """One further request per row, merged into the row under `into`."""

    path: str  # holds {key}
    records: str
    into: str


class Sweep(Strict):
    """Ask again, by key, for every case that is still open in core."""

    kind: Literal["open_issues"] = "open_issues"
    path: str | None = None
    param: str = "ids"
    size: int = Field(default=200, ge=1)


class Read(Strict):
    """How one feed is read; which keys apply depends on the connector."""

    # rest
    method: Literal["GET", "POST"] = "GET"
    path: str | None = None
    paths: tuple[str, ...] = ()  # several listings of one key space (live, history)
    params: dict[str, str | int] = {}
    body: dict[str, Any] = {}
    records: str | None = None
    verdict: Verdict | None = None
    page: Page = Page()
    window: Window | None = None
    detail: Detail | None = None
    sweep: Literal["open_issues"] | Sweep | None = None
    # sql
    table: str | None = None
    query: str | None = None
    keyset: tuple[str, ...] = ()
    chunk_rows: int = Field(default=50_000, ge=1)
    # files
    files: str | None = None  # glob below the folder, e.g. "cases_*.csv"
    format: Literal["csv", "tsv", "xlsx", "jsonl", "json"] | None = None
    delimiter: str | None = None
    sheet: str | None = None
    done: str | None = None  # suffix of the marker file, e.g. ".ok"


class AsOf(Strict):
    """Where a delivery names its own day; `format` reads it in the partner's zone."""

    file: str | None = None  # regex with one group on the file name
    header: str | None = None  # response header
    envelope: str | None = None  # path in the answer
    format: str | None = None


class Deletes(Strict):
    """How the hub learns that a row is gone (shown in the catalogue)."""

    kind: Literal["none", "marker", "snapshot", "keys"] = "none"
    field: str | None = None
    values: tuple[str, ...] = ()


class Column(Strict):
    """One canonical column: a source field, a constant or an expression.

    In an emit with `explode`, `field` is looked up in the list element; a
    leading `../` means the enclosing row.
    """

    field: str | None = None
    value: str | int | float | bool | tuple[str, ...] | None = None
    sql: str | None = None
    format: str | tuple[str, ...] | None = None
    type: Literal["epoch_s", "epoch_ms", "excel_serial"] | None = None
    unit: Literal["m", "km", "minutes", "hours", "seconds", "percent", "fraction"] | (
        None
    ) = None
    split: str | None = None  # list columns: separator inside the cell
    codes: str | None = None  # name of a table in [feed.codes]
    ref: str | None = None  # dataset whose hub id this is
    partner: str | None = None  # key space of the reference; own partner if null
    by: str | None = None  # referenced by this column instead of the source key


class Part(Strict):
    """What is appended to the source key of an unfolded row, after `#`."""

    field: str | None = None
    value: str | None = None


class SameAs(Strict):
    """The same case in another partner's system."""

    field: str
    ref: Literal["issue"] = "issue"
    partner: str
    by: Literal["case_no", "source_id"] = "case_no"


class Expect(Strict):
    """Bounds from a healthy week; a batch outside is refused before any write."""

    min_rows: int | None = Field(default=None, ge=0)
    max_rows: int | None = Field(default=None, ge=1)
    max_shrink_share: float | None = Field(default=None, ge=0, le=1)
    max_quarantined_share: float | None = Field(default=None, ge=0, le=1)
    max_deleted_share: float = Field(default=0.20, ge=0, le=1)
    max_age: Span | None = None


class Emit(Strict):
    """One dataset that the rows of a feed turn into."""

    dataset: str
    columns: dict[str, Column]
    codes: dict[str, dict[str, tuple[str, ...]]] = {}
    explode: str | None = None
    when: str | None = None
    key: tuple[str, ...] = ()  # own key of the unfolded row; else the feed's key
    part: Part | None = None


class Feed(Strict):
    """One endpoint, table or file family of a partner."""

    name: Name
    mode: Mode = "changes"
    key: tuple[str, ...]
    changed: str | None = None
    changed_format: str | None = None
    as_of: AsOf | None = None
    deletes: Deletes = Deletes()
    encoding: str | None = None
    category_system: str | None = None
    events_complete: bool = False
    never_land: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    same_as: SameAs | None = None
    schedule: str | None = None
    deadline: str | None = None
    owner: str | None = None
    read: Read = Read()
    emits: tuple[Emit, ...]
    expect: Expect = Expect()


class Partner(Strict):
    """One supplying system: one independent key space."""

    id: Name
    title: str
    steward: str | None = None
    timezone: str
    coordinates: Coordinates | None = None
    status: Literal["active", "paused"] = "active"
    profile: str | None = None
    source: Source
    feeds: tuple[Feed, ...]

    def feed(self, name: str) -> Feed:
        """The feed of that name; KeyError if there is none."""
        for feed in self.feeds:
            if feed.name == name:
                return feed
        raise KeyError(name)
