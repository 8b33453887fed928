"""A row in the receiver's words: its names, its values, its way to write a time.

What lives here: Polars expressions that make of masked columns one JSON text per row,
and the marks that each hand-over adds. What does not: which rows and masks (`view`).
A code for which the receiver has no value makes its row wait; nothing is guessed.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import orjson
import polars as pl

from hub.partners.delivery import OutColumn
from hub.partners.delivery_codes import values_of
from hub.partners.spec import Delivery, Partner
from hub.pipeline.digest import UNIT, sha256
from hub.schemas import Column
from hub.sharing.outward.granted import Granted

ISO = "%Y-%m-%dT%H:%M:%S%:z"
PLAIN = "%Y-%m-%d %H:%M:%S"
KEY_LENGTH = 32
OPS = ("insert", "update", "withdraw")
HELD = pl.List(pl.Struct({"column": pl.String, "value": pl.String}))
NO_VALUE = pl.lit(None, dtype=pl.String)


def written(granted: Granted, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as the receiver takes them.

    Args:
        granted: the declaration.
        rows: masked, with the delivery's columns.

    Returns:
        key (64 hex digits), told (the receiver's key as JSON), digest and payload (the
        row as JSON), held (`HELD`: the columns for which it waits, a code with the
        value that has no word there, a part of the key that has a gap with none).
    """
    delivery, ds = granted.delivery, granted.ds
    is_plain = granted.partner.receiving(delivery).source.connector != "rest"
    values = {
        name: _value(granted, ds.column(name), given, is_plain=is_plain)
        for name, given in delivery.columns.items()
    }
    named = {name: given.name for name, given in delivery.columns.items()}
    fixed = [pl.lit(value).alias(name) for name, value in delivery.fixed.items()]
    keys = delivery.key or ds.key
    payload = pl.struct(
        *(value.alias(named[name]) for name, value in values.items()), *fixed
    )
    told = pl.struct(*(values[name].alias(named[name]) for name in keys))
    unknown = [
        _held(
            name,
            pl.col(name).is_not_null() & values[name].is_null(),
            pl.col(name).cast(pl.String),
        )
        for name, given in delivery.columns.items()
        if given.codes is not None
    ]
    gaps = [_held(name, pl.col(name).is_null(), NO_VALUE) for name in keys]
    return rows.select(
        told=told.struct.json_encode(),
        payload=payload.struct.json_encode(),
        held=pl.concat_list(*unknown, *gaps).list.drop_nulls(),
    ).select(
        sha256(pl.col("told")).alias("key"),
        "told",
        sha256(pl.col("payload")).alias("digest"),
        "payload",
        "held",
    )


def _held(name: str, waits: pl.Expr, value: pl.Expr) -> pl.Expr:
    told = pl.struct(column=pl.lit(name), value=value)
    return pl.when(waits).then(told).otherwise(None)


def _value(
    granted: Granted, column: Column, given: OutColumn, *, is_plain: bool
) -> pl.Expr:
    partner, delivery = granted.partner, granted.delivery
    here = pl.col(column.name)
    if given.codes is not None:
        return _coded(partner, delivery, given, here)
    match column.type:
        case "ts":
            usual = PLAIN if _is_sql(partner, delivery) else ISO
            return _instant(here, given.format or usual, partner.timezone)
        case "date" if given.format in ("epoch_s", "epoch_ms"):
            start = here.cast(pl.Datetime("us")).dt.replace_time_zone(partner.timezone)
            return _instant(start, given.format, partner.timezone)
        case "date":
            return here.dt.strftime(given.format or "%Y-%m-%d")
        case "dec" | "share":
            return here.cast(pl.String)
        case "list" if is_plain:
            return here.list.join("; ", ignore_nulls=True)
    return here


def _coded(
    partner: Partner, delivery: Delivery, given: OutColumn, here: pl.Expr
) -> pl.Expr:
    values = values_of(partner, delivery, given)
    known = {} if values is None else dict(values.known)
    return here.cast(pl.String).replace_strict(
        list(known), list(known.values()), default=None, return_dtype=pl.String
    )


def _instant(value: pl.Expr, form: str, zone: str) -> pl.Expr:
    match form:
        case "epoch_s":
            return value.dt.epoch("s")
        case "epoch_ms":
            return value.dt.epoch("ms")
    return value.dt.convert_time_zone(zone).dt.strftime(form)


def _is_sql(partner: Partner, delivery: Delivery) -> bool:
    return partner.receiving(delivery).source.connector == "sql"


def marked(granted: Granted, changes: pl.DataFrame, *, at: datetime) -> pl.DataFrame:
    """Changes with what this hand-over adds to their payload.

    Args:
        granted: the declaration.
        changes: parcel, key, op, digest, told, payload; a withdrawal's payload is null.
        at: instant of handing over.

    Returns:
        The same with whole payloads, and `own_key`: 32 hex digits over delivery, key,
        digest and parcel. The number makes a row that returns to an earlier content a
        change of its own.
    """
    delivery, write = granted.delivery, granted.delivery.write
    own = pl.concat_str(
        pl.lit(granted.id), "key", "op", "digest", pl.col("parcel").cast(pl.String),
        separator=UNIT,
    )  # fmt: skip
    keyed = changes.with_columns(own_key=sha256(own).str.slice(0, KEY_LENGTH))
    ops = dict(zip(OPS, write.ops, strict=True))
    marks: list[tuple[str | None, pl.Expr]] = [
        (write.op, pl.col("op").replace_strict(ops, return_dtype=pl.String)),
        (write.at, pl.lit(_at(at, write.at_format, granted.partner.timezone))),
        (write.number, pl.col("parcel")),
        (write.key, pl.col("own_key")),
    ]
    named = [value.alias(name) for name, value in marks if name]
    fixed = _fixed(delivery)
    body = pl.coalesce(
        pl.col("payload"), pl.concat_str(pl.col("told").str.strip_suffix("}"), fixed)
    )
    if named:
        tail = pl.struct(*named).struct.json_encode().str.strip_prefix("{")
        body = pl.concat_str(body.str.strip_suffix("}"), pl.lit(","), tail)
    return keyed.with_columns(payload=body)


def _fixed(delivery: Delivery) -> pl.Expr:
    """The fixed fields of a withdrawal, as the end of a JSON object."""
    if not delivery.fixed:
        return pl.lit("}")
    return pl.lit("," + orjson.dumps(delivery.fixed).decode().removeprefix("{"))


def _at(at: datetime, form: str, zone: str) -> str | int:
    match form:
        case "epoch_s":
            return int(at.timestamp())
        case "epoch_ms":
            return int(at.timestamp() * 1000)
    return at.astimezone(ZoneInfo(zone)).strftime(form)
