"""Everything to be checked about a row that pandera's built-ins do not say.

What lives here: for a dataset and the norms of a city, the list of claims that
become one Boolean verdict column each. Most follow from marks of single columns
(`hub.schemas.columns`), the rest a model states itself.
What does not: running them (`validate`), and rules that need other rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.pipeline.checksum import uscc_passes
from hub.schemas import Column, Dataset
from hub.schemas.code_lists import code_list
from hub.schemas.norms import Norms
from hub.schemas.row_rules import RowRule

INTAKE = "ingested_at"
START = "reported_at"
CHANGE = "source_updated_at"


def row_rules(dataset: Dataset, norms: Norms) -> tuple[RowRule, ...]:
    """Every claim about a single row of the dataset, in the order of its columns."""
    names = {column.name for column in dataset.columns}
    rules = [
        rule
        for column in dataset.columns
        for rule in _column_rules(column, names, norms)
    ]
    # A partner's own change time decides which version wins, so a wrong one would
    # shut out every later correction.
    rules.append(RowRule(CHANGE, "K14", _is_plausible(CHANGE, norms)))
    return (*rules, *dataset.row_rules)


def _column_rules(column: Column, names: set[str], norms: Norms) -> Iterator[RowRule]:
    value = pl.col(column.name)
    if column.required_if is not None:
        holds = value.is_not_null() | column.required_if.not_()
        yield RowRule(column.name, "P01", holds)
    if column.after is not None:
        yield RowRule(column.name, "K12", value > pl.col(column.after))
    pattern = norms.formats.get(column.form or "")
    if pattern is not None:
        yield RowRule(column.name, "P10", _matches(column, pattern))
    if column.form == "uscc":
        yield RowRule(column.name, "K20", uscc_passes(value))
    if column.type == "media":
        yield RowRule(column.name, "P02", _usages_known(value))
    if column.type == "ts":
        yield from _instant_rules(column, names, norms)


def _instant_rules(column: Column, names: set[str], norms: Norms) -> Iterator[RowRule]:
    value = pl.col(column.name)
    if column.horizon == "past":
        yield RowRule(column.name, "K14", _is_plausible(column.name, norms))
    else:
        yield RowRule(column.name, "K14", value >= norms.earliest)
    if column.horizon == "deadline" and START in names:
        latest = pl.col(START) + norms.deadline_reach
        yield RowRule(column.name, "K15", value <= latest)


def _is_plausible(name: str, norms: Norms) -> pl.Expr:
    latest = pl.col(INTAKE) + norms.clock_tolerance
    return pl.col(name).is_between(norms.earliest, latest)


def _matches(column: Column, pattern: str) -> pl.Expr:
    if column.type == "list":
        fits = pl.element().str.contains(pattern)
        return pl.col(column.name).list.eval(fits).list.all()
    return pl.col(column.name).str.contains(pattern)


def _usages_known(media: pl.Expr) -> pl.Expr:
    known = code_list("MEDIA_USAGE").ordered
    usage = pl.element().struct.field("usage_code")
    return media.list.eval(usage.is_null() | usage.is_in(known)).list.all()
