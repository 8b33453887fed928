"""A home whose newest release has many cases with texts to mask, and who may read it.

What lives here: making the home once, a consumer with a grant of the whole city, and
the same rows as a table of SQLite for whoever else serves them. What does not: what is
measured (`sharing`), the cases themselves (`history`).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.history import CITY, KNOWN, fill
from hub.errors import MisuseError
from hub.flow.house import House, open_house
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.settings import Settings
from hub.sharing.wire import telling
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumer, Consumers
from hub.storage.grants import Grant, Grants, RowRule

MONTHS, FORMAT = 12, 2
NAME, TABLE = "bench", "issue"


@dataclass(frozen=True)
class Shared:
    """A home that is served, and the key of its reader."""

    home: Path
    release: str
    key: str


def shared_home(folder: Path, rows: int) -> Shared:
    """A home with a release of so many cases, made if it is not there yet."""
    home = folder / f"shared-{rows}"
    done = home / "shared.json"
    wanted = {"rows": rows, "format": FORMAT}
    is_there = done.exists() and json.loads(done.read_text()) == wanted
    if not is_there:
        shutil.rmtree(home, ignore_errors=True)
    house = open_house(Settings(home=home, city=str(CITY), now=KNOWN))
    if not is_there:
        fill(house, rows, -(-rows // MONTHS), dressed)
        publish_reference_data(house)
        done.write_text(json.dumps(wanted))
    release = make_release(house)
    key = _reader(house)
    house.control.close()
    return Shared(home, release.id, key)


def dressed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Cases with a text, a place and a name in them: what masks work on."""
    if name != "issue":
        return frame
    pick = pl.col("pick")
    phone = pl.format("138{}", (pick % 100_000_000).cast(pl.String).str.zfill(8))
    return frame.with_columns(
        case_no=pl.format("{}-{}", pl.lit(NAME), "nth"),
        description=pl.format("市民来电反映占道经营，请联系{}，谢谢", phone),
        address=pl.format("民族街{}号某小区{}栋2单元501室", pick % 900, pick % 30),
        reporter_name=pl.lit("王小明"),
        reporter_phone=phone,
        category_name=pl.lit("暴露垃圾"),
    )


def _reader(house: House) -> str:
    """A key of the consumer that may have all cases as the schema masks them."""
    engine, at = house.control.engine, datetime(2026, 1, 1, tzinfo=UTC)
    try:
        Consumers(engine).find(NAME)
    except MisuseError:
        who = {"valid_from": at, "made_at": at, "made_by": NAME}
        Consumers(engine).add(
            Consumer(
                id=NAME, org=NAME, contact_role=NAME, purposes=(NAME,), units=(), **who
            )
        )
        Grants(engine).add(
            Grant(
                consumer=NAME,
                dataset=TABLE,
                columns=(),
                column_class="CONDITIONAL",
                row_rule=RowRule("all"),
                purpose=NAME,
                basis="",
                clear=(),
                masks={},
                forms=(),
                **who,
            )
        )
    return ConsumerKeys(engine).make(NAME, by=NAME, at=at)[0]


def as_sqlite(frames: Iterator[pl.DataFrame], path: Path) -> int:
    """The same rows as a table; how many there are."""
    total = 0
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        for frame in frames:
            told = telling(frame, nested=False)
            if not total:
                columns = ", ".join(f'"{name}"' for name in told.columns)
                database.execute(f"CREATE TABLE {TABLE} ({columns})")
            marks = ", ".join("?" * told.width)
            database.executemany(
                f"INSERT INTO {TABLE} VALUES ({marks})",
                told.iter_rows(),
            )
            total += len(told)
        database.commit()
    return total
