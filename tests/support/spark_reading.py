"""Spark reads a released table from its files, in an interpreter of its own.

What lives here: a program without the hub: the answer of `hub release files --json` in,
a folder of Parquet out. It runs apart because PySpark beside pandera makes every start
of the hub load it, and PySpark 4 warns of pandas 3. What does not: comparing.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

# No dependency of these tests: it must not lie beside pandera, see above.
SPARK = "pyspark.sql"


def main(given: str, out: str) -> None:
    """Read the files named in a JSON file and write what counts of them."""
    spark: Any = import_module(SPARK).SparkSession
    with open(given, encoding="utf-8") as file:
        tables = json.load(file)
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
