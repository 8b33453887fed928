"""Rows under a header that are no data, and cells that stand for several rows.

What lives here: sum lines, notes under a table and titles repeated on each printed
page (P28), hidden rows (P29), and blocks merged downwards, whose value holds for each
of their rows. All of it is told by what people write, so each rule asks for more
than one sign before it takes a row out of the data; such a row is never lost, it
waits in quarantine as it was sent. What does not: finding the header (`sheets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from hub.connectors.decode.marks import Block, Marks
from hub.connectors.decode.names import loose

NO_DATA = "P28"
HIDDEN = "P29"
_SUM = r"^.{0,20}(?:合计|小计|总计|共计|累计)[:：]?(?:共?\d+[人名个户条]?)?$"
_NOTE = (
    r"^[(（【]?(?:备?注|附注|说明|填表说明|填[表报](?:人|单位|日期|时间)|制表(?:人|日期)?"
    r"|审[核批](?:人|单位)?|(?:单位|部门)?负责人|经办人|联系人|联系电话|单位盖章|盖章)"
    r"(?:[:：)）】]|\(?(?:签字|盖章|签章)\)?)"
)
_LONG = 16
_FEW_TITLES = 3


def fill_blocks(texts: pl.DataFrame, marks: Marks, *, below: int) -> pl.DataFrame:
    """Write the value of each block that is merged downwards into all of its rows.

    Args:
        texts: every cell of a sheet.
        marks: its merged blocks.
        below: the last row of the header; nothing above or in it changes.
    """
    by_column: dict[int, list[Block]] = {}
    for block in marks.blocks:
        if block.top > below and block.bottom > block.top and block.left < texts.width:
            by_column.setdefault(block.left, []).append(block)
    return texts.with_columns(
        _filled(texts[:, at], blocks) for at, blocks in by_column.items()
    )


def _filled(cells: pl.Series, blocks: Iterable[Block]) -> pl.Series:
    height = len(cells)
    for block in blocks:
        rows = list(range(block.top + 1, min(block.bottom + 1, height)))
        if rows and cells[block.top] is not None:
            cells = cells.scatter(rows, [cells[block.top]] * len(rows))
    return cells


def is_filled(texts: pl.DataFrame) -> pl.Series:
    """Whether each row holds anything at all."""
    if not texts.width:
        return pl.Series("filled", [False] * len(texts), dtype=pl.Boolean)
    return texts.select(filled=pl.any_horizontal(pl.all().is_not_null())).to_series()


def is_no_data(
    texts: pl.DataFrame, titles: Mapping[str, int], blocks: Iterable[Block], first: int
) -> pl.Series:
    """Whether each row is a sum line, a repeated header or a note under the table.

    Args:
        texts: the rows under the header, cells as sent, empty rows among them.
        titles: title → position.
        blocks: merged blocks of the sheet.
        first: row number of the first of these rows in the sheet.
    """
    cells = pl.concat_list(pl.all()).list.drop_nulls().list
    told = texts.select(
        count=cells.len(),
        one=_plain(cells.get(0, null_on_oob=True)),
        two=_plain(cells.get(1, null_on_oob=True)),
        again=_repeats(titles),
    )
    across = {block.top - first for block in blocks if block.right > block.left}
    told = told.with_row_index("at").with_columns(
        across=pl.col("at").is_in(list(across))
    )
    alone = (pl.col("count") == 1) & pl.lit(len(titles) >= _FEW_TITLES)
    noted = pl.col("one").str.contains(_NOTE) | (
        alone & (pl.col("across") | (pl.col("one").str.len_chars() >= _LONG))
    )
    sums = pl.col("one").str.contains(_SUM) | pl.col("two").str.contains(_SUM)
    judged = told.select(
        sums=(sums | pl.col("again")).fill_null(value=False),
        noted=noted.fill_null(value=False) | (pl.col("count") == 0),
    )
    # A note stands under the table: every row behind it is none of the data either.
    foot = (pl.col("sums") | pl.col("noted")).cast(pl.Int8).reverse().cum_min()
    last = foot.reverse().cast(pl.Boolean)
    return judged.select((pl.col("sums") | last).alias("no_data")).to_series()


def _plain(cell: pl.Expr) -> pl.Expr:
    return cell.str.normalize("NFKC").str.replace_all(r"\s+", "")


def _repeats(titles: Mapping[str, int]) -> pl.Expr:
    """Whether every filled cell of a row is the title of its own column."""
    same = [
        pl.nth(at).is_null() | (_plain(pl.nth(at)) == loose(title.rpartition(".")[2]))
        for title, at in titles.items()
    ]
    filled = pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32))
    return pl.all_horizontal(*same) & (filled > 1) if same else pl.lit(value=False)
