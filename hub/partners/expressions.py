"""Row-wise expressions: what a declaration may compute, and what not.

What lives here: the closed list of functions that an expression may call, the
refusal of everything else with its reason, and the fields an expression reads.
Expressions see texts and give a text (or, in `when`, a truth); reading dates and
numbers is the business of `format`, `type` and `unit`, so that a bad cell becomes
a finding instead of a crash. What does not: running expressions (`hub.pipeline`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from hub.partners.problems import nearest


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALLOWED = _words("""
    char_length coalesce concat concat_ws ends_with greatest if ifnull initcap least
    left length lower lpad ltrim nullif position regexp_like regexp_replace replace
    reverse right rpad rtrim split_part starts_with strpos substr substring trim upper
""")
CLOCK = _words("""
    now current_date current_time current_timestamp localtime localtimestamp today
    getdate sysdate random rand uuid
""")
AGGREGATES = _words("""
    any_value approx_count_distinct array_agg avg bool_and bool_or corr count covar
    covar_pop covar_samp every first last listagg max mean median min mode quantile
    quantile_cont quantile_disc stddev stddev_pop stddev_samp stdev std string_agg sum
    total var var_pop var_samp variance
""")
OTHER_ROWS = _words("""
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank
    rank row_number unnest explode
""")
CASTS = _words("""
    cast try_cast convert date time datetime timestamp strptime strftime to_date
    to_timestamp to_number date_part extract
""")
_SYNTAX = _words("""
    and any as between by case else end filter from ilike in is like not null on or over
    rlike regexp similar then to when
""")
_FORBIDDEN_WORDS = {
    "over": "looks at other rows (a window)",
    "select": "looks at other rows (a query)",
    "distinct": "looks at other rows",
    "interval": "computes with instants",
} | {
    word: "reads the clock" for word in CLOCK if "_" in word or word.startswith("local")
}
_REMEDY_CAST = "leave parsing to format, type or unit beside the expression"
_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*"|`[^`]*`)
      | (?P<word>[^\W\d]\w*)
      | (?P<number>\d[\w.]*)
      | (?P<mark>::|\|\||[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)


class Fault(NamedTuple):
    """Why an expression is refused, and what to do instead."""

    what: str
    remedy: str


class _Token(NamedTuple):
    kind: str
    text: str


def expression_fields(sql: str) -> frozenset[str]:
    """The source fields that an expression reads; none if it cannot be parsed."""
    if not sql.strip():
        return frozenset()
    try:
        return frozenset(pl.sql_expr(sql).meta.root_names())
    except (pl.exceptions.PolarsError, ValueError):
        return frozenset()


def find_faults(sql: str) -> list[Fault]:
    """Everything that speaks against an expression; empty if it may run.

    The text decides first, because Polars turns `CURRENT_DATE` into today's date
    while parsing, and so would hide it.
    """
    tokens = list(_tokens(sql))
    faults = [*_word_faults(tokens), *_call_faults(tokens)]
    if not faults:
        faults += _parse_faults(sql)
    return list(dict.fromkeys(faults))


def _tokens(sql: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or "mark"
        if kind != "space":
            yield _Token(kind, match.group())


def _word_faults(tokens: list[_Token]) -> Iterator[Fault]:
    """Forbidden words and marks that are not calls."""
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if token.text == "::":
            yield Fault("casts with ::", _REMEDY_CAST)
        if token.kind != "word":
            continue
        lower = token.text.lower()
        if lower in _FORBIDDEN_WORDS:
            yield Fault(
                f"{token.text} {_FORBIDDEN_WORDS[lower]}",
                "use only the fields of one row",
            )
        if lower in CASTS and following is not None and following.kind == "text":
            yield Fault(f"{token.text} '…' is a cast", _REMEDY_CAST)
        dotted = following is not None and following.text == "."
        if dotted and position + 2 < len(tokens):
            whole = f"{token.text}.{tokens[position + 2].text}"
            yield Fault(
                f"{whole} reads as a struct, not as the nested field",
                f'write the field in double quotes: "{whole}"',
            )


def _call_faults(tokens: list[_Token]) -> Iterator[Fault]:
    """Functions outside the closed list, each with the reason."""
    for token, following in pairwise(tokens):
        name = token.text.lower()
        if token.kind != "word" or following.text != "(" or name in _SYNTAX:
            continue
        if name in ALLOWED or name in _FORBIDDEN_WORDS:
            continue
        if name in CASTS:
            yield Fault(f"{token.text}() casts or parses", _REMEDY_CAST)
        elif name in CLOCK:
            yield Fault(
                f"{token.text}() reads the clock or chance",
                "the same row must always give the same value",
            )
        elif name in AGGREGATES:
            yield Fault(
                f"{token.text}() aggregates over rows", "use only the fields of one row"
            )
        elif name in OTHER_ROWS:
            yield Fault(
                f"{token.text}() looks at other rows", "use only the fields of one row"
            )
        else:
            guess = nearest(name, ALLOWED)
            meant = f'did you mean "{guess}"? ' if guess else ""
            yield Fault(
                f"unknown function {token.text}()",
                f"{meant}allowed: {', '.join(sorted(ALLOWED))}",
            )


def _parse_faults(sql: str) -> list[Fault]:
    try:
        expression = pl.sql_expr(sql)
    except (pl.exceptions.PolarsError, ValueError):
        return [Fault("is not a valid expression", "check brackets, quotes and commas")]
    if expression.meta.has_multiple_outputs():
        return [Fault("gives several columns", "name one result")]
    if not expression.meta.root_names():
        return [Fault("reads no field", 'write a constant as { value = "…" }')]
    return []
