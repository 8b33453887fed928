"""The databases of two sites that run cityguard.

What lives here: a SQLite file per site; rows are replaced as cases change. One of the
sites falls silent: from SILENT_FROM on its database answers, and holds nothing new
(T61). What does not: the tables (`tables`), the lives (`lives`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hub.demo.days import Span, day_of, span_of, told_at
from hub.demo.ground.coordinates import as_gcj02, degrees_text
from hub.demo.systems.base import Surroundings, as_sent, as_told
from hub.demo.systems.cityguard.lives import Lived, live
from hub.demo.systems.cityguard.tables import (
    AGAIN,
    APPLY,
    CASE,
    CHECK,
    KINDS,
    RULES,
    SWAPPED,
    VERIFY,
    ZERO,
    columns,
    create,
    has,
    put,
)
from hub.demo.systems.defects import mark
from hub.demo.systems.own import FIVE, surrounded
from hub.demo.told.expected import Keyless, Told, hub_key, refused

SILENT_FROM = 3
TABLES = (("case_info", CASE), ("case_adjustment_apply", APPLY))


class Site(NamedTuple):
    """One installation.

    Attributes:
        partner: its id.
        district: six digits, the beginning of its case numbers.
        coordinates: system of its points.
        silent_from: first day on which it has nothing new; 0 = it never is silent.
    """

    partner: str
    district: str
    coordinates: str
    silent_from: int = 0


class Cityguard:
    """The simulated database of one site."""

    site: Site
    partner: str

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._path = Path()
        self._made = mark(around.cases(self.site.partner), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Make the empty tables, or find those that are there."""
        del opening
        self._path = folder.absolute() / "cityguard.db"
        with closing(sqlite3.connect(self._path)) as connection, connection:
            for table, lines in TABLES:
                connection.execute(create(table, lines))
        return {f"HUB_DEMO_{self.partner.upper()}_URL": f"sqlite:///{self._path}"}

    def deliver(self, day: int) -> None:
        """Write what changed on a day."""
        if self.site.silent_from and day >= self.site.silent_from:
            return
        lived = self._lived(day)
        since = told_at(day - 1)
        moved = pl.coalesce("audited", "applied")
        due = (
            lived.cases.filter(pl.col("changed_at") >= since),
            lived.applications.filter(moved >= since),
        )
        with closing(sqlite3.connect(self._path)) as connection, connection:
            for (table, lines), rows in zip(TABLES, due, strict=True):
                sent = as_sent(rows, lines).select(columns(lines))
                connection.executemany(put(table, lines), sent.rows())

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Cases, verifications, checks and granted applications after all days."""
        days = self._around.days
        if self.site.silent_from:
            days = min(days, self.site.silent_from - 1)
        lived = self._lived(days)
        key = pl.col("key").cast(pl.String)
        sound = lived.cases.filter(
            ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        )
        out = refused(lived.cases.with_columns(key), "key", RULES)
        yield Told("issue", self.partner, [as_told(sound, key, CASE)], out)
        verified = sound.filter(pl.col("verify_sent").is_not_null())
        checked = sound.filter(pl.col("check_sent").is_not_null())
        reviews = [
            as_told(verified, pl.format("{}#VERIFY", "key"), VERIFY),
            as_told(checked, pl.format("{}|1#CHECK", "key"), CHECK),
        ]
        yield Told("review", self.partner, reviews)
        granted = lived.applications.filter(pl.col("status") == "approved")
        number = pl.col("application").cast(pl.String)
        yield Told("issue_event", self.partner, [as_told(granted, number, APPLY)])

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _lived(self, day: int) -> Lived:
        """Cases and applications with everything that a line may name."""
        made, until = self._made, told_at(day)
        on = (pl.lit(day_of(1)) + pl.duration(days=pl.col("day") - 1)).dt
        # T12: the number is that of the day's first case.
        number = pl.when(has(AGAIN)).then(pl.lit("00001")).otherwise(FIVE)
        known = surrounded(made.known(until), self._around, "old").with_columns(
            *self._points(made.known(until).sort("changed_at", "case")),
            key=on.strftime("%y%m%d").cast(pl.Int64) * 100_000 + pl.col("nth"),
            code=pl.concat_str(
                pl.lit(self.site.district), on.strftime("%Y%m%d"), number
            ),
            coordinates=pl.lit(self.site.coordinates),
        )
        issue = hub_key("issue", self.partner, pl.col("key").cast(pl.String))
        lived = live(known, until)
        return Lived(
            lived.cases.with_columns(issue_id=issue),
            lived.applications.with_columns(issue_id=issue),
        )

    def _points(self, known: pl.DataFrame) -> list[pl.Series]:
        """Points as the site writes them: some are swapped, some are none."""
        lon, lat = known["lon"].to_numpy(), known["lat"].to_numpy()
        if self.site.coordinates == "GCJ02":
            east, north = as_gcj02(lon, lat)
        else:
            east, north = degrees_text(lon), degrees_text(lat)
        written = known.select("defect").with_columns(east=east, north=north)

        def axis(own: str, other: str) -> pl.Expr:
            return (
                pl.when(has(SWAPPED))
                .then(other)
                .when(has(ZERO))
                .then(pl.lit("0.000000"))
                .otherwise(own)
            )

        return written.select(
            sent_lon=axis("east", "north"), sent_lat=axis("north", "east")
        ).get_columns()


class Qingshan(Cityguard):
    """青山区's site."""

    site = Site("qingshan", "420107", "WGS84")
    partner = site.partner


class Caidian(Cityguard):
    """蔡甸区's site, which falls silent."""

    site = Site("caidian", "420114", "GCJ02", SILENT_FROM)
    partner = site.partner
