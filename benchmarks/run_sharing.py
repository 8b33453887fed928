"""One measured job of `python -m benchmarks sharing`, in a process of its own.

What lives here: taking a whole dataset as an Arrow stream from the hub, and the bare
Polars that writes the same rows. Each prints one JSON line: seconds, rows, bytes.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pyarrow as pa

BITE = 1 << 20
ARROW = "application/vnd.apache.arrow.stream"


def take(given: dict[str, str]) -> tuple[float, Path]:
    """Download the stream into a file."""
    address = urlsplit(given["url"])
    path = Path(given["target"])
    link = http.client.HTTPConnection(str(address.hostname), address.port, timeout=900)
    begun = time.perf_counter()
    link.request(
        "GET",
        "/api/v1/datasets/issue/rows",
        headers={"Accept": ARROW, "Authorization": f"Bearer {given['key']}"},
    )
    answer = link.getresponse()
    assert answer.status == 200, answer.status
    with path.open("wb") as out:
        while piece := answer.read(BITE):
            out.write(piece)
    return time.perf_counter() - begun, path


def bare(given: dict[str, str]) -> tuple[float, Path]:
    """Scan the lake's files and write the same columns as an Arrow stream."""
    path = Path(given["target"])
    columns = given["columns"].split(",")
    begun = time.perf_counter()
    with path.open("wb") as out:
        frame = pl.scan_parquet(
            f"{given['lake']}/**/*.parquet", hive_partitioning=True
        ).select(columns)
        frame.collect().write_ipc_stream(out)
    return time.perf_counter() - begun, path


def main(job: str, given: str) -> None:
    seconds, path = {"take": take, "bare": bare}[job](json.loads(given))
    with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as reader:
        rows = sum(batch.num_rows for batch in reader)
    told = {"seconds": seconds, "rows": rows, "bytes": path.stat().st_size}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
