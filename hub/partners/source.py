"""The typed declaration of the system behind a partner and of how a feed is read.

What lives here: address, politeness, and the closed vocabularies of pagers, windows,
sweeps and file forms. `hub.partners.spec` re-exports every name. What does not:
credentials (`access`), reading anything (`hub.connectors`), mapping (`spec`).

Placeholders. In `params`, `body` and `envelope` a text may hold `{from}`, `{to}`,
`{page}`, `{size}`, `{cursor}` and `{keys}`. In a body a text that is one placeholder
and nothing else becomes a number (page, size) or a list (keys); in a query keys are
joined by commas. A key whose text names a placeholder is left out of a request that
has no value for it. Where a placeholder stands in `params` or `body`, the name in
`page`, `window` or `sweep` is not sent a second time.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from hub.partners.access import Auth, Tls, Verdict
from hub.partners.base import Span, Strict


class Limits(Strict):
    """Politeness and patience towards the partner."""

    concurrency: int = Field(default=2, ge=1, le=32)
    """Requests under way at the same time."""
    per_minute: int = Field(default=600, ge=1)
    """Requests started in any minute."""
    timeout_seconds: float = Field(default=30, gt=0)
    """Total time for one answer, slow drips included. Remote folders: longest wait
    for the next bytes."""
    attempts: int = Field(default=4, ge=1, le=10)
    """Tries per request when the failure may pass."""
    max_body_mb: int = Field(default=256, ge=1)
    """Largest answer, workbook, JSON document, submission, message, row group of a
    Parquet file and sum of the members of a ZIP archive taken, after inflating; a
    larger message is kept unread and ends in quarantine, a larger submission is
    refused."""
    max_waiting: int = Field(default=1000, ge=1)
    """push: submissions of this partner, to all its feeds, that may wait to be taken
    in; the next one is asked to come later."""
    max_waiting_mb: int | None = Field(default=None, ge=1)
    """push: their size together, inflated; without it eight times `max_body_mb`."""

    @property
    def waiting_mb(self) -> int:
        """The size that counts."""
        return self.max_waiting_mb or 8 * self.max_body_mb


class Source(Strict):
    """The system behind the partner: one connector and its address."""

    connector: Literal["rest", "sql", "files", "queue", "push"]
    """Kind of exchange: HTTP interface, database, dropped files, message queue, or
    submissions that the partner sends to the hub itself."""
    base_url: str | None = None
    """rest: address that every path continues; may be `env:NAME`."""
    url: str | None = None
    """sql: SQLAlchemy URL that names its driver. queue: `amqp://host/vhost`, or
    `amqps://` for TLS. `env:NAME` if it has a password."""
    folder: str | None = None
    """files: folder that the partner drops into: a path, `sftp://host:port/path`
    (`/~/` begins at the login's home), `ftp://host:port/path` or `s3://bucket/prefix`;
    may be `env:NAME`. User and password stand in auth."""
    known_hosts: str | None = None
    """files, sftp: known-hosts file, as OpenSSH writes it, that holds the server's key;
    may be `env:NAME`. Another key is never accepted."""
    endpoint: str | None = None
    """files, s3: address of the service, where it is not Amazon's; may be
    `env:NAME`."""
    region: str | None = None
    """files, s3: region of the bucket, where the service has several."""
    consumer: str | None = None
    """push: the one consumer, as `hub consumer list` names it, that may send to this
    partner's feeds and read what became of what it sent."""
    formats: tuple[Literal["json", "jsonl", "csv", "xlsx"], ...] = (
        "json", "jsonl", "csv", "xlsx",
    )  # fmt: skip
    """push: forms that a submission may have. A workbook of rejected rows may come back
    where `xlsx` is not among them."""
    auth: Auth = Auth()
    """Credentials, by reference."""
    limits: Limits = Limits()
    """Pace and patience."""
    tls: Tls | None = None
    """rest: certificates, where the partner wants ours or has its own authority."""
    hosts: tuple[str, ...] = ()
    """rest: further hosts, as `name` or `name:port`, that the next page's address, a
    redirect or a token endpoint may lead to. Without them only base_url's own."""
    session: tuple[str, ...] = ()
    """sql: statements run first on each connection, to pin zone and encoding."""


class Page(Strict):
    """How a listing goes on."""

    kind: Literal[
        "none", "number", "offset", "cursor", "keyset", "next_link", "link_header"
    ] = "none"
    """`number` counts pages, `offset` rows, `cursor` follows a token. `keyset` asks for
    what comes after the last row, `next_link` follows an address in the answer,
    `link_header` the one in its header `Link` with `rel="next"`."""
    param: str = "page"
    """Request name of the page number, offset, cursor, or keyset's lower bound."""
    size_param: str | None = None
    """Request name of the page size."""
    size: int = Field(default=500, ge=1)
    """Rows asked for per page."""
    first: int = 1
    """Number of the first page."""
    total: str | None = None
    """Path of the declared total in the answer, checked when reached."""
    total_header: str | None = None
    """Response header with the declared total, e.g. `X-Total-Count`."""
    cursor: str | None = None
    """Path of the next cursor in the answer."""
    link: str | None = None
    """next_link: path of the next page's address in the answer; null, empty or missing
    on the last page."""
    field: str | None = None
    """keyset: field by which the listing ascends (key or time). The last row's value is
    the next request's lower bound, as it stands in the row; where `param` is the
    window's `from`, it takes that place."""
    inclusive: bool = False
    """keyset: whether rows that equal the lower bound come again. `size` must then be
    what a page really holds; rows that come twice are counted as duplicates."""


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


class Count(Strict):
    """The partner's own count of the listing, asked over the same span and compared.

    It is asked like the listing (method, body, verdict); names may differ.
    """

    path: str
    """Address that counts, below base_url; a query may stand behind it."""
    total: str
    """Path of the number in its answer."""
    from_: str | None = Field(default=None, alias="from")
    """Request name of the lower bound, where it is not the listing's."""
    to: str | None = None
    """Request name of the upper bound, where it is not the listing's."""
    params: dict[str, str | int] | None = None
    """Fixed query parameters in place of the listing's; placeholders allowed."""


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
    send: Literal["json", "form"] = "json"
    """rest: how `body` travels in a POST; names in a form are flat, dots included."""
    envelope: str | None = None
    """rest: XML body of a POST (SOAP) as a template; placeholders allowed, values are
    escaped. A line that names a placeholder without a value is left out."""
    soap_action: str | None = None
    """rest: SOAPAction of the envelope, where the service wants one."""
    records: str | None = None
    """Path of the rows in an answer, document or message; without it JSON is the list
    itself. XML: names of elements from the root on, without prefixes; the last
    repeats."""
    inner: str | None = None
    """xml: path of the element whose text is an XML document itself (`<return>`); what
    `records` and other paths name inside it follows on this path."""
    verdict: Verdict | None = None
    """rest: where the answer says whether it succeeded."""
    page: Page = Page()
    """rest: how the listing goes on."""
    window: Window | None = None
    """rest, sql: the span asked for; without it everything is."""
    count: Count | None = None
    """rest: where the partner counts what it lists; a difference is told (B09)."""
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
    members: str | None = None
    """files: the files are ZIP archives; pattern of the members that are taken, each as
    a file of its own, e.g. `cases_*.csv` or `**/*.xlsx`."""
    format: (
        Literal["csv", "tsv", "xlsx", "xls", "parquet", "jsonl", "json", "xml"] | None
    ) = None
    """files: form of the files or members; else told by their ending. rest, queue:
    `xml`, else JSON. In XML an attribute is the field `@name`, the one of a child
    `child.@name`."""
    delimiter: str | None = None
    """files: field separator of a CSV."""
    sheet: str | None = None
    """files: sheet of a workbook, `*` for all with the header; else the only one."""
    done: str | None = None
    """files: ending of the marker that says a file is complete, e.g. `.ok`."""
    settle: Span | None = None
    """files: how long a file must have been left alone before it is taken, e.g. `5m`;
    for partners who upload in place and send neither marker nor checksum."""
    checksum: Literal[".sha256", ".md5"] | None = None
    """files: ending of the checksum beside each file (`a.csv.sha256` or `a.sha256`),
    bare hex or as sha256sum and md5sum write it. A file waits for it and must match."""
    queue: str | None = None
    """queue: name of the queue, which the partner has made. A message is an object, a
    list of rows or a document; what the sender wrote on it are the fields
    `@message_id`, `@timestamp` (epoch seconds), `@type`, `@headers.<name>` …"""
    max_messages: int = Field(default=5_000, ge=1, le=60_000)
    """queue: most messages of one batch, and so of those that the broker holds back for
    us: they are acknowledged together, once all of them are durable here."""
    quiet_seconds: float = Field(default=2, gt=0, le=60)
    """queue: how long nothing may come before a queue counts as drained."""
