"""The government catalogue (政务信息资源目录) as a workbook.

What lives here: one sheet of resources, one of their items (信息项), metrics and code
lists, and what must be read before. Every text is written as text: what begins
with `=` is no formula and what looks like an address is no link. What does not: what
stands in the cells (`words`, `entry`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook

from hub.sharing.catalogue.entry import Catalogue, Counts, Entry, Finding
from hub.sharing.catalogue.words import Words, words_of
from hub.workbooks import PLAIN, write_text

Row = Sequence[str | int | None]
WIDTHS = {"field_abstract": 48, "metric_formula": 48, "item_rule": 40}
USUAL = 18
ITEM_HEADS = (
    "field_name", "field_dataset", "item", "item_code", "item_type", "item_required",
    "item_values", "item_share", "item_mask", "item_personal", "item_rule",
)  # fmt: skip
METRIC_HEADS = (
    "metric_name", "metric_id", "metric_formula", "metric_numerator",
    "metric_denominator", "metric_calibers", "metric_inputs", "metric_source",
)  # fmt: skip
CODE_HEADS = ("code_list", "code", "label_zh", "label_en")
MORE_HEADS = (
    "field_dataset", "field_leads", "field_rows", "field_as_of", "missing_feeds",
    "quarantined", "finding_rule", "field_note",
)  # fmt: skip


def workbook(
    catalogue: Catalogue, path: Path | BinaryIO, language: str = "zh-CN"
) -> None:
    """Write the catalogue as a workbook.

    Args:
        catalogue: what it tells.
        path: file to write, by its path or open.
        language: zh-CN or en.

    Raises:
        MisuseError: there is no such language.
    """
    words = words_of(language, catalogue.zone)
    target = str(path) if isinstance(path, Path) else path
    with Workbook(target, dict(PLAIN)) as book:
        if catalogue.released_at is not None:  # the same catalogue has the same bytes
            moment = catalogue.released_at.replace(tzinfo=None)
            book.set_properties({"created": moment})
        pen = _Pen(book, words)
        pen.about(catalogue)
        fields = tuple(words.fields(catalogue.entries[0]))
        heads = tuple(f"field_{name}" for name in fields)
        pen.sheet(
            "resources_sheet",
            (*heads, *MORE_HEADS),
            (_resource(words, one) for one in catalogue.entries),
        )
        pen.sheet("items_sheet", ITEM_HEADS, _items(words, catalogue))
        pen.sheet("metrics_sheet", METRIC_HEADS, _metrics(words, catalogue))
        pen.sheet("code_lists", CODE_HEADS, _codes(catalogue))


def _resource(words: Words, one: Entry) -> Row:
    reaches = one.freshness.reaches
    total = one.quality.total if one.quality else Counts()
    findings = one.quality.findings if one.quality else ()
    return (
        *words.fields(one).values(),
        one.name,
        words.many([lead.title for lead in one.leads]),
        one.rows,
        words.instant(reaches[0]) if reaches else None,
        words.many(
            [f"{feed.title} {feed.feed}".strip() for feed in one.freshness.missing]
        ),
        f"{total.quarantined}/{total.received}" if total.deliveries else None,
        words.many([_finding(words, found) for found in findings]),
        words.pick(one.scope) if one.scope else None,
    )


def _finding(words: Words, found: Finding) -> str:
    return f"{found.rule} {words.pick(found.meaning)} ×{found.count}"


def _items(words: Words, catalogue: Catalogue) -> Iterator[Row]:
    for one in catalogue.entries:
        for item in one.items:
            yield (
                words.title(one),
                one.name,
                words.label(item),
                item.name,
                words(f"type_{item.type}"),
                words(f"required_{item.required}"),
                words.values(item),
                words.share(item.share),
                words(f"mask_{item.mask}") if item.mask else None,
                words(f"personal_{item.personal}") if item.personal else None,
                item.rule or None,
            )


def _metrics(words: Words, catalogue: Catalogue) -> Iterator[Row]:
    for one in catalogue.metrics:
        yield (
            words.pick(one.name),
            one.id,
            words.pick(one.formula),
            words.pick(one.numerator),
            words.pick(one.denominator),
            " ".join(one.calibers),
            words.many(list(one.inputs)),
            one.source,
        )


def _codes(catalogue: Catalogue) -> Iterator[Row]:
    for one in catalogue.codes:
        for code, labels in one.codes:
            yield (one.name, code, *labels)


class _Pen:
    """Writes sheets of one workbook in one hand."""

    def __init__(self, book: Workbook, words: Words) -> None:
        self._book, self._words = book, words
        usual = {"valign": "top", "text_wrap": True}
        self._head = book.add_format(usual | {"bold": True, "bottom": 1})
        self._text = book.add_format(usual | {"num_format": "@"})
        self._count = book.add_format(usual | {"num_format": "#,##0"})
        self._title = book.add_format({"bold": True, "font_size": 16})

    def about(self, catalogue: Catalogue) -> None:
        """The heading, first of all sheets."""
        words = self._words
        page = self._book.add_worksheet(words("about"))
        page.set_column(0, 0, USUAL)
        page.set_column(1, 1, 90)
        write_text(
            page, 0, 0, f"{catalogue.city_name} {words('book_title')}", self._title
        )
        lines = [
            (words("publisher"), catalogue.publisher),
            (words("contact"), catalogue.contact or words("undetermined")),
            (words("release"), catalogue.release or words("no_release")),
            (words("released_at"), words.instant(catalogue.released_at)),
            (
                words("approved_by"),
                catalogue.approved_by or words("needs_sign_off_note"),
            ),
            (words("about"), words("privacy_note")),
            (words("quality"), words("quality_note")),
        ]
        for line, (name, text) in enumerate(lines, start=2):
            write_text(page, line, 0, name, self._head)
            write_text(page, line, 1, text, self._text)

    def sheet(self, key: str, heads: Sequence[str], rows: Iterable[Row]) -> None:
        """One sheet with its head repeated on every printed page."""
        page = self._book.add_worksheet(self._words(key))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.freeze_panes(1, 1)
        page.repeat_rows(0)
        for column, head in enumerate(heads):
            page.set_column(column, column, WIDTHS.get(head, USUAL))
            write_text(page, 0, column, self._words(head), self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    write_text(page, last, column, value, self._text)
                elif value is not None:
                    page.write_number(last, column, value, self._count)
        page.autofilter(0, 0, last, len(heads) - 1)
