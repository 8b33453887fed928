"""Final scores that come back from the assessment system, beside the frozen ones (R67).

What lives here: reading a file of them, checking each against what the month was frozen
with, and the report where the two part. The frozen revision itself never changes. What
does not: keeping (`hub.storage.final_scores`), handing a month over (`hub.sharing`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from hub.errors import MisuseError
from hub.flow.assessment.frozen_rows import POINTS, read_rows
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.storage.final_scores import FinalScore, FinalScores

COLUMNS = ("unit_code", "dimension", "points", "rank")
SHOWN = 5
PLACES = 3
KEY = ("unit_code", "dimension")


def add_final_scores(
    house: House,
    period: str,
    path: Path,
    *,
    number: int | None,
    source: str,
    author: str,
) -> list[FinalScore]:
    """Keep the final scores of a file, all of them or none.

    Args:
        house: the hub.
        period: a frozen month.
        path: CSV in UTF-8 with a header: unit_code, points, and where there are
            any dimension (empty: the total) and rank.
        number: of the revision that they answer; None for the current one.
        source: the system that published them.
        author: who enters them.

    Raises:
        MisuseError: the month is not frozen, or a row says too little or names a
            unit that was not scored; each is told by its number, without its values.
    """
    revision = find_revision(house, period, number)
    scored = read_rows(house, revision, "score")
    units = set(scored["unit_code"].unique())
    found, faults = [], []
    for nth, row in enumerate(_rows(path), start=1):
        told = {name: (row.get(name) or "").strip() for name in COLUMNS}
        wrong = list(_faults(told, units))
        faults += [f"row {nth}: {what}" for what in wrong]
        if not wrong:
            found.append(
                FinalScore(
                    period=period,
                    revision=revision.number,
                    unit_code=told["unit_code"],
                    dimension=told["dimension"] or None,
                    points=Decimal(told["points"]),
                    rank=int(told["rank"]) if told["rank"] else None,
                    source=source,
                    author=author,
                    made_at=house.now(),
                )
            )
    if faults or not found:
        raise _refusal("; ".join(faults[:SHOWN]) or "there is no row")
    FinalScores(house.control.engine).add(found)
    return found


def final_differences(
    house: House, period: str, number: int | None = None
) -> pl.DataFrame:
    """Where final scores part from the frozen ones; only rows that differ.

    Returns:
        unit_code, dimension (null: the total), frozen_points, final_points,
        frozen_rank, final_rank, what (`points`, `rank`, `only_frozen`, `only_final`).

    Raises:
        MisuseError: the month is not frozen, or nothing came back for it.
    """
    revision = find_revision(house, period, number)
    told = FinalScores(house.control.engine).of(period, revision.number)
    if not told:
        raise MisuseError(
            f"compare the final scores of {revision.name}",
            seen="none were entered",
            next_step="`hub assessment final add` enters them.",
        )
    final = pl.DataFrame(
        [(o.unit_code, o.dimension, o.points, o.rank, True) for o in told],
        schema={
            "unit_code": pl.String, "dimension": pl.String, "final_points": POINTS,
            "final_rank": pl.Int64, "is_final": pl.Boolean,
        },
        orient="row",
    )  # fmt: skip
    frozen = read_rows(house, revision, "score").select(
        *KEY,
        frozen_points=pl.col("points").cast(POINTS),
        frozen_rank="rank",
        is_frozen=pl.lit(value=True),
    )
    # Dimensions that the other system does not tell are no difference.
    asked = final["dimension"].unique()
    frozen = frozen.filter(
        pl.col("dimension").is_in(asked.drop_nulls().implode())
        | (pl.col("dimension").is_null() & asked.is_null().any())
    )
    both = frozen.join(final, on=KEY, how="full", coalesce=True, nulls_equal=True)
    known_rank = pl.col("final_rank").is_not_null()
    what = (
        pl.when(pl.col("is_final").is_null())
        .then(pl.lit("only_frozen"))
        .when(pl.col("is_frozen").is_null())
        .then(pl.lit("only_final"))
        .when(pl.col("frozen_points").ne_missing(pl.col("final_points")))
        .then(pl.lit("points"))
        .when(known_rank & pl.col("frozen_rank").ne_missing(pl.col("final_rank")))
        .then(pl.lit("rank"))
    )
    names = ("frozen_points", "final_points", "frozen_rank", "final_rank", "what")
    apart = both.with_columns(what=what).filter(pl.col("what").is_not_null())
    return apart.select(*KEY, *names).sort(*KEY, nulls_last=False)


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise _refusal(f"{path.name} is no text in UTF-8") from None
    reader = csv.DictReader(io.StringIO(text))
    names = set(reader.fieldnames or ())
    if not {"unit_code", "points"} <= names or names - set(COLUMNS):
        raise _refusal(f"its header does not name {', '.join(COLUMNS)}")
    yield from reader


def _faults(told: Mapping[str, str], units: set[str]) -> Iterator[str]:
    if told["unit_code"] not in units:
        yield "its unit was not scored in that month"
    try:
        points = Decimal(told["points"])
        exponent = points.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -PLACES:
            yield f"points have at most {PLACES} decimals"
    except InvalidOperation:
        yield "points are no number"
    if told["rank"] and not told["rank"].isdecimal():
        yield "rank is no whole number"


def _refusal(seen: str) -> MisuseError:
    return MisuseError(
        "enter final scores",
        seen=seen,
        next_step="Correct the file; nothing of it was kept.",
    )
