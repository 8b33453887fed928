"""The sheets of a bulletin's workbook as rows of values.

What lives here: heads and rows, one value per cell. None is an empty cell; what is
not known of a unit is told in words. What does not: writing them (`book`), charts
(`book_charts`), the long list of cases (`case_sheets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from hub.bulletin.broken import LINKS, broken_counts
from hub.bulletin.content import BulletinContent
from hub.bulletin.figures_shown import beside_counts, small_print, told
from hub.bulletin.naming import Naming
from hub.bulletin.page import value_words
from hub.bulletin.ranking import Group, dimensions_of, ranking
from hub.bulletin.units_shown import Item
from hub.bulletin.words import Words

Cell = str | int | Decimal | None
Row = Sequence[Cell]
Form = Literal["text", "count", "points", "share"]
FORMS: Mapping[str, Form] = MappingProxyType(
    {"text": "text", "count": "count", "points": "points", "share": "share"}
)


@dataclass(frozen=True)
class Sheet:
    """One worksheet: its key among the words, columns with their forms, and rows."""

    key: str
    heads: Sequence[str]
    forms: Sequence[Form]
    rows: Sequence[Row]
    note: str | None = None


def about_rows(content: BulletinContent, words: Words) -> Iterator[tuple[str, str]]:
    """The heading: name and text of each line, the notices among them."""
    head = content.head
    edition = (
        words("draft")
        if head.revision is None
        else words("revision", number=head.revision)
    )
    yield words("period"), words.month(head.period)
    yield words("unit"), words.known(f"level_{head.level}", head.level)
    yield words("edition"), edition
    policy = words.pick((head.policy_zh, head.policy_en))
    version = words("version_of", version=head.policy_version)
    yield words("policy"), f"{policy} ({head.policy_id} · {version})"
    yield words("release"), head.release or words("unknown")
    yield words("as_of"), words.instant(head.as_of, head.zone)
    if head.made_at is not None:
        yield words("made_at"), words.instant(head.made_at, head.zone)
    for key in ("author", "approver", "reason"):
        if getattr(head, key):
            yield words(key), getattr(head, key)
    if head.revision is None:
        yield words("draft"), words("draft_note")
    elif not head.is_current:
        yield words("edition"), words("superseded")
    if head.approved_by is None:
        yield words("needs_sign_off"), words("needs_sign_off_note")
    else:
        yield words("policy"), words("approved_by", name=head.approved_by)


def ranking_sheet(content: BulletinContent, naming: Naming, group: Group) -> Sheet:
    """One group: rank, unit, total, dimensions, move."""
    words, dimensions = naming.words, dimensions_of(content)
    no_data = words("no_data")
    rows = [
        (
            one.rank if one.rank is not None else naming.not_ranked(one.reason),
            one.name,
            one.unit_code,
            no_data if one.points is None else one.points,
            *(_or(one.dimensions.get(name), no_data) for name in dimensions),
            *(one.places.get(name) for name in dimensions),
            one.moved,
        )
        for one in group.standings
    ]
    return Sheet(
        "ranking",
        (
            words("rank"),
            words("unit"),
            words("unit_code"),
            words("total"),
            *(naming.dimension(name) for name in dimensions),
            *(f"{naming.dimension(name)} {words('rank')}" for name in dimensions),
            words("moved"),
        ),
        _forms(
            "text text text points"
            + " points" * len(dimensions)
            + " count" * (len(dimensions) + 1)
        ),
        rows,
        naming.group(group),
    )


def trend_sheet(content: BulletinContent, words: Words) -> Sheet | None:
    """Units by months; an empty cell is a month without data. None without past."""
    standings = [one for group in ranking(content) for one in group.standings]
    if not standings or len(standings[0].course) < 2:
        return None
    months = [month for month, _ in standings[0].course]
    return Sheet(
        "trend",
        (words("unit"), *months),
        _forms("text" + " points" * len(months)),
        [(one.name, *(points for _, points in one.course)) for one in standings],
        words("blank_is_no_data"),
    )


def item_sheet(content: BulletinContent, naming: Naming) -> Sheet:
    """Every item of every unit with numerator, denominator and points."""
    words = naming.words
    no_data = words("no_data")
    rows: list[Row] = []
    columns = ("unit_code", *Item._fields)
    for unit, *values in content.items.select(columns).rows():
        one = Item(*values)
        rows.append(
            (
                naming.unit(unit),
                unit,
                naming.dimension(one.dimension),
                naming.item(one.item),
                naming.kind(one.kind),
                one.numerator,
                one.denominator,
                value_words(words, one.value, one.numerator, one.denominator),
                _or(one.points, no_data),
                words.pick((one.note_zh or "", one.note_en or "")) or None,
            )
        )
    keys = (
        "unit", "unit_code", "dimension", "item", "kind",
        "numerator", "denominator", "value", "points", "note",
    )  # fmt: skip
    forms: tuple[Form, ...] = (
        "text", "text", "text", "text", "text",
        "count", "count", "text", "points", "text",
    )  # fmt: skip
    return Sheet("items", [words(key) for key in keys], forms, rows)


def broken_sheet(content: BulletinContent, naming: Naming) -> Sheet:
    """Broken loops by unit and first missing link."""
    words = naming.words
    rows = [
        (naming.unit(unit), *counts) for unit, *counts in broken_counts(content).rows()
    ]
    return Sheet(
        "broken_counts",
        (words("unit"), *(naming.reason(link) for link in LINKS), words("sum")),
        _forms("text" + " count" * (len(LINKS) + 1)),
        rows,
        words("broken_note"),
    )


def figure_sheet(content: BulletinContent, naming: Naming) -> Sheet:
    """The city's figures, then those of each unit, with their calibers."""
    words = naming.words
    rows: list[Row] = []
    for level, figures in (("city", told(content, "city")), (None, told(content))):
        for one in figures:
            city = words.pick((content.head.city_zh, content.head.city_en))
            rows.append(
                (
                    naming.metric(one.metric),
                    city if level else naming.unit(one.unit_code),
                    one.numerator,
                    one.denominator,
                    _or(one.share if one.number is None else None, None),
                    one.number,
                    words("no_data") if not one.denominator else None,
                    naming.basis(one.basis),
                    " ".join(one.calibers),
                    naming.formula(one.metric),
                )
            )
    keys = (
        "metric", "unit", "numerator", "denominator", "value", "number", "note",
        "basis", "calibers", "formula",
    )  # fmt: skip
    forms: tuple[Form, ...] = (
        "text", "text", "count", "count", "share", "points", "text",
        "text", "text", "text",
    )  # fmt: skip
    return Sheet("unit_figures", [words(key) for key in keys], forms, rows)


