"""What a release publishes is the same to every engine that reads it.

The release's own content digest is the oracle: it was computed when the release was
made, by other code than any of these readers.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_delta
import polars as pl
import psycopg
import pytest
from support.bi_readers import on
from support.closed_month import LATE, LATE_CASES, copied, deliver, later
from support.databases import postgres_database
from support.own_commands import Console
from support.source_tree import ROOT

from hub.flow.house import House
from hub.flow.metric_tables import METRIC_COLUMNS
from hub.flow.published import METRICS, OUTSIDE, published
from hub.flow.release import find_release
from hub.flow.release_files import ReleaseFiles, files_of
from hub.flow.warehouse import load_warehouse
from hub.flow.warehouse_datasets import shared_columns
from hub.pipeline.digest import content_digest, row_digest
from hub.schemas import DATASETS, dataset
from hub.storage.releases import Release

READ = ("issue", "area", "person", "assignment", "division")
WHOLE: dict[str, Any] = {"infer_schema_length": None}
Read = Callable[[ReleaseFiles, dict[str, pl.DataType]], pl.DataFrame]


@pytest.fixture(scope="module")
def house(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A hub with two releases: of the month, and with what came late."""
    folder = tmp_path_factory.mktemp("readers")
    copied(closed, folder).control.close()
    made = later(folder, LATE)
    deliver(made, LATE, LATE_CASES)
    yield made
    made.control.close()


def by_duckdb(found: ReleaseFiles, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    name = "delta.duckdb_extension"
    (extension,) = Path(duckdb_extension_delta.__file__).parent.rglob(name)
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{extension}'")
        connection.execute("SET TimeZone = 'UTC'")
        place = f"delta_scan('{found.folder}', version => {found.version})"
        names = ", ".join(f'"{one}"' for one in schema)
        return connection.execute(f"SELECT {names} FROM {place}").pl()


def by_polars(found: ReleaseFiles, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    del schema
    return pl.read_delta(str(found.folder), version=found.version)


def digest(frame: pl.DataFrame, name: str) -> str:
    """Content digest of rows as a reader gave them."""
    schema = METRIC_COLUMNS[name] if name in METRICS else dataset(name).polars_schema()
    content = [
        one for one in schema if one not in (("as_of",) if name in METRICS else OUTSIDE)
    ]
    typed = frame.select(pl.col(one).cast(kind) for one, kind in schema.items())
    return content_digest(typed.select(row_digest(schema, content)).to_series())


def pinned(release: Release, name: str) -> tuple[int, str]:
    (one,) = [one for one in release.datasets if one.dataset == name]
    return one.rows, one.digest


@pytest.mark.parametrize("read", [by_duckdb, by_polars])
def test_an_engine_reads_what_was_published(house: House, read: Read) -> None:
    releases = [find_release(house, name) for name in ("r000001", "r000002")]

    for release, one in product(releases, (*READ, "figure")):
        is_metric = one in METRICS
        kinds = METRIC_COLUMNS[one] if is_metric else dataset(one).polars_schema()
        found = files_of(house, release, one)
        frame = read(found, dict(kinds))
        if found.only_where_null:
            frame = frame.filter(pl.col(found.only_where_null).is_null())
        assert (len(frame), digest(frame, one)) == pinned(release, one), one


@pytest.mark.parametrize("engine", ["pandas", "spark"])
def test_an_engine_apart_reads_what_was_published(
    engine: str,
    house: House,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    python = os.environ.get("HUB_TEST_READERS_PYTHON")
    if python is None or (engine == "spark" and shutil.which("java") is None):
        pytest.skip(
            "HUB_TEST_READERS_PYTHON names no interpreter that has pandas and PySpark, "
            "or there is no Java"
        )
    hub = Console(house, capsys, monkeypatch)
    names = (*READ, "figure")
    told = [hub("release", "files", "r000001", one) for one in names]
    given, out = tmp_path / "files.json", tmp_path / "out"
    given.write_text(json.dumps(told))
    plain = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    program = str(ROOT / "tests" / "support" / "reading_apart.py")
    told_to = [python, program, engine, str(given), str(out)]
    subprocess.run(told_to, env=plain, check=True)

    release = find_release(house, "r000001")
    for one in names:
        frame = pl.read_parquet(out / one / "*.parquet")
        assert (len(frame), digest(frame, one)) == pinned(release, one), one


def test_the_two_releases_are_not_the_same(house: House) -> None:
    first, second = (find_release(house, name) for name in ("r000001", "r000002"))

    assert pinned(first, "issue") != pinned(second, "issue")


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_the_warehouse_holds_what_was_published_and_no_personal_column(
    house: House, where: str, request: pytest.FixtureRequest
) -> None:
    if where == "sqlite":
        lite = house.settings.home / "warehouse.sqlite"
        load_warehouse(house)
        with closing(sqlite3.connect(lite)) as file:
            _agrees(house, lambda text: pl.read_database(text, file, **WHOLE))
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        load_warehouse(on(house, url))
        with psycopg.connect(url.replace("+psycopg", "")) as own:
            own.execute("SET TimeZone = 'UTC'")
            _agrees(house, lambda text: pl.read_database(text, own, **WHOLE))
            _is_described(own)


def _agrees(house: House, read: Callable[[str], pl.DataFrame]) -> None:
    for ds in DATASETS.values():
        names = [one.name for one in shared_columns(ds)]
        told = read(f"SELECT {', '.join(names)} FROM {ds.name}")
        wanted = published(house, ds, columns=names)
        assert _plain(told) == _plain(wanted), ds.name


def _plain(frame: pl.DataFrame) -> list[str]:
    """Rows as text, whatever types a database has for them."""
    return sorted(repr([_cell(value) for value in row]) for row in frame.iter_rows())


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False).replace(" ", "")
    if hasattr(value, "astimezone"):
        return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, int | float) else str(value)


def _is_described(own: psycopg.Connection) -> None:
    for ds in DATASETS.values():
        shown = own.execute(
            "SELECT a.attname, col_description(a.attrelid, a.attnum), "
            "coalesce(a.attnum = ANY (i.indkey), false) FROM pg_attribute a "
            "LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary "
            "WHERE a.attrelid = %s::regclass AND a.attnum > 0",
            [f"public.{ds.name}"],
        ).fetchall()
        assert {name for name, _, is_key in shown if is_key} == set(ds.key)
        words = {name: text for name, text, _ in shown if name != "load_part"}
        assert words == {one.name: one.label for one in shared_columns(ds)}
        hidden = {
            one.name for one in ds.all_columns if one.mask or one.share == "CLOSED"
        }
        assert not hidden & (set(words) - set(ds.key))
        (title,) = own.execute(
            "SELECT obj_description(%s::regclass)", [f"public.{ds.name}"]
        ).fetchone() or (None,)
        assert title == ds.title
