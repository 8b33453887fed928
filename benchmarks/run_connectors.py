"""One measured job, in a process of its own so that time and memory are its own.

What lives here: the children that `python -m benchmarks connectors` starts:
`hub CITY HOME` lands and stages one delivery; the others do the bare part of the
same job. Each prints one JSON line: seconds, rows, peak of resident memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
# Loaded before the clock runs: how long Python takes for that is not compared.
NEEDS = {
    "hub": (
        "hub.demo.issue_files",
        "hub.flow.run",
        "hub.flow.split",
        "hub.connectors.rest",
        "hub.connectors.sql",
        "hub.connectors.files",
    ),
    "rest": ("httpx", "orjson"),
    "sql": ("pyarrow.parquet", "adbc_driver_postgresql.dbapi"),
    "csv": ("polars",),
    "dlt": ("dlt", "dlt.destinations", "dlt.sources.helpers.rest_client"),
}


def hub(city: str, home: str) -> int:
    """Land and stage what the partner `bulk` has; as far as the batch is split."""
    from hub.demo.issue_files import READ_AT
    from hub.flow.house import open_house
    from hub.flow.land import land
    from hub.flow.run import Window, find_deliveries
    from hub.flow.split import commit_split, split
    from hub.settings import Settings

    house = open_house(Settings(home=Path(home), city=city, now=READ_AT))
    partner = house.city.partners["bulk"]
    (feed,) = partner.feeds
    rows = 0
    with house.connect(partner, house.settings) as connector:
        found = find_deliveries(house, partner, feed, Window(since=BEGIN), connector)
        for delivery in list(found):
            batch = land(house, partner, feed, connector, delivery, 1)
            assert batch.state == "landed", batch
            done = split(house, batch, partner, feed)
            commit_split(house, batch, feed, done, [])
            assert not len(done.rejected), done.found
            rows += done.received
    return rows


def pages(url: str) -> Iterator[bytes]:
    """The bodies of a listing, one after the other."""
    import httpx

    with httpx.Client(trust_env=False) as client:
        number = 1
        while True:
            body = client.get(url, params={"page": number}).content
            yield body
            if b'"list":[]' in body[:200]:
                return
            number += 1


def rest(url: str, _target: str) -> int:
    """Download and parse, and keep nothing."""
    import orjson

    return sum(len(orjson.loads(body)["data"]["list"]) for body in pages(url))


def sql(url: str, target: str) -> int:
    """Read the table over ADBC and write it as Parquet."""
    import pyarrow.parquet as pq
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM issues")
        reader = cursor.fetch_record_batch()
        rows = 0
        with pq.ParquetWriter(target, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows


def csv(path: str, target: str) -> int:
    """Read the file with Polars and write it as Parquet."""
    import polars as pl

    pl.scan_csv(path, infer_schema=False).sink_parquet(target)
    return int(pl.scan_parquet(target).select(pl.len()).collect().item())


def dlt(url: str, target: str) -> int:
    """The same pages into local Parquet files by dlt."""
    import dlt
    from dlt.destinations import filesystem
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

    base, _, path = url.rpartition("/")
    client = RESTClient(
        base_url=base,
        paginator=PageNumberPaginator(base_page=1, total_path=None),
        data_selector="data.list",
    )
    told = dlt.pipeline(
        "bench",
        pipelines_dir=f"{target}/work",
        destination=filesystem(bucket_url=f"{target}/out"),
        dataset_name="bench",
    ).run(
        dlt.resource(client.paginate(path), name="issues"),
        loader_file_format="parquet",
    )
    told.raise_on_failed_jobs()
    import polars as pl

    files = f"{target}/out/bench/issues/*.parquet"
    return int(pl.scan_parquet(files).select(pl.len()).collect().item())


JOBS: dict[str, Callable[[str, str], int]] = {
    job.__name__: job for job in (hub, rest, sql, csv, dlt)
}


def peak_mb() -> int:
    """Peak of this process alone: what `getrusage` tells begins with the parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        told = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(told["VmHWM"].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(job: str, source: str, target: str) -> None:
    for module in NEEDS[job]:
        import_module(module)
    begun = time.perf_counter()
    rows = JOBS[job](source, target)
    told = {
        "seconds": time.perf_counter() - begun,
        "rows": rows,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
