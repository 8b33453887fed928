"""The typed declaration of the system behind a partner and of how a feed is read.

What lives here: address, credentials by reference, politeness, and the closed
vocabularies of pagers, windows, sweeps and file forms. `hub.partners.spec`
re-exports every name. What does not: reading anything (`hub.connectors`),
mapping (`spec`).

Placeholders. In `params`, `body` and `envelope` a text may hold `{from}`, `{to}`,
`{page}`, `{size}`, `{cursor}` and `{keys}`. In a body a text that is one placeholder
and nothing else becomes a number (page, size) or a list (keys); in a query keys are
joined by commas. A key whose text names a placeholder is left out of a request that
has no value for it. Where a placeholder stands in `params` or `body`, the name in
`page`, `window` or `sweep` is not sent a second time.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from hub.partners.base import Span, Strict


class Verdict(Strict):
    """Where an answer with HTTP 200 says whether it is one."""

    field: str
    """Path of the verdict in the answer."""
    good: tuple[str, ...]
    """Values that mean success, as text (`"false"`, `"0"`, `"200"`)."""
    message: str | None = None
    """Path of the partner's own message."""
    busy: tuple[str, ...] = ()
    """Values that pass by themselves: the request is sent again, as after HTTP 503."""
    expired: tuple[str, ...] = ()
    """auth `login`: values that mean our token is gone; a new one is fetched once."""


class Login(Strict):
    """The request that exchanges user name and password for a token."""

    path: str
    """Address of the sign-in, below base_url."""
    send: Literal["json", "form", "query"] = "json"
    """How `body` travels: a POST of JSON or of a form, or a GET with a query."""
    body: dict[str, Any] = Field(
        default_factory=lambda: {"username": "{username}", "password": "{password}"}
    )
    """What is sent, as a template with `{username}` and `{password}`."""
    verdict: Verdict | None = None
    """Where the answer says whether it succeeded."""
    token_field: str
    """Path of the token in the answer."""
    expires_field: str | None = None
    """Path of the token's life in seconds; without it the token is used until it is
    refused."""


class Auth(Strict):
    """How the hub proves who it is. Secret values are references, `env:NAME`."""

    secret_fields: ClassVar[frozenset[str]] = frozenset(
        {"token", "password", "secret", "key", "username"}
    )

    kind: Literal[
        "none", "basic", "bearer", "api_key", "signed", "login", "template"
    ] = "none"
    """`basic` needs username and password, `bearer` a token, `api_key` a token or
    key, `signed` key and secret, `login` username, password and the table login,
    `template` username and password, whose places are `{username}` and `{password}`
    in params, body or envelope."""
    token: str | None = None
    """Bearer token or API key, as `env:NAME`."""
    username: str | None = None
    """User name; may be `env:NAME`."""
    password: str | None = None
    """Password, as `env:NAME`."""
    header: str | None = None
    """Header of the API key (else `X-API-Key`), of the signature (else `sign`) or of
    a token got by `login` (else `Authorization`)."""
    scheme: str = "Bearer"
    """login: word before the token in its header; empty for the bare token."""
    login: Login | None = None
    """login: the request that fetches the token."""
    key: str | None = None
    """Public half of a signing pair (appKey); may be `env:NAME`."""
    secret: str | None = None
    """Secret half of a signing pair, as `env:NAME`."""
    algorithm: Literal["md5", "sha256", "hmac-sha256"] = "hmac-sha256"
    """How the sorted parameters are signed."""
    timestamp: Literal["seconds", "milliseconds"] = "seconds"
    """Unit of the time stamp that is signed along."""
    upper: bool = False
    """Whether the signature is sent in upper-case hex."""


class Limits(Strict):
    """Politeness and patience towards the partner."""

    concurrency: int = Field(default=2, ge=1, le=32)
    """Requests under way at the same time."""
    per_minute: int = Field(default=600, ge=1)
    """Requests started in any minute."""
    timeout_seconds: float = Field(default=30, gt=0)
    """Total time for one answer, slow drips included."""
    attempts: int = Field(default=4, ge=1, le=10)
    """Tries per request when the failure may pass."""
    max_body_mb: int = Field(default=256, ge=1)
    """Largest answer, workbook or JSON document taken, after inflating."""


class Source(Strict):
    """The system behind the partner: one connector and its address."""

    connector: Literal["rest", "sql", "files"]
    """Kind of exchange: HTTP interface, database, or dropped files."""
    base_url: str | None = None
    """rest: address that every path continues; may be `env:NAME`."""
    url: str | None = None
    """sql: SQLAlchemy URL that names its driver; `env:NAME` if it has a password."""
    folder: str | None = None
    """files: folder that the partner drops into; may be `env:NAME`."""
    auth: Auth = Auth()
    """Credentials, by reference."""
    limits: Limits = Limits()
    """Pace and patience."""
    session: tuple[str, ...] = ()
    """sql: statements run first on each connection, to pin zone and encoding."""


