"""What is out today of one submission: rows in cells, marks, and reasons.

What lives here: everything that the workbook shows, as frames. What does not: writing
the workbook (`workbook`), telling findings to programs (`status`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.returned import SENT_AS
from hub.flow import tables
from hub.flow.context import part_meta, parts_of
from hub.flow.house import House
from hub.flow.quarantine import held_rows, reasons_by_row, worded
from hub.flow.sent_cells import Sheet, allowed_values, fields_of, sent_cells
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch

MOST_ROWS = 20_000
MOST_WORDS = 30
LONGEST = 32_767  # characters that a cell of a workbook holds
WHOLE = "整行"


@dataclass(frozen=True)
class Rejected:
    """Rows of one submission that are out.

    Attributes:
        sheet: the rows in cells.
        texts: the rows as sent.
        reasons: line by line: row, cells, problems, remedies (texts).
        marks: line, position of the title, and message of each cell with a finding.
        form: in which the rows were sent: csv, json, jsonl or xlsx.
        left_out: rows that a workbook cannot hold, or that are too many for one.
    """

    sheet: Sheet
    texts: tuple[str | None, ...]
    reasons: pl.DataFrame
    marks: pl.DataFrame
    form: str
    left_out: int


def rejected_rows(
    house: House,
    partner: Partner,
    feed: Feed,
    delivery: Batch,
    *,
    most: int = MOST_ROWS,
) -> Rejected:
    """The rows of a delivery that are out now, in the order in which they came."""
    held = held_rows(house, partner, feed, delivery).sort("row")
    told = _with_texts(house, partner, feed, held)
    (part, *_) = parts_of(house, delivery)
    meta = part_meta(part)
    with house.raw.open(part.sha256) as body:
        sheet = sent_cells(told["text"].to_list(), meta, feed, body)
    keep = _fitting(told["text"], sheet).arg_true().head(most)
    told = told[keep]
    sheet = Sheet(sheet.titles, sheet.cells[keep], sheet.unread.gather(keep))
    marks = _marks(told, sheet, feed)
    return Rejected(
        sheet=sheet,
        texts=tuple(told["text"]),
        reasons=_reasons(told, marks, sheet),
        marks=marks,
        form=meta.origin.get(SENT_AS) or _form(meta),
        left_out=len(held) - len(told),
    )


def _form(meta: PartMeta) -> str:
    """What the rows came in; a workbook that something was cut from landed as lines."""
    return "xlsx" if "title_rows" in meta.origin else meta.media


def _fitting(texts: pl.Series, sheet: Sheet) -> pl.Series:
    """Whether each row fits into the cells of a workbook."""
    raw = pl.when(sheet.unread).then(texts).otherwise(pl.lit(None, pl.String))
    cells = sheet.cells.with_columns(raw.alias("raw"))
    longest = pl.max_horizontal(pl.all().str.len_chars()).fill_null(0)
    return cells.select(longest <= LONGEST).to_series()


def _with_texts(
    house: House, partner: Partner, feed: Feed, held: pl.DataFrame
) -> pl.DataFrame:
    table = tables.quarantine_table(house.lake, partner.id, feed.name)
    places = [{"batch_id": name} for name in held["batch_id"].unique()]
    files = table.files(partitions=places) if places else []
    sent = table.read(files=files, columns=["batch_id", "row", "text"])
    return held.join(sent, on=["batch_id", "row"], how="left", maintain_order="left")


def _marks(told: pl.DataFrame, sheet: Sheet, feed: Feed) -> pl.DataFrame:
    """line, position, message: once for each cell that a finding is read from."""
    places = {title: at for at, title in enumerate(sheet.titles)}
    words = allowed_values(feed)
    known = pl.DataFrame(
        [
            (name, column, places[field], _hint(words.get((name, column), ())))
            for (name, column), fields in fields_of(feed).items()
            for field in fields
            if field in places
        ],
        schema={
            "dataset": pl.String,
            "column": pl.String,
            "position": pl.Int64,
            "hint": pl.String,
        },
        orient="row",
    )
    single = worded(
        told.with_row_index("line")
        .select(pl.col("line").cast(pl.Int64), "findings")
        .explode("findings")
        .select("line", pl.col("findings").struct.unnest())
        .filter(pl.col("severity") == "reject")
    )
    return (
        single.join(known, on=["dataset", "column"], how="inner")
        .group_by("line", "position")
        .agg(
            pl.concat_str("message", "remedy", "hint", separator=" ", ignore_nulls=True)
            .unique(maintain_order=True)
            .str.join("\n")
        )
        .sort("line", "position")
    )


def _hint(words: tuple[str, ...]) -> str | None:
    """The words that a cell may hold, where a table of the feed knows them."""
    if not words:
        return None
    more = "等" if len(words) > MOST_WORDS else ""
    return f"可填：{'、'.join(words[:MOST_WORDS])}{more}。"


def _reasons(told: pl.DataFrame, marks: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    titles = pl.Series(sheet.titles, dtype=pl.String)
    named = (
        marks.with_columns(title=titles.gather(marks["position"]))
        .group_by("line", maintain_order=True)
        .agg(cells=pl.col("title").str.join("、"))
    )
    words = reasons_by_row(told)
    return (
        told.with_row_index("line")
        .with_columns(pl.col("line").cast(pl.Int64))
        .join(named, on="line", how="left", maintain_order="left")
        .join(words, on=["batch_id", "row"], how="left", maintain_order="left")
        .select(
            "row",
            pl.col("cells").fill_null(WHOLE),
            pl.col("problems").list.join("；"),
            pl.col("remedies").list.join("；"),
        )
    )
