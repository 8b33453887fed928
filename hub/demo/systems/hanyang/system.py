"""汉阳区's case table: one file an evening, written as offices write.

What lives here: CSV in GB18030, each file holding what changed within three days (T23);
corrections that carry no change time: the file in which they stand dates them; one
evening's file sent again under its name with other content. What does not: the fields
(`lines`), what happens (`hub.demo.ground.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import polars as pl

from hub.demo.days import Span, day_of, midnight, told_at
from hub.demo.ground.cases import Cases
from hub.demo.ground.coordinates import as_gcj02
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told
from hub.demo.systems.defects import mark
from hub.demo.systems.dropping import csv_bytes, drop
from hub.demo.systems.hanyang.lines import (
    BARE_COMMA,
    COMMA,
    FAULT,
    KINDS,
    LAST_SECOND,
    LINES,
    MIDNIGHT,
    PARTNER,
    RULES,
    is_,
)
from hub.demo.told.expected import Keyless, Told, refused
from hub.demo.told.issues import derived, listed, placed, with_chief

DAYS_PER_FILE = 3
RESENT_DAY = 2  # its file comes once more, corrected, with the next one
AREAS_FROM = 2  # the roster has no areas of the district before this day


class Hanyang:
    """The simulated office of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()
        self._made = _with_edges(mark(around.cases(PARTNER), KINDS))

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_HANYANG_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Drop the file of a day; with one of them the day before comes again."""
        self._write(day, self._rows(day, seen_on=day))
        if day == RESENT_DAY + 1:
            self._write(RESENT_DAY, self._rows(RESENT_DAY, seen_on=day))

    def window(self, day: int) -> Span | None:
        """Files that have not been taken are taken."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Its cases after all days, as the last file that holds them says."""
        days = self._around.days
        known = self._known(days, seen_on=days)
        garbled = is_(COMMA) & pl.col("is_first")
        sound = ~FAULT.is_in(list(RULES)).fill_null(value=False) & ~garbled
        method = pl.lit("SOURCE" if days >= AREAS_FROM else "NONE")
        derivations = (
            Line(None, None, name, told)
            for name, told in derived(method=method).items()
        )
        told = as_told(known.filter(sound), pl.col("case_id"), (*LINES, *derivations))
        yield Told("issue", PARTNER, [told], refused(known, "case_id", RULES))

    def keyless(self) -> Iterable[Keyless]:
        """Lines with a comma too many, once per wording."""
        lines = {
            line
            for day, seen_on in self._files()
            for line in _text(self._rows(day, seen_on=seen_on)).split("\r\n")
            if BARE_COMMA in line
        }
        yield Keyless(PARTNER, "cases", {"P09": len(lines)})

    def _files(self) -> Iterator[tuple[int, int]]:
        """Day of every file that comes, and the day on which it is written."""
        for day in range(1, self._around.days + 1):
            yield day, day
            if day == RESENT_DAY + 1:
                yield RESENT_DAY, day

    def _write(self, day: int, rows: pl.DataFrame) -> None:
        text = _text(rows).replace(BARE_COMMA, ",")
        path = self._folder / f"cases_{day_of(day):%Y%m%d}.csv"
        drop(path, text.encode("gb18030"))

    def _rows(self, day: int, *, seen_on: int) -> pl.DataFrame:
        """What changed within three days before the end of a day."""
        since = told_at(day - DAYS_PER_FILE)
        known = self._known(day, seen_on=seen_on)
        return as_sent(known.filter(pl.col("changed_at") >= since), LINES)

    def _known(self, day: int, *, seen_on: int) -> pl.DataFrame:
        """Cases with everything that a line may name, as written on an evening.

        Slips of a clerk are noticed on the next day: `is_first` until then.
        """
        known = self._made.known(told_at(day)).sort("case")
        lon, lat = as_gcj02(known["lon"].to_numpy(), known["lat"].to_numpy())
        nth = pl.col("nth").cast(pl.String).str.zfill(5)
        on = pl.lit(day_of(1)) + pl.duration(days=pl.col("day") - 1)
        return with_chief(
            listed(placed(known, self._around.plan), "old"), self._around.people
        ).with_columns(
            lng=lon,
            north_lat=lat,
            is_first=pl.col("day") >= seen_on,
            case_id=pl.concat_str(pl.lit("420105"), on.dt.strftime("%Y%m%d"), nth),
            case_no=pl.concat_str(pl.lit("阳城管"), on.dt.strftime("%Y-%m%d-"), nth),
        )


def _with_edges(made: Cases) -> Cases:
    """Some cases begin in the first or the last second of their day (T28)."""
    days = made.cases["day"].unique().to_list()
    edges = pl.DataFrame(
        [
            (day, kind, at)
            for day in days
            for kind, at in (
                (MIDNIGHT, midnight(day).replace(tzinfo=None)),
                (LAST_SECOND, midnight(day + 1).replace(tzinfo=None)),
            )
        ],
        schema={"day": pl.Int64, "defect": pl.String, "edge": pl.Datetime("us")},
        orient="row",
    ).with_columns(
        pl.col("edge").dt.replace_time_zone("UTC")
        - pl.when(pl.col("defect") == LAST_SECOND)
        .then(pl.duration(seconds=1))
        .otherwise(pl.duration(seconds=0))
    )
    moved = made.cases.join(
        edges, on=["day", "defect"], how="left", maintain_order="left"
    ).with_columns(
        move=(pl.col("edge") - pl.col("created_at")).fill_null(pl.duration(seconds=0))
    )
    at = pl.col("at") + pl.col("move")
    steps = (
        made.steps.join(
            moved.select("case", "move"), on="case", how="left", maintain_order="left"
        )
        .with_columns(at=at)
        .drop("move")
    )
    cases = moved.with_columns(created_at=pl.col("created_at") + pl.col("move")).drop(
        "edge", "move"
    )
    return replace(made, cases=cases, steps=steps)


def _text(rows: pl.DataFrame) -> str:
    """The table as CSV text."""
    return csv_bytes(rows, "utf-8").decode()
