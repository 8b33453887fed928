"""How much of core is linked at a time: small partitions together, large by file.

What lives here: cutting partitions and files into bites of bounded size. A step over
a frame costs much the same for ten rows as for a thousand, so a city of many small
partners is linked in few bites; a partition that is large by itself is linked file
by file, so memory stays bounded. What does not: linking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import polars as pl

from hub.storage.parts import DataFile

MANY = 50_000  # rows of a bite, unless one file alone has more
NTH = "nth"


def in_bites(files: Sequence[DataFile], many: int = MANY) -> Iterator[list[DataFile]]:
    """Files in their order, together as long as they have at most `many` rows."""
    bite: list[DataFile] = []
    for file in files:
        if bite and sum(f.rows for f in bite) + file.rows > many:
            yield bite
            bite = []
        bite.append(file)
    if bite:
        yield bite


def in_groups(
    files: Sequence[DataFile], many: int = MANY
) -> Iterator[list[list[DataFile]]]:
    """Files by partition, partitions together as long as they have `many` rows.

    Args:
        files: of any partitions, those of one partition side by side.
        many: rows of a group, unless one partition alone has more.

    Yields:
        The bites of each group; the files of one partition are all in one group.
    """
    group: list[DataFile] = []
    for _, told in groupby(files, key=lambda file: sorted(file.partition.items())):
        own = list(told)
        if group and sum(f.rows for f in (*group, *own)) > many:
            yield list(in_bites(group, many))
            group = []
        group += own
    if group:
        yield list(in_bites(group, many))


def numbered_frame(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Frames of the same shape as one, with the place of each in `NTH`."""
    return pl.concat(
        [
            frame.with_columns(pl.lit(nth, pl.UInt32).alias(NTH))
            for nth, frame in enumerate(frames)
        ]
    )
