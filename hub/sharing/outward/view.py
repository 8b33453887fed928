"""The granted view of a release: the rows a receiver may have, in its own words.

What lives here: reading a dataset at the version that a release pins, file by file,
keeping the rows that grant and filter let through, masking them, and laying them down
in pieces of the key on a scratch disk, so that memory stays bounded. What does not: the
decision (`granted`), the receiver's words (`written`), comparing (`plan`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hub.flow.house import House
from hub.flow.key_pieces import begins, cut
from hub.flow.published import published_rows
from hub.partners.check_delivery import filter_schema
from hub.schemas import Dataset, dataset
from hub.sharing.masks.apply import apply_masks, reads
from hub.sharing.outward.granted import Granted
from hub.sharing.outward.mirror import own_words
from hub.sharing.outward.written import HELD, PLAIN, written
from hub.sharing.seen_rows import Keys, keys_wanted
from hub.storage.releases import Release

VIEW = {
    "key": pl.String(),
    "told": pl.String(),
    "digest": pl.String(),
    "payload": pl.String(),
    "held": HELD,
    "is_own": pl.Boolean(),
}


@dataclass(frozen=True)
class GrantedView:
    """What a receiver may have, on the scratch disk.

    Attributes:
        pieces: leading digits of keys → files with their rows.
    """

    pieces: dict[str, list[Path]] = field(default_factory=dict)

    def piece(self, digits: str) -> pl.DataFrame:
        """Rows whose key begins with these digits; see `VIEW`."""
        frames = [pl.read_parquet(path) for path in self.pieces[digits]]
        return pl.concat([pl.DataFrame(schema=VIEW), *frames])


@contextmanager
def granted_view(
    house: House, granted: Granted, release: Release, *, more_rows: int = 0
) -> Iterator[GrantedView]:
    """The view of a release; its files are gone after the block.

    Args:
        house: the hub.
        granted: what may go.
        release: pins the versions that are read.
        more_rows: rows that the receiver has; pieces are cut for both together.
    """
    pinned = {one.dataset: one for one in release.datasets}.get(granted.ds.name)
    version, rows = (pinned.version, pinned.rows) if pinned else (-1, 0)
    home = house.settings.home.absolute()
    with tempfile.TemporaryDirectory(prefix=".outward-", dir=home) as folder:
        view = GrantedView({digits: [] for digits in cut(rows + more_rows)})
        if version >= 0:
            for number, frame in enumerate(_frames(house, granted, release, version)):
                for digits, files in view.pieces.items():
                    part = frame.filter(begins("key", digits))
                    if len(part):
                        path = Path(folder) / f"{digits}-{number}.parquet"
                        part.write_parquet(path)
                        files.append(path)
        yield view


def _frames(
    house: House, granted: Granted, release: Release, version: int
) -> Iterator[pl.DataFrame]:
    """The rows that may go, file by file."""
    ds, allowed = granted.ds, granted.allowed
    masks = {one.name: one.mask for one in allowed.columns}
    own = own_words(house, granted.delivery, release, granted.partner.id)
    keys = _keys(house, granted, release)
    needed = dict.fromkeys(
        [*reads(masks), *allowed.rows.reads, *granted.filters, "partner"]
    )
    if ds.name == "issue":
        needed["issue_id"] = None
    is_seen = allowed.rows.predicate(keys) & (pl.col("partner") != granted.partner.id)
    for frame in published_rows(house, ds, version=version, columns=list(needed)):
        kept = _filtered(granted, ds, frame.filter(is_seen))
        told = written(granted, apply_masks(kept, masks, granted.key).frame)
        marked = told.with_columns(is_own=pl.lit(value=False))
        if ds.name == "issue":
            marked = told.with_columns(is_own=kept["issue_id"].is_in(own.implode()))
        yield marked.select(list(VIEW))


def _filtered(granted: Granted, ds: Dataset, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that fulfil the declared filter; an unknown truth is none."""
    if granted.delivery.filter is None or rows.is_empty():
        return rows
    zone = granted.partner.timezone
    seen = rows.select(
        _as_seen(ds.column(name).type, name, zone)
        for name in granted.filters
        if name in filter_schema(ds)
    )
    holds = seen.select(pl.sql_expr(granted.delivery.filter).alias("holds"))["holds"]
    return rows.filter(holds.fill_null(value=False))


def _as_seen(kind: str, name: str, zone: str) -> pl.Expr:
    value = pl.col(name)
    match kind:
        case "ts":
            return value.dt.convert_time_zone(zone).dt.strftime(PLAIN)
        case "date":
            return value.dt.strftime("%Y-%m-%d")
        case "bool":
            return value.cast(pl.String)
    return value


def _keys(house: House, granted: Granted, release: Release) -> Keys:
    """Keys of other datasets' rows that decide which rows are seen."""
    versions = {one.dataset: one.version for one in release.datasets}
    found = {}
    for lookup in granted.allowed.rows.lookups:
        columns = [lookup.key, *(one.column for one in lookup.rows)]
        version = versions.get(lookup.dataset, -1)
        series = [pl.Series(lookup.key, [], dtype=pl.String)]
        if version >= 0:
            series += [
                frame.filter(keys_wanted(lookup))[lookup.key]
                for frame in published_rows(
                    house,
                    dataset(lookup.dataset),
                    version=version,
                    columns=list(dict.fromkeys(columns)),
                )
            ]
        found[lookup] = pl.concat(series)
    return found
