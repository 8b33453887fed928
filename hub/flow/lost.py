"""References of a batch whose targets nobody has delivered yet.

What lives here: the check of a whole batch's references against core and
against the batch itself; rows whose missing target keeps them out drag along
what only they would have brought, until nothing more changes. What does not:
the table of references (`hub.pipeline.references`), trying again (`retry`).
"""

from __future__ import annotations

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.flow.outcome import FOUND, Lost, Split
from hub.pipeline.pointers import Pointer, pointers
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.parts import DataFile

BESIDE = ("row", "key")


def find_lost(house: House, batch: Batch, done: Split) -> None:
    """Check references, drop the facts of rows they keep out, add the findings."""
    targets = {one.target for name in done.files for one in pointers(name)}
    brought = {
        name: _read(house, batch, name, files, ["row", "key"])
        for name, files in done.files.items()
        if name in targets
    }
    while True:
        lost = _one_pass(house, batch, done, brought)
        fresh = [one for one in lost if len(one.rows)]
        rows = [one.rows["row"] for one in fresh if one.pointer.rejects]
        if not rows:
            break
        done.lost += [one for one in fresh if one.pointer.rejects]
        out = pl.concat(rows).unique()
        done.findings += [_found(one) for one in fresh if one.pointer.rejects]
        drop_rows(house, batch, done, out)
        keep = ~pl.col("row").is_in(out.implode())
        brought = {name: rows.filter(keep) for name, rows in brought.items()}
    warned = [one for one in fresh if not one.pointer.rejects]
    done.findings += [_found(one) for one in warned]


def _one_pass(
    house: House, batch: Batch, done: Split, brought: dict[str, pl.DataFrame]
) -> list[Lost]:
    """Pointers to what is not there; the facts are gone through file by file."""
    lost = []
    for name, files in done.files.items():
        columns = dict.fromkeys(c for one in pointers(name) for c in _columns(one))
        if not columns or not files:
            continue
        table = tables.staged_table(house.lake, batch.partner, dataset(name))
        wanted = {
            one: pl.Series("target", [], dtype=pl.String) for one in pointers(name)
        }
        for frame in table.scan(files, [*BESIDE, *columns]):
            for one, known in wanted.items():
                told = compact(one.pointed(frame).select("target").unique())
                wanted[one] = pl.concat([known, told["target"]]).unique()
        missing = {
            one: absent
            for one, told in wanted.items()
            if len(absent := _missing(house, told, one, brought))
        }
        if not missing:
            continue
        found: dict[Pointer, list[pl.DataFrame]] = {one: [] for one in missing}
        for frame in table.scan(files, [*BESIDE, *columns]):
            for one, absent in missing.items():
                found[one].append(compact(_pointing(frame, one, absent)))
        lost += [Lost(one, pl.concat(rows)) for one, rows in found.items()]
    return lost


def _columns(pointer: Pointer) -> list[str]:
    return [pointer.column, *([pointer.kind_column] if pointer.kind else [])]


def _missing(
    house: House,
    wanted: pl.Series,
    pointer: Pointer,
    brought: dict[str, pl.DataFrame],
) -> pl.Series:
    """Target ids that neither core nor this batch has."""
    here = brought.get(pointer.target)
    if here is not None:
        wanted = wanted.filter(~wanted.is_in(here["key"].implode()))
    known = house.keys.lookup(pointer.target, wanted)
    known = known.filter(pl.col("row_digest") != "")
    return wanted.filter(~wanted.is_in(known["hub_id"].implode()))


def _pointing(
    frame: pl.DataFrame, pointer: Pointer, missing: pl.Series
) -> pl.DataFrame:
    """The facts that point to a missing target; a row may hold several."""
    pointed = pointer.pointed(frame)
    return pointed.filter(pl.col("target").is_in(missing.implode()))


def _read(
    house: House, batch: Batch, name: str, files: list[DataFile], columns: list[str]
) -> pl.DataFrame:
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    return table.read(files=files, columns=columns)


def drop_rows(house: House, batch: Batch, done: Split, out: pl.Series) -> None:
    """Write the facts of a split again without rows that stay out.

    Args:
        house: the hub.
        batch: the batch that is split.
        done: its split so far; its files are replaced.
        out: row numbers.
    """
    for name, files in done.files.items():
        table = tables.staged_table(house.lake, batch.partner, dataset(name))
        kept: list[DataFile] = []
        for file in files:
            frame = table.read(files=[file])
            rest = frame.filter(~pl.col("row").is_in(out.implode()))
            if len(rest) == len(frame):
                kept.append(file)
            elif len(rest):
                kept += table.write(rest, {"batch_id": batch.id})
        done.files[name] = kept


def _found(one: Lost) -> pl.DataFrame:
    severity = "reject" if one.pointer.rejects else "warn"
    return (
        one.rows.select(
            "row",
            "key",
            dataset=pl.lit(one.pointer.dataset),
            column=pl.lit(one.pointer.column),
            rule=pl.lit(one.pointer.rule),
            severity=pl.lit(severity),
        )
        .cast(pl.Schema(FOUND))
        .unique(maintain_order=True)
    )