def beside_sheet(content: BulletinContent, naming: Naming) -> Sheet:
    """What stands beside the figures, rows in quarantine first."""
    words = naming.words
    held = [
        (words("quarantined"), words.known(f"subject_{subject}", subject), count)
        for subject, count in content.quarantined.items()
        if count
    ]
    counted = [
        (naming.metric(metric), naming.reason(reason), count)
        for metric, reason, count in beside_counts(content)
    ]
    return Sheet(
        "beside",
        (words("metric"), words("reason_word"), words("count")),
        ("text", "text", "count"),
        [*held, *counted],
        words("beside_note"),
    )


def print_sheet(content: BulletinContent, naming: Naming) -> Sheet:
    """Definitions in words."""
    words = naming.words
    keys = ("counts", "no_data", "frozen", "members", "people")
    figures = [*told(content, "city"), *told(content)]
    calibers = [
        (
            one.id,
            words("version_of", version=one.version),
            naming.caliber_text(one),
            one.approved_by or words("assumed"),
        )
        for one in small_print(figures)
    ]
    rows: list[Row] = [("", "", words(f"print_{key}"), "") for key in keys]
    return Sheet(
        "small_print",
        (words("calibers"), words("edition"), words("note"), words("approver")),
        ("text", "text", "text", "text"),
        [*rows, *calibers],
    )


def _or(value: Decimal | None, otherwise: Cell) -> Cell:
    return otherwise if value is None else value


def _forms(names: str) -> tuple[Form, ...]:
    return tuple(FORMS[name] for name in names.split())
