"""Writing an exported file: its form by its ending, whole or not at all.

What lives here: the layout of a file, writing it aside frame by frame, and how it is
told. What does not: the forms (`file_forms`, `workbook_form`), which rows go into it
and for whom (`dataset_export`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from hub.cli.file_forms import Form, Layout
    from hub.sharing.file_handing import Written
    from hub.storage.releases import Release

UTF_8 = "utf-8"


def write_file(
    file: Path,
    layout: Layout,
    frames: Iterator[pl.DataFrame],
    finish: Callable[[Path, int], None],
) -> None:
    """Write a file aside; it is shown to `finish` before it takes its name."""
    from hub.cli.files import written_aside

    total = 0
    with (
        written_aside(file, lambda aside: finish(aside, total)) as out,
        _form(file)(out, layout) as put,
    ):
        for frame in frames:
            put(frame)
            total += len(frame)


def write_own(file: Path, layout: Layout, frames: Iterator[pl.DataFrame]) -> Written:
    """Write a file that is handed to nobody; what was written."""
    from hub.sharing.file_handing import measured

    done: list[Written] = []
    write_file(file, layout, frames, lambda p, n: done.append(measured(p, n)))
    return done[0]


def _form(file: Path) -> Form:
    from hub.cli.file_forms import CsvFile, JsonLinesFile, ParquetFile
    from hub.cli.workbook_form import XlsxFile

    forms: dict[str, Form] = {
        ".parquet": ParquetFile,
        ".csv": CsvFile,
        ".jsonl": JsonLinesFile,
        ".xlsx": XlsxFile,
    }
    return forms[file.suffix.lower()]


def layout_of(
    name: str, kinds: dict[str, pl.DataType], encoding: str | None, release: Release
) -> Layout:
    """What a file of a dataset, or of the figures, is to hold beside its rows."""
    from hub.cli.file_forms import Layout
    from hub.schemas import DATASETS
    from hub.sharing.catalogue.metric_entry import COLUMNS, TITLE

    ds = DATASETS.get(name)
    if ds is None:
        title, labels = TITLE, {one: words[0] for one, words in COLUMNS.items()}
    else:
        title, labels = ds.title, {one.name: one.label for one in ds.all_columns}
    return Layout(
        name=name,
        title=title,
        schema=kinds,
        labels=labels,
        encoding=encoding or UTF_8,
        at=release.published_at,
    )


def told_of(
    name: str, release: Release, file: Path, written: Written, columns: Iterable[str]
) -> dict[str, Any]:
    """A written file for programs."""
    return {
        "dataset": name,
        "release": release.id,
        "file": str(file),
        "rows": written.rows,
        "bytes": written.size,
        "sha256": written.digest,
        "columns": list(columns),
    }
