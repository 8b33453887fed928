"""The long sheets of a bulletin's workbook: broken loops and exceptions, row by row.

What lives here: frames turned into words column by column, as they grow with the
city. What does not: the short sheets (`sheets`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from hub.bulletin.broken import LINKS
from hub.bulletin.content import BulletinContent
from hub.bulletin.naming import Naming

CASE = {
    "issue_id": "case",
    "unit": "unit",
    "link": "link",
    "category": "category",
    "street": "street",
    "area_id": "area",
    "reported": "reported_at",
    "limit": "limit_at",
}
EXCEPTION = {
    "unit": "unit",
    "kind": "kind_code",
    "street": "street",
    "area_id": "area",
    "subject": "subject",
    "subject_id": "subject_id",
    "other_id": "other_id",
    "since": "since_on",
    "amount": "amount",
    "note": "exception",
}


def case_frame(content: BulletinContent, naming: Naming) -> pl.DataFrame:
    """Every broken loop with its words, columns named by their heads."""
    words = naming.words
    no_limit = pl.lit(words("no_limit"))
    order = pl.col("first_missing_link").cast(pl.Enum(LINKS))
    sorted_cases = content.broken.sort(
        content.unit_column, order, "limit_at", "issue_id", nulls_last=True
    )
    told = sorted_cases.with_columns(
        unit=_worded(content.broken, content.unit_column, naming.unit),
        link=_worded(
            content.broken, "first_missing_link", lambda c: naming.reason(c or "")
        ),
        category=_worded(content.broken, "category", naming.category),
        street=_worded(
            content.broken, "street_code", lambda code: naming.place("street", code)
        ),
        reported=_local("reported_at", content.head.zone),
        limit=_local("limit_at", content.head.zone).fill_null(no_limit),
    )
    return told.select(pl.col(name).alias(words(key)) for name, key in CASE.items())


def exception_frame(content: BulletinContent, naming: Naming) -> pl.DataFrame:
    """Every row of the exception lists with its words."""
    words = naming.words
    rows = content.exceptions
    note = words.pick(("note_zh", "note_en"))
    told = rows.with_columns(
        unit=_worded(rows, content.unit_column, naming.unit),
        street=_worded(rows, "street_code", lambda code: naming.place("street", code)),
        since=pl.col("since_on").dt.to_string("%Y-%m-%d"),
        note=pl.coalesce(note, "kind"),
    )
    return told.select(
        pl.col(name).alias(words(key)) for name, key in EXCEPTION.items()
    )


def _worded(
    frame: pl.DataFrame, column: str, word: Callable[[str | None], str]
) -> pl.Expr:
    """A column in words: each code that there is is looked up once."""
    known: Mapping[str | None, str] = {
        code: word(code) for code in frame[column].unique().to_list()
    }
    return pl.col(column).replace_strict(known, default=None, return_dtype=pl.String)


def _local(column: str, zone: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(zone).dt.to_string("%Y-%m-%d %H:%M")
