"""The lines of `[feed.columns]` and `[feed.codes]`.

What lives here: one line per drafted column with its format, type, unit, reference or
table; blanks for required columns; tables with known codes, and with unknown ones left
open. What does not: the rest of the file (`writing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub.onboarding.choosing import Line
from hub.onboarding.draft import Draft
from hub.onboarding.facts import Facts
from hub.onboarding.labels import Table, list_of
from hub.onboarding.times import Written
from hub.onboarding.toml_words import FILL, blank, key, noted, table, text
from hub.onboarding.vocabulary import is_due, mappable, phrases_in
from hub.onboarding.words import words_of
from hub.partners.check_codes import STATE
from hub.schemas import Column, Dataset, dataset
from hub.schemas.code_lists import code_list


def column_lines(draft: Draft) -> Iterator[str]:
    """Mapped columns in the dataset's order, then a blank per missing required one."""
    ds = dataset(draft.choice.dataset)
    lines = {line.match.column: line for line in draft.choice.lines}
    for column in mappable(ds):
        if column.name in lines:
            yield from _mapped(lines[column.name], column, draft)
        elif is_due(column):
            yield from missing_lines(column)


def _mapped(line: Line, column: Column, draft: Draft) -> Iterator[str]:
    one = line.match
    sql = draft.sql.get(one.column)
    why = f"{one.why}; near it: {line.rival}" if line.rival else one.why
    if sql is not None:
        told = f"{one.column} = {table({'sql': sql})}"
        yield noted(told, "likely", f"{why}; only so are the codes in the list")
        return
    facts = draft.facts[one.field]
    entries: dict[str, str | None] = {"field": one.field}
    entries |= _time(facts.time if column.type in {"ts", "date"} else None)
    entries["unit"] = _unit(one.field, column)
    if column.type == "list":
        entries["split"] = _separator(draft, one.field)
    if has_table(line):
        entries["codes"] = table_name(column)
    elif column.ref is not None and dataset(column.ref).id_column is not None:
        entries["ref"] = column.ref
    given = {name: value for name, value in entries.items() if value}
    value = text(one.field) if given.keys() == {"field"} else table(given)
    yield noted(f"{one.column} = {value}", line.confidence, why)
    if facts.time is not None and facts.time.ambiguous and column.type in _TIMED:
        yield f"# {facts.time.ambiguous} reads every value too: ask which it is."
    if column.ref == "issue":
        yield '# Whose case? Add partner = "…" if the number is another system\'s.'


_TIMED = frozenset({"ts", "date"})


def _time(time: Written | None) -> Mapping[str, str | None]:
    if time is None:
        return {}
    kinds = {"epoch_s": "epoch_s", "epoch_ms": "epoch_ms", "serial": "excel_serial"}
    return {"format": time.format, "type": kinds.get(time.kind)}


def _unit(field: str, column: Column) -> str | None:
    words = set(words_of(field)) | {field.rpartition(".")[2].lower()}
    if column.name.endswith("_m") and ("km" in words or "公里" in field):
        return "km"
    if column.name.endswith("_minutes"):
        for unit, spelt in (("hours", "小时"), ("seconds", "秒")):
            if spelt in field or unit.removesuffix("s") in words:
                return unit
    return None


def _separator(draft: Draft, field: str) -> str | None:
    values = draft.sample.rows[field].drop_nulls()
    counts = {
        one: int(values.str.count_matches(one, literal=True).sum()) for one in _CUTS
    }
    best = max(counts, key=lambda one: counts[one])
    return best if counts[best] else None


_CUTS = ("、", ";", "；", "|", ",", "，")


def missing_lines(column: Column) -> Iterator[str]:
    """The blank of a required column that has no field."""
    yield blank(f"required {column.name} ({column.label}): a field, or a constant")
    yield f"# {column.name} = {{ value = {_example(column)} }}{_options(column)}"


def _example(column: Column) -> str:
    return {"int": "0", "bool": "false", "dec": "0"}.get(column.type, '"…"')


def _options(column: Column) -> str:
    name = list_of(column)
    codes = column.codes or (code_list(name).ordered if name else ())
    return f"   # {', '.join(codes)}" if codes else ""


def has_table(line: Line) -> bool:
    """Whether a line goes through a value table."""
    found = line.match.table
    if found is None:
        return False
    plain = all(value == code for value, code in found.known.items())
    is_state = line.match.column == STATE
    return is_state or not plain or bool(found.looks or found.unknown)


def table_name(column: Column) -> str:
    """The name of a column's value table."""
    return "stage" if column.name == STATE else column.name.removesuffix("_code")


def code_tables(draft: Draft) -> Iterator[str]:
    """`[feed.codes.…]` per line that needs one."""
    ds: Dataset = dataset(draft.choice.dataset)
    for line in draft.choice.lines:
        if not has_table(line) or line.match.table is None:
            continue
        column = ds.column(line.match.column)
        yield ""
        yield f"[feed.codes.{table_name(column)}]"
        facts = draft.facts[line.match.field]
        yield from _codes(line.match.table, facts, line.match.field)


def _codes(found: Table, facts: Facts, field: str) -> Iterator[str]:
    for value, code in found.known.items():
        why = f"a code or label of {found.list_name}"
        yield noted(f"{key(value)} = {text(code)}", "likely", why)
    if is_person(field):
        count = len(found.looks) + len(found.unknown)
        yield blank(f"{count} values that may name people are not shown")
        return
    for value, code in found.looks.items():
        yield f"# {key(value)} = {text(code)}   # {FILL}: it only looks like {code}"
    for value in found.unknown:
        yield f'# {key(value)} = "…"   # {FILL}: a code of {found.list_name}'
    if not facts.values:
        yield blank(f"codes of {found.list_name} for {facts.distinct} different values")
    elif found.unknown and found.list_name != "division":
        codes = code_list(found.list_name).ordered
        yield f"# {found.list_name} has {', '.join(codes)}."


def is_person(field: str) -> bool:
    """Whether the field's name says that its values are people."""
    words = words_of(field.rpartition(".")[2])
    return any(words[-len(one) :] == one for one in phrases_in("person"))
