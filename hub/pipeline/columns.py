"""One canonical column out of a frame of source text.

What lives here: the declared forms of a column (field, constant, expression,
code table, reference) and which reader its type asks for. What does not: the
rows around it (`normalise`), rules across columns (`validate`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import polars as pl

from hub.partners import spec
from hub.partners.succession import Succession
from hub.pipeline import text as words
from hub.pipeline.cells import Cells, read_booleans, read_lists, read_numbers
from hub.pipeline.digest import hub_id
from hub.pipeline.instants import read_dates, read_instants
from hub.pipeline.scripts import as_listed
from hub.schemas import Column

FREE_TEXT_RULES = ("description", "opinion", "address", "topic", "resolution")
PHONES = ("phone", "mobile")
# Most columns say the same few things again and again: what occurs is read once.
REPEATED = 4
FEW_ROWS = 1000  # fewer are read sooner than counted
Lookups = Mapping[tuple[str, str, str], pl.DataFrame]


@dataclass(frozen=True)
class Context:
    """What a row's meaning rests on besides the row: declaration, delivery, city.

    `lookups` maps (dataset, partner, column) to a frame of `value` and `hub_id`
    for references that are not made by the source key; `crosswalks` a dataset to
    this partner's keys (`source_id`) and the lead source's (`lead_partner`,
    `lead_source_id`). `erased` tells of a dataset's hub ids which columns were erased
    (key, column; `*` for the whole row); None where nothing ever was. `divisions` are
    the forms of their names, where a column asks for them (`division_names`);
    `succession` says who took over from divisions that have ended (`successors`).
    """

    partner: spec.Partner
    feed: spec.Feed
    batch_id: str
    landed_at: datetime
    as_of: datetime | None
    city_zone: str
    bbox: tuple[float, float, float, float]
    lead: Mapping[str, str] = field(default_factory=dict)
    lookups: Lookups = field(default_factory=dict)
    crosswalks: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    erased: Callable[[str, pl.Series], pl.DataFrame] | None = None
    divisions: pl.DataFrame | None = None
    succession: Succession | None = None


def source_text(frame: pl.DataFrame, name: str, *, free: bool) -> pl.Series:
    """A source field as cleaned text; a field that never came is all null."""
    if name not in frame.columns:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(frame))
    free = free or bool(frame.select(_is_plain(pl.col(name))).item())
    cleaned = words.clean(pl.col(name)) if free else words.fold(pl.col(name))
    return frame.select(cleaned.alias(name))[name]


def _is_plain(text: pl.Expr) -> pl.Expr:
    """Whether no text needs folding, which costs.

    Plain ASCII is its own NFKC form, and most codes and times are plain.
    """
    is_ascii = text.str.len_bytes().sum() == text.str.len_chars().sum()
    return is_ascii & ~text.str.starts_with("'").any()


def read_column(
    frame: pl.DataFrame,
    column: Column,
    given: spec.Column,
    emit: spec.Emit,
    ctx: Context,
) -> Cells:
    """Read one canonical column of every row.

    Args:
        frame: source fields as text, one row per fact.
        column: the schema's column.
        given: what the partner file says about it.
        emit: the emit, for its code tables.
        ctx: partner, delivery and city.

    Returns:
        Values in the column's type and the rows that break a rule.
    """
    if given.value is not None:
        return _constant(given, column, len(frame), ctx)
    is_many = len(frame) >= FEW_ROWS
    if is_many and given.sql is None and given.field in frame.columns:
        uniques = frame[given.field].unique()
        if len(uniques) * REPEATED <= len(frame):
            known = _read(uniques.to_frame(), column, given, emit, ctx)
            return _spread(known, uniques, frame[given.field])
    return _read(frame, column, given, emit, ctx)


def _read(
    frame: pl.DataFrame,
    column: Column,
    given: spec.Column,
    emit: spec.Emit,
    ctx: Context,
) -> Cells:
    """What `read_column` does, cell by cell: no cell looks at another."""
    text = text_of(frame, column, given)
    if given.codes is not None:
        return _coded(text, emit.codes[given.codes], column, given.split, ctx)
    if given.ref == "division":  # a name, which `division_names` leads to its code
        return Cells(text)
    if given.ref is not None:
        return _reference(text, given, ctx, is_list=column.type == "list")
    return _typed(text, column, given, ctx)


def _spread(known: Cells, uniques: pl.Series, sent: pl.Series) -> Cells:
    """Cells of every row from those of each text that occurs."""
    at = (
        sent.alias("sent")
        .to_frame()
        .join(
            uniques.alias("sent").to_frame().with_row_index("at"),
            on="sent",
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )["at"]
    )
    return Cells(
        known.values.gather(at),
        tuple((rule, broken.gather(at)) for rule, broken in known.faults),
    )


def _constant(given: spec.Column, column: Column, height: int, ctx: Context) -> Cells:
    """The declared value in every row, read like a cell of its type."""
    if isinstance(given.value, tuple):
        one = pl.Series([list(given.value)], dtype=pl.List(pl.String))
    else:
        text = pl.Series([str(given.value)], dtype=pl.String)
        one = _typed(text, column, spec.Column(format=given.format), ctx).values
    return Cells(one.new_from_index(0, height))


def text_of(frame: pl.DataFrame, column: Column, given: spec.Column) -> pl.Series:
    """The text that a column is read from: a field's, or an expression's."""
    free = column.type == "str" and not is_identifier(column.name)
    if given.sql is not None:
        made = computed(frame, given.sql, words.clean if free else words.fold)
        return made.cast(pl.String)
    assert given.field is not None, column.name
    return source_text(frame, given.field, free=free and given.codes is None)


def computed(
    frame: pl.DataFrame, sql: str, clean: Callable[[pl.Expr], pl.Expr]
) -> pl.Series:
    """An SQL expression over source fields, of which only those it names are cleaned.

    Rows carry dozens of fields, and cleaning one costs more than the expression.
    """
    made = pl.sql_expr(sql)
    named = [
        clean(pl.col(name))
        for name in dict.fromkeys(made.meta.root_names())
        if frame.schema.get(name) == pl.String
    ]
    return frame.with_columns(named).select(made).to_series()


def is_identifier(name: str) -> bool:
    """True for columns whose inner blanks carry no meaning."""
    return name.endswith(("_id", "_ids", "_code", "_codes", "_no", "_phone", "mobile"))


def _typed(text: pl.Series, column: Column, given: spec.Column, ctx: Context) -> Cells:
    formats = (given.format,) if isinstance(given.format, str) else given.format or ()
    zone = ctx.partner.timezone
    if column.type == "ts":
        read = read_instants(text, zone=zone, formats=formats, epoch=given.type)
        return Cells(read.values, (("P03", read.unreadable), ("P24", read.ambiguous)))
    if column.type == "date":
        read = read_dates(text, zone=zone, formats=formats, epoch=given.type)
        return Cells(read.values, (("P03", read.unreadable),))
    if column.type in {"int", "dec", "share", "float"}:
        return read_numbers(text, column.type, given.unit)
    if column.type == "bool":
        return read_booleans(text)
    if column.type == "list":
        return read_lists(text, given.split)
    return _text_cells(text, column)


def _text_cells(text: pl.Series, column: Column) -> Cells:
    sent, told = pl.col("t"), text.to_frame("t")
    damaged = _has(sent, words.DAMAGED)
    if not is_identifier(column.name):
        rule = "P22" if column.name in FREE_TEXT_RULES else "P21"
        read = told.select(damaged=damaged, private=_has(sent, words.PRIVATE_USE))
        return Cells(text, ((rule, read["damaged"]), ("P23", read["private"])))
    plain = sent.str.replace_all(r"\s+", "")
    if column.form in PHONES:
        plain = words.phone(plain)
    read = told.select(plain=plain, damaged=damaged).with_columns(
        ruined=_has(pl.col("plain"), words.RUINED)
    )
    return Cells(read["plain"], (("P08", read["ruined"]), ("P21", read["damaged"])))


def _has(text: pl.Expr, pattern: str) -> pl.Expr:
    """Whether a text holds the pattern; no text holds nothing."""
    return text.str.contains(pattern).fill_null(value=False)


def _coded(
    text: pl.Series,
    table: Mapping[str, tuple[str, ...]],
    column: Column,
    split: str | None,
    ctx: Context,
) -> Cells:
    """Whole values by table; a value that is not in it is a finding (T14, T16)."""
    folded = _folded(tuple(table))
    plain = text.to_frame("t").select(words.fold(pl.col("t")))["t"]
    plain = as_listed(plain, folded)
    unknown = plain.is_not_null() & ~plain.is_in(folded.implode())
    if column.name == "source_stage_id":
        return Cells(plain, (("P06", unknown),))
    targets = [codes[0] for codes in table.values()]
    values = plain.replace_strict(folded, targets, default=None, return_dtype=pl.String)
    faults = (("P06", unknown),)
    if column.type == "str":
        return Cells(values, faults)
    typed = _typed(values, column, spec.Column(split=split), ctx)
    return Cells(typed.values, faults + typed.faults)


@cache
def _folded(keys: tuple[str, ...]) -> pl.Series:
    """The words of a table as texts are compared with them."""
    told = pl.Series("k", keys, dtype=pl.String).to_frame()
    return told.select(words.fold(pl.col("k")))["k"]


def _reference(
    text: pl.Series, given: spec.Column, ctx: Context, *, is_list: bool
) -> Cells:
    """Source keys → hub ids of the partner whose keys they are."""
    assert given.ref is not None
    owner = given.partner or ctx.lead.get(given.ref) or ctx.partner.id
    if is_list:
        element = hub_id(given.ref, owner, words.identifier(pl.element()))
        return Cells(read_lists(text, given.split).values.list.eval(element))
    plain = text.to_frame("k").select(words.identifier(pl.col("k")))["k"]
    ruined = plain.str.contains(words.RUINED).fill_null(value=False)
    if given.by and given.by != "source_id":
        found = ctx.lookups.get((given.ref, owner, given.by))
        ids = (
            plain.replace_strict(
                found["value"], found["hub_id"], default=None, return_dtype=pl.String
            )
            if found is not None and len(found)
            else plain.clear(len(plain))
        )
        return Cells(ids, (("F24", plain.is_not_null() & ids.is_null()),))
    walked = _cross(plain, given.ref, owner, ctx)
    made = walked.select(hub_id(given.ref, pl.col("owner"), pl.col("k")))
    return Cells(made.to_series(), (("P08", ruined),))


def _cross(keys: pl.Series, ref: str, owner: str, ctx: Context) -> pl.DataFrame:
    """Keys with the partner they belong to, led across where a table says so."""
    frame = keys.to_frame("k")
    known = ctx.crosswalks.get(ref)
    if known is None or not len(known):
        return frame.with_columns(owner=pl.lit(owner))
    joined = frame.join(
        known.unique("source_id"),
        left_on="k",
        right_on="source_id",
        how="left",
        maintain_order="left",
    )
    return joined.select(
        k=pl.coalesce("lead_source_id", "k"),
        owner=pl.coalesce("lead_partner", pl.lit(owner)),
    )
