"""Datasets as a person reads them: the list, and the columns of one.

What lives here: two tables, and what is missing from either. What does not: the
commands (`dataset`), rows (`rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from hub.cli.sources import missing_lines

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.schemas import Dataset
    from hub.storage.releases import Source

LIST = ("dataset", "title", "rows", "share", "history")


def show_list(
    page: Page, told: Iterable[Mapping[str, object]], sources: Iterable[Source]
) -> None:
    """One line per dataset; a column more where a feed is missing."""
    lines = missing_lines(sources)
    lacking = ["missing 缺报"] if lines else []
    page.table(
        (*LIST, *lacking),
        (
            (
                *(one[name] for name in LIST),
                *([_counted(one["missing"])] if lacking else []),
            )
            for one in told
        ),
    )
    for line in lines:
        page.line(line, style="red")


def _counted(missing: object) -> str:
    count = len(missing) if isinstance(missing, list) else 0
    return f"{count} feed{'s' if count > 1 else ''}" if count else ""


def show_columns(
    page: Page, ds: Dataset, rows: int | None, feeding: Sequence[Source]
) -> None:
    """What a dataset is, what it lacks today, and its columns."""
    page.line(f"{ds.name} {ds.title}", style="bold")
    page.line(ds.description)
    page.facts(
        [
            ("grain", ds.grain),
            ("key", list(ds.key)),
            ("history", ds.history),
            ("share", ds.share),
            ("rows", rows),
        ]
    )
    for line in missing_lines(feeding):
        page.line(line, style="red")
    page.line()
    page.table(
        ("column", "字段", "type", "required", "values", "share"),
        (
            (
                one.name,
                one.label,
                one.type,
                one.required,
                one.code_list or (f"→ {one.ref}" if one.ref else ""),
                one.share.lower() + (f", {one.mask}" if one.mask else ""),
            )
            for one in ds.all_columns
        ),
    )
