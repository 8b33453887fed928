"""The same cases by three ways: a listing over HTTP, a table, a file.

What lives here: serving and filling them, and the partner file of `benchmarks/city`
turned to each. What does not: measuring (`connectors`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import polars as pl
import psycopg

CITY = Path(__file__).parent / "city"
PAGE = 1000
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
FILES = (
    'connector = "files"\nfolder = "env:HUB_BENCH_DIR"\n',
    'files = "issues_*.csv"\n',
)
REST = (
    'connector = "rest"\nbase_url = "env:HUB_BENCH_URL"\n',
    'path = "/issues"\nrecords = "data.list"\n'
    'verdict = { field = "code", good = ["0"] }\n'
    f'page = {{ kind = "number", size_param = "size", size = {PAGE} }}\n',
)
SQL = (
    'connector = "sql"\nurl = "env:HUB_BENCH_URL"\n',
    'table = "issues"\n',
)


def city(folder: Path, way: tuple[str, str]) -> Path:
    """The city of the benchmarks with its partner read in this way."""
    shutil.copytree(CITY, folder)
    file = folder / "partners" / "bulk.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in zip(FILES, way, strict=True):
        assert old in text, old
        text = text.replace(old, new)
    polite = "max_body_mb = 8192"
    assert polite in text
    file.write_text(
        text.replace(polite, f"{polite}, per_minute = 1000000"), encoding="utf-8"
    )
    return folder


def write_pages(csv: Path, folder: Path) -> None:
    """A CSV as the answers of a listing, one file each, and an empty last one."""
    folder.mkdir()
    cases = pl.scan_csv(csv, infer_schema=False)
    number = 0
    for batch in cases.collect_batches(chunk_size=PAGE * 50):
        for piece in batch.iter_slices(PAGE):
            number += 1
            _page(folder, number, piece.to_dicts())
    _page(folder, number + 1, [])


def _page(folder: Path, number: int, rows: list[dict[str, object]]) -> None:
    answer = {"code": "0", "data": {"list": rows}}
    (folder / f"{number}.json").write_bytes(orjson.dumps(answer))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address below which the pages are served, by a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serve_pages", str(folder), str(port)],
        env=os.environ,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server of the pages does not answer")


@contextmanager
def table(csv: Path, server: str) -> Iterator[str]:
    """Address of a PostgreSQL database of its own that holds the cases as text."""
    name = f"hub_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        url = f"{server.rpartition('/')[0]}/{name}"
        try:
            with psycopg.connect(url, autocommit=True) as own:
                _copy(own, csv)
            yield url
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def _copy(own: psycopg.Connection, csv: Path) -> None:
    names = pl.scan_csv(csv, infer_schema=False).collect_schema().names()
    columns = ", ".join(f'"{name}" TEXT' for name in names)
    own.execute(f"CREATE TABLE issues ({columns})")  # type: ignore[call-overload]
    with (
        csv.open("rb") as file,
        own.cursor().copy("COPY issues FROM STDIN (FORMAT csv, HEADER)") as copy,
    ):
        while piece := file.read(1 << 20):
            copy.write(piece)
    own.execute("VACUUM ANALYZE issues")
