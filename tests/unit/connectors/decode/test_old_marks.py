"""What old workbooks say of their sheets besides cells."""

from __future__ import annotations

from support.old_workbook import old_workbook

from hub.connectors.decode.marks import Block, Marks
from hub.connectors.decode.sheet_marks import read_marks


def test_blocks_and_hidden_rows_are_counted_as_cells_are() -> None:
    marks = read_marks(old_workbook())["花名册"]

    # The reader of cells begins at column B, the first that holds something.
    assert set(marks.blocks) == {Block(0, 0, 0, 3), Block(2, 1, 3, 1)}
    assert marks.hidden == (4,)


def test_a_book_that_breaks_off_says_nothing() -> None:
    assert read_marks(old_workbook()[:700]) == {}
    assert Marks().blocks == ()
