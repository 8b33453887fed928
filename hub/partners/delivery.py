"""The typed declaration of what goes back to a partner's system: `[[delivery]]`.

What lives here: which dataset for which consumer, how the receiver calls its columns,
and how a row reaches it. `hub.partners.spec` re-exports every name. What does not: who
may see what; grants decide that when something is about to leave (`hub.sharing`).
Judging a declaration is the business of `check_delivery`, sending that of
`hub.connectors`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub.partners.access import Verdict
from hub.partners.base import Name, Strict
from hub.partners.source import Source


class OutColumn(Strict):
    """One column as the receiver takes it; a bare text is short for `{ name = … }`."""

    name: str
    """What the receiver calls it."""
    codes: str | None = None
    """Value table in `[delivery.codes]`; with `feed`, one of that feed, read
    backwards. A code without a value holds its row back; nothing is guessed."""
    feed: str | None = None
    """Feed whose value table `codes` names; entries in `[delivery.codes]` win, and
    settle what two source values mean alike."""
    format: str | None = None
    """How an instant or date is written, in the partner's zone; or `epoch_s`,
    `epoch_ms`; ISO 8601 without it (sql: `%Y-%m-%d %H:%M:%S`)."""


class Write(Strict):
    """How rows reach the receiver; which keys apply depends on the connector."""

    size: int | None = Field(default=None, ge=1, le=50_000)
    """Rows of one request, transaction or file: 1 with rest, 500 with sql, 10 000 with
    files, unless it says otherwise."""
    op: str | None = None
    """Receiver's field that says what happened to the row; needed for `withdrawals`."""
    ops: tuple[str, str, str] = ("I", "U", "D")
    """Its values for a row that is new to the receiver, changed, and withdrawn."""
    at: str | None = None
    """Receiver's field that takes the instant of handing over, e.g. `op_time`."""
    at_format: str = "%Y-%m-%d %H:%M:%S"
    """How that instant is written, in the partner's zone; or `epoch_s`, `epoch_ms`."""
    key: str | None = None
    """Receiver's field that takes the row's idempotency key: 32 hex digits. sql: rows
    whose key is in the table already are not inserted again; make it unique there."""
    number: str | None = None
    """Receiver's field that takes a number which grows with every hand-over, to apply
    rows in order."""
    path: str | None = None
    """rest: address below base_url that rows are posted to."""
    records: str | None = None
    """rest: path of the list of rows in the body, e.g. `data.list`; without it the body
    is the row itself, or with a `size` above 1 the bare list."""
    verdict: Verdict | None = None
    """rest: where the answer says whether it succeeded."""
    receipt: str | None = None
    """rest: path of the receiver's own receipt number in the answer."""
    table: str | None = None
    """sql: table that rows are inserted into, with schema if needed."""
    marker: str | None = None
    """sql: table of the receiver with one column `idempotency_key`, its primary key;
    it takes one key per transaction. For tables that are emptied after reading."""
    files: str | None = None
    """files: name of each file below the folder, with `{key}` for its idempotency key,
    e.g. `status_{key}.csv`; its ending tells the form: .csv, .jsonl or .xlsx."""
    done: str | None = None
    """files: ending of the marker that is written once a file is complete, e.g.
    `.ok`."""
    encoding: str = "utf-8"
    """files: text encoding of a CSV, e.g. `gb18030`."""


class Delivery(Strict):
    """Rows of one dataset that go back to the partner's system, and only changes."""

    name: Name
    """Name of the delivery, unique within the partner."""
    dataset: str
    """Canonical dataset."""
    consumer: str
    """Consumer whose grants decide on columns, masks and rows; as `hub consumer list`
    has it."""
    purpose: str | None = None
    """Purpose of the grant, where the consumer has several."""
    filter: str | None = None
    """Row-wise condition in Polars SQL over canonical columns, which instants and dates
    enter as ISO texts of the partner's clock (`2026-10-01 08:00:00`) and truth values
    as `true`, `false`. Rows that no longer fulfil it are withdrawn."""
    columns: dict[str, OutColumn] = Field(min_length=1)
    """Canonical column = the receiver's name for it. Nothing else is sent."""
    key: tuple[str, ...] = ()
    """Canonical columns by which the receiver tells rows apart, each among `columns`;
    the dataset's own key without it."""
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Value tables: hub code = the receiver's value."""
    fixed: dict[str, str | int | bool] = Field(default_factory=dict)
    """Receiver's fields with one value in every row, e.g. `flag = "0"`."""
    to: Source | None = None
    """Where rows go, with the keys of `[source]`; without it the partner's source."""
    write: Write = Write()
    """How they get there."""
    when: Literal["release", "asked"] = "release"
    """`release`: `hub run` hands over after each release; `asked`: only `hub delivery
    run`."""
    withdrawals: bool = True
    """Whether the receiver is told of rows that it is no longer shown."""
    max_withdrawn_share: float = Field(default=0.20, ge=0, le=1)
    """Share of the rows that the receiver has which one run may withdraw, beyond ten
    rows; more is refused, because a wrong filter looks just like that."""
    attempts: int = Field(default=10, ge=1, le=1000)
    """Runs in which a parcel may fail before it becomes a dead letter. Tries within a
    run are those of `limits`."""
