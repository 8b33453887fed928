"""Whether what is to go back to a partner is declared so that it can.

What lives here: dataset, columns, receiver's names, value tables and the filter of each
`[[delivery]]`. What does not: how rows reach the receiver (`check_write`), what grants
say, which only the hub's control database knows (`hub delivery run`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import polars as pl

from hub.partners.check_source import find_source_problems
from hub.partners.check_write import find_write_problems
from hub.partners.delivery import Delivery, OutColumn
from hub.partners.delivery_codes import feed_table, values_of
from hub.partners.expressions import expression_fields, find_faults
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Partner
from hub.schemas import DATASETS, Column, Dataset

CONSUMER = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_TIMES = ("ts", "date")
_BOOLEANS = ("true", "false")


def find_delivery_problems(partner: Partner) -> Iterator[Problem]:
    """Everything that is wrong with the deliveries of a partner."""
    counts = Counter(one.name for one in partner.deliveries)
    for name, count in counts.items():
        if count > 1:
            what = f"stands {count} times"
            yield Problem(f'delivery "{name}"', what, "give each its own name")
    for delivery in partner.deliveries:
        where = f'delivery "{delivery.name}"'
        if delivery.to is not None:
            yield from find_source_problems(delivery.to, path_of(where, "to"))
        yield from find_write_problems(partner, delivery, where)
        yield from _delivery(partner, delivery, where)


def _delivery(partner: Partner, delivery: Delivery, where: str) -> Iterator[Problem]:
    if CONSUMER.fullmatch(delivery.consumer) is None:
        yield Problem(
            path_of(where, "consumer"),
            "is no name of a consumer",
            "write the one of `hub consumer list`",
        )
    if delivery.dataset not in DATASETS:
        yield not_allowed(
            path_of(where, "dataset"),
            kind="dataset",
            given=delivery.dataset,
            allowed=DATASETS.keys(),
        )
        return
    ds = DATASETS[delivery.dataset]
    columns = {one.name: one for one in ds.all_columns if one.type != "media"}
    for name, given in delivery.columns.items():
        at = path_of(where, "columns", name)
        if name not in columns:
            yield not_allowed(at, kind="column", given=name, allowed=columns.keys())
            continue
        yield from _column(partner, delivery, columns[name], given, at)
    yield from _names(delivery, where)
    yield from _key(delivery, ds, where)
    yield from _filter(delivery, ds, where)


def _column(
    partner: Partner, delivery: Delivery, column: Column, given: OutColumn, at: str
) -> Iterator[Problem]:
    if given.format is not None and column.type not in _TIMES:
        what = f"has no meaning for a column of type {column.type}"
        yield Problem(path_of(at, "format"), what, "it is for instants and dates")
    if given.codes is None:
        if given.feed is not None:
            what = "has no meaning without codes"
            yield Problem(path_of(at, "feed"), what, "name the value table too")
        return
    if column.type not in ("str", "bool"):
        what = f"has no meaning for a column of type {column.type}"
        yield Problem(path_of(at, "codes"), what, "leave it out")
        return
    if given.feed is not None and feed_table(partner, given.feed, given.codes) is None:
        feeds = {one.name for one in partner.feeds}
        if given.feed not in feeds:
            yield not_allowed(
                path_of(at, "feed"), kind="feed", given=given.feed, allowed=feeds
            )
        else:
            what = f'feed "{given.feed}" has no value table "{given.codes}"'
            yield Problem(path_of(at, "codes"), what, "name one of its tables")
        return
    values = values_of(partner, delivery, given)
    if values is None:
        what = f'value table "{given.codes}" is not declared'
        advice = f"declare [delivery.codes.{given.codes}], or name the feed that has it"
        yield Problem(path_of(at, "codes"), what, advice)
        return
    for code in values.unclear:
        yield Problem(
            path_of(at, "codes"),
            f"several values of the feed mean {code}",
            f'settle it: [delivery.codes.{given.codes}] {code} = "…"',
        )
    allowed = _BOOLEANS if column.type == "bool" else column.codes
    own = delivery.codes.get(given.codes, {})
    if allowed is None:
        return
    for code in own:
        if code not in allowed:
            yield not_allowed(
                path_of(at, "codes"), kind="code", given=code, allowed=allowed
            )


def _names(delivery: Delivery, where: str) -> Iterator[Problem]:
    """Each field of the receiver is filled by one thing only."""
    write = delivery.write
    given = [one.name for one in delivery.columns.values()]
    given += [*delivery.fixed]
    given += [one for one in (write.op, write.at, write.key, write.number) if one]
    for name, count in Counter(given).items():
        if count > 1:
            what = f'fills the receiver\'s "{name}" {count} times'
            yield Problem(where, what, "give each column a name of its own")
        if not name.strip():
            yield Problem(where, "has an empty name for a field of the receiver")


def _key(delivery: Delivery, ds: Dataset, where: str) -> Iterator[Problem]:
    """What tells rows apart is sent along; else no withdrawal could name one."""
    for name in delivery.key or ds.key:
        if name not in delivery.columns:
            yield Problem(
                path_of(where, "key"),
                f'"{name}" is not among the columns',
                "send it, or name other columns in key",
            )


def _filter(delivery: Delivery, ds: Dataset, where: str) -> Iterator[Problem]:
    if delivery.filter is None:
        return
    at = path_of(where, "filter")
    faults = find_faults(delivery.filter)
    yield from (Problem(at, one.what, one.remedy) for one in faults)
    if faults:
        return
    usable = {one.name for one in ds.all_columns if one.type not in ("list", "media")}
    unknown = sorted(expression_fields(delivery.filter) - usable)
    for name in unknown:
        yield not_allowed(at, kind="column", given=name, allowed=usable)
    if unknown:
        return
    empty = pl.DataFrame(schema=filter_schema(ds))
    try:
        (kind,) = empty.select(pl.sql_expr(delivery.filter)).dtypes
    except pl.exceptions.PolarsError:
        yield Problem(at, "compares what cannot be compared", "see the dictionary")
        return
    if kind != pl.Boolean():
        yield Problem(at, "gives no truth value", "write a condition")


def filter_schema(ds: Dataset) -> dict[str, pl.DataType]:
    """The columns of a dataset as a filter sees them: texts, and numbers."""
    return {
        one.name: pl.String() if one.type in (*_TIMES, "bool") else one.dtype
        for one in ds.all_columns
        if one.type not in ("list", "media")
    }
