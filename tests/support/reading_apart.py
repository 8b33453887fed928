"""Spark and pandas read released tables from their files, in an interpreter apart.

What lives here: a program without the hub: answers of `hub release files --json` in,
folders of Parquet out. It runs apart because pandera loads either where it finds it,
which every start of the hub would pay for. What does not: comparing.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

# No dependencies of these tests: they must not lie beside pandera, see above.
SPARK, PANDAS = "pyspark.sql", "pandas"


def main(engine: str, given: str, out: str) -> None:
    """Read the files named in a JSON file and write what counts of them."""
    with open(given, encoding="utf-8") as file:
        tables = json.load(file)
    {"spark": by_spark, "pandas": by_pandas}[engine](tables, out)


def by_pandas(tables: list[dict[str, Any]], out: str) -> None:
    """Read with pandas, types of Arrow."""
    pandas: Any = import_module(PANDAS)
    for one in tables:
        paths = [file["path"] for file in one["files"]]
        frame = pandas.read_parquet(paths, dtype_backend="pyarrow")
        if one["only_where_null"]:
            frame = frame[frame[one["only_where_null"]].isna()]
        folder = Path(out) / one["dataset"]
        folder.mkdir(parents=True)
        frame.to_parquet(folder / "rows.parquet", index=False)


def by_spark(tables: list[dict[str, Any]], out: str) -> None:
    """Read with Spark."""
    spark: Any = import_module(SPARK).SparkSession
    session = (
        spark.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        # A month is text: 2026-10 is no date.
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        for one in tables:
            paths = [file["path"] for file in one["files"]]
            rows = session.read.option("basePath", one["folder"]).parquet(*paths)
            if one["only_where_null"]:
                rows = rows.where(rows[one["only_where_null"]].isNull())
            rows.coalesce(1).write.parquet(f"{out}/{one['dataset']}")
    finally:
        session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
