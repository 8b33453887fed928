"""Display numbers that several cases of a partner bear (T12).

What lives here: finding them among the cases of a delivery and those in core, in
memory that does not grow with texts: eight bytes a case, and the texts only of numbers
that come up more than once, a piece at a time. What does not: other remarks
(`remarks`). A number is never a key, so nothing is joined by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hub.flow import tables
from hub.flow.key_pieces import PIECE_ROWS, compact
from hub.flow.outcome import FOUND
from hub.flow.row_hashes import Hashes, hashes_of, is_among, repeated
from hub.schemas import dataset

if TYPE_CHECKING:
    from hub.flow.house import House
    from hub.storage.parts import DataFile

NUMBER = "case_no"


def shared_numbers(
    house: House, partner: str, files: Sequence[DataFile]
) -> pl.DataFrame:
    """Rows whose display number another case of the partner bears as well.

    The other case lies in the delivery, or in core in a month of the delivery's cases:
    a batch must not cost more the more years core holds.

    Args:
        house: the hub.
        partner: who sent the delivery.
        files: its cases, staged.

    Returns:
        `FOUND`, by row.
    """
    looked = _Cases(house, partner, files)
    hashes, months = looked.hashes()
    often = _more_than_once(hashes, looked.core(months))
    del hashes
    return pl.concat([_none(), *looked.shared(often, months)]).sort("row")


class _Cases:
    """The cases of a delivery, and those of the partner in core."""

    def __init__(self, house: House, partner: str, files: Sequence[DataFile]) -> None:
        issue = dataset("issue")
        self._staged = tables.staged_table(house.lake, partner, issue)
        self._files = files
        self._core = tables.core_table(house.lake, issue)
        self._partner, self._zone = partner, house.city.timezone

    def hashes(self) -> tuple[Hashes, list[str]]:
        """A hash of every number that came, and the months of their cases."""
        found, months = [np.zeros(0, dtype=np.uint64)], set[str]()
        local = pl.col("reported_at").dt.convert_time_zone(self._zone)
        for frame in self._staged.scan(self._files, [NUMBER, "reported_at"]):
            told = frame.drop_nulls(NUMBER)
            found.append(_hashed(told))
            at = told.select(local.dt.strftime("%Y-%m").unique()).to_series()
            months |= set(at.drop_nulls().to_list())
        return np.concatenate(found), sorted(months)

    def core(self, months: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Number and key of the partner's living cases of these months."""
        places = [{"partner": self._partner, "month": month} for month in months]
        files = self._core.files(partitions=places) if places else []
        for frame in self._core.scan(files, [NUMBER, "issue_id", "deleted_at"]):
            living = frame.filter(pl.col("deleted_at").is_null())
            yield living.drop_nulls(NUMBER).select(NUMBER, key="issue_id")

    def shared(self, often: Hashes, months: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The rows sought, of numbers whose hash is among those, piece by piece."""
        pieces = 1 + len(often) // PIECE_ROWS
        for nth in range(pieces if len(often) else 0):
            mine = often[often % np.uint64(pieces) == nth]
            came = _all(
                compact(frame.filter(_among(frame, mine)))
                for frame in self._came(["row", "key", NUMBER])
            )
            known = _all(
                compact(frame.filter(_among(frame, mine)))
                for frame in self.core(months)
            )
            told = [one.select(NUMBER, "key") for one in (came, known) if len(one)]
            if not told or not len(came):
                continue
            bearers = pl.concat(told).unique().group_by(NUMBER).len()
            shared = bearers.filter(pl.col("len") > 1)
            yield _findings(came.join(shared, on=NUMBER, how="semi"))

    def _came(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        for frame in self._staged.scan(self._files, columns):
            yield frame.drop_nulls(NUMBER)


def _hashed(frame: pl.DataFrame) -> Hashes:
    return hashes_of(frame.select(NUMBER))


def _among(frame: pl.DataFrame, ordered: Hashes) -> pl.Series:
    return pl.Series(is_among(_hashed(frame), ordered))


def _more_than_once(came: Hashes, known: Iterator[pl.DataFrame]) -> Hashes:
    """Hashes that came twice, or came and are in core; a key may be the same."""
    own = np.sort(came)
    found = [repeated(own)]
    for frame in known:
        hashes = np.unique(_hashed(frame))
        found.append(hashes[is_among(hashes, own)])
    return np.unique(np.concatenate(found))


def _all(frames: Iterator[pl.DataFrame]) -> pl.DataFrame:
    found = list(frames)
    return pl.concat(found) if found else pl.DataFrame()


def _findings(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "row",
        "key",
        dataset=pl.lit("issue"),
        column=pl.lit(NUMBER),
        rule=pl.lit("T12"),
        severity=pl.lit("warn"),
    ).cast(pl.Schema(FOUND))


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=FOUND)
