"""The look of an answer: one JSON value, or lines and tables that fit a terminal.

What lives here: writing values as the surfaces promise them (instants RFC 3339 in
UTC, shares as text with six decimals, unknown as null), and tables whose width
counts Chinese characters twice. What does not: what is answered.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

PIPED_WIDTH = 100
GAP = 2
UNKNOWN = "–"
STYLES = {
    "merged": "green",
    "ok": "green",
    "refused": "bold red",
    "failed": "bold red",
    "problem": "bold red",
}


def print_json(value: object) -> None:
    """Print one JSON value and nothing else on standard output."""
    text = orjson.dumps(
        value,
        default=_plain,
        option=orjson.OPT_PASSTHROUGH_DATETIME
        | orjson.OPT_INDENT_2
        | orjson.OPT_APPEND_NEWLINE,
    )
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def terminal_width() -> int:
    """Columns of the terminal; 100 where the output is piped."""
    return shutil.get_terminal_size((PIPED_WIDTH, 24)).columns


class Page:
    """Standard output as a person reads it."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(
            file=sys.stdout, width=terminal_width(), markup=False, highlight=False,
            emoji=False,
        )  # fmt: skip

    def line(self, text: str = "", style: str | None = None) -> None:
        """Print a sentence, wrapped at the width."""
        self._console.print(text, style=style)

    def title(self, text: str) -> None:
        """Print a heading with an empty line before it."""
        self._console.print()
        self._console.print(text, style="bold")

    def entry(self, head: str, lines: Iterable[str], *, indent: int = 4) -> None:
        """Print a bold line and sentences below it, indented and wrapped."""
        from rich.padding import Padding

        self._console.print(head, style="bold")
        for line in lines:
            self._console.print(Padding(line, (0, 0, 0, indent)))

    def command(self, command: str, about: str) -> None:
        """Print a command to paste, never broken, under a dim line about it."""
        self._console.print(f"# {about}", style="dim")
        self._console.print(command, soft_wrap=True)

    def facts(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Print names and values below each other."""
        table = _bare(("", ""))
        for name, value in pairs:
            table.add_row(name, _styled(cell(value)))
        table.show_header = False
        self._console.print(table)

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        empty: str = "Nothing.",
    ) -> None:
        """Print a table; numbers stand right, and no cell of it is ever lost.

        Where the width is too small, counts take short headings and text is folded;
        where that could not be read either, each row becomes a block of lines.
        """
        from hub.cli.fitting import fit

        given = [tuple(row) for row in rows]
        if not given:
            # Never broken here: one sentence stays one line for who reads a pipe.
            self._console.print(empty, soft_wrap=True)
            return
        numbers = [all(map(_is_number, column)) for column in zip(*given, strict=True)]
        cells = [tuple(map(cell, row)) for row in given]
        found = fit(heads, cells, numbers, self._console.width)
        if found is None:
            self._blocks(heads, given)
            return
        table = _bare(found.heads)
        for column, width, is_number in zip(
            table.columns, found.widths, numbers, strict=True
        ):
            column.width = width
            column.justify = "right" if is_number else "left"
        for row in cells:
            table.add_row(*map(_styled, row))
        self._console.print(table)

    def records(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        empty: str = "Nothing.",
    ) -> None:
        """Print a table where it fits the width, else one block of lines per row."""
        from rich.cells import cell_len

        given = [tuple(row) for row in rows]
        lines = [tuple(heads), *given]
        wide = sum(
            max(cell_len(cell(line[position])) for line in lines) + GAP
            for position in range(len(heads))
        )
        if not given or wide <= self._console.width:
            self.table(heads, given, empty=empty)
            return
        self._blocks(heads, given)

    def _blocks(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        for number, row in enumerate(rows, start=1):
            self.title(f"row {number}")
            self.facts(zip(heads, row, strict=True))


def cell(value: object) -> str:
    """A value as a cell of a table."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return ", ".join(cell(one) for one in value)
    return str(value)


def percent(share: Decimal | None) -> str:
    """A share as a percentage with two decimals."""
    return UNKNOWN if share is None else f"{share * 100:.2f}%"


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return (value[:1].isdigit() and value.endswith("%")) or value == UNKNOWN
    return value is None or isinstance(value, int | Decimal)


def _bare(heads: Sequence[str]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, GAP - 1, 0, 0))
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _styled(text: str) -> Text:
    from rich.text import Text

    # A state may have its Chinese word behind it.
    word, _, more = text.partition(" ")
    is_state = not more or not more.isascii()
    return Text(text, style=STYLES.get(word, "") if is_state else "")