class Page(Strict):
    """How a listing goes on."""

    kind: Literal["none", "number", "offset", "cursor"] = "none"
    """`number` counts pages, `offset` rows, `cursor` follows a token."""
    param: str = "page"
    """Request name of the page number, offset or cursor."""
    size_param: str | None = None
    """Request name of the page size."""
    size: int = Field(default=500, ge=1)
    """Rows asked for per page."""
    first: int = 1
    """Number of the first page."""
    total: str | None = None
    """Path of the declared total in the answer, checked when reached."""
    cursor: str | None = None
    """Path of the next cursor in the answer."""


class Window(Strict):
    """Which span of time one request asks for; bounds are half-open."""

    from_: str = Field(alias="from")
    """Request name (rest) or column (sql) of the lower bound, itself inside."""
    to: str
    """Request name of the upper bound, itself outside."""
    format: str = "%Y-%m-%d %H:%M:%S"
    """How an instant is written, in the partner's zone; or `epoch_s`, `epoch_ms`,
    `w3c` (`2026-05-01T12:00:00+08:00`)."""
    begin: date | None = None
    """First day of which the partner has anything; the first run asks from there on,
    chunk by chunk. Without it that run asks for everything in one span."""
    overlap: Span = "0s"
    """How far a run reaches behind the last one, e.g. `2h`."""
    chunk: Span | None = None
    """Longest span of one request, e.g. `1d`."""
    reach: Span | None = None
    """Re-pull this far back on every run, where only create time is filtered."""


class Detail(Strict):
    """One further request per row, merged into the row under `into`."""

    path: str
    """Address of one row; holds `{key}`."""
    records: str
    """Path of the wanted part in the detail answer."""
    into: str
    """Field of the row that takes it."""


class Sweep(Strict):
    """Ask again, by key, for every case that is still open in core."""

    kind: Literal["open_issues"] = "open_issues"
    """Which keys are asked for."""
    path: str | None = None
    """Address for it, where it is not the listing's."""
    param: str = "ids"
    """Request name of the comma list of keys."""
    size: int = Field(default=200, ge=1)
    """Keys per request."""


class Acknowledge(Strict):
    """Mark rows in the partner's table once they have landed, and read unmarked ones.

    A row is marked only if it still is what landed. Needs `table`, a `keyset` that
    tells rows apart, and a login that may update the field.
    """

    field: str
    """Column that holds the mark, e.g. `flag`."""
    new: tuple[str, ...] = Field(min_length=1)
    """Its values in rows that nobody has taken; rows without a value are taken too."""
    done: str
    """Its value in rows that have landed."""


class Read(Strict):
    """How one feed is read; which keys apply depends on the connector."""

    method: Literal["GET", "POST"] = "GET"
    """rest: request method of the listing."""
    path: str | None = None
    """rest: listing below base_url. files: another spelling of `files`."""
    paths: tuple[str, ...] = ()
    """rest: several listings of one key space (live and history)."""
    params: dict[str, str | int] = Field(default_factory=dict)
    """rest: fixed query parameters; placeholders allowed."""
    body: dict[str, Any] = Field(default_factory=dict)
    """rest: request body as a template; placeholders allowed."""
    envelope: str | None = None
    """rest: XML body of a POST (SOAP) as a template; placeholders allowed, values are
    escaped. A line that names a placeholder without a value is left out."""
    soap_action: str | None = None
    """rest: SOAPAction of the envelope, where the service wants one."""
    records: str | None = None
    """Path of the rows in an answer or document; without it JSON is the list itself.
    XML: names of elements from the root on, without prefixes; the last repeats."""
    inner: str | None = None
    """xml: path of the element whose text is an XML document itself (`<return>`); what
    `records` and other paths name inside it follows on this path."""
    verdict: Verdict | None = None
    """rest: where the answer says whether it succeeded."""
    page: Page = Page()
    """rest: how the listing goes on."""
    window: Window | None = None
    """rest, sql: the span asked for; without it everything is."""
    detail: Detail | None = None
    """rest: one further request per row."""
    sweep: Literal["open_issues"] | Sweep | None = None
    """rest: ask again for cases still open, where no changed-since filter exists."""
    table: str | None = None
    """sql: table or view, with schema if needed."""
    tables: tuple[str, ...] = ()
    """sql: several tables of one key space, read in this order (live, then history)."""
    query: str | None = None
    """sql: a SELECT instead of a table."""
    keyset: tuple[str, ...] = ()
    """sql: columns that order the reading and say where to go on."""
    chunk_rows: int = Field(default=50_000, ge=1)
    """sql: rows per landed part."""
    acknowledge: Acknowledge | None = None
    """sql: mark rows of an exchange table once they have landed; in place of a
    window."""
    files: str | None = None
    """files: pattern below the folder, e.g. `cases_*.csv`."""
    format: Literal["csv", "tsv", "xlsx", "jsonl", "json", "xml"] | None = None
    """files: form of the files; else told by their ending. rest: `xml`, else JSON. In
    XML an attribute is the field `@name`, the one of a child `child.@name`."""
    delimiter: str | None = None
    """files: field separator of a CSV."""
    sheet: str | None = None
    """files: sheet of a workbook, `*` for all with the header; else the only one."""
    done: str | None = None
    """files: ending of the marker that says a file is complete, e.g. `.ok`."""
