"""Two sides meet in files of equal number."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hub.flow.reconcile.buckets import DIGITS, Buckets

SCHEMA = {"key": pl.String(), "rules": pl.List(pl.String), "n": pl.Int64()}


def rows(*keys: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"key": keys, "rules": [["P06"]] * len(keys), "n": range(len(keys))},
        schema=SCHEMA,
    )


def test_every_row_comes_back_from_the_file_of_its_key(tmp_path: Path) -> None:
    buckets = Buckets(tmp_path, SCHEMA)
    buckets.add(rows("a1", "b1", None))
    buckets.add(rows("a2", "01"))

    found = {digit: buckets.read(digit)["key"].to_list() for digit in DIGITS}

    assert {digit: keys for digit, keys in found.items() if keys} == {
        "a": ["a1", "a2"],
        "b": ["b1"],
        "0": ["01"],
    }
    assert buckets.read("a")["rules"].to_list() == [["P06"], ["P06"]]
    assert buckets.read("f").schema == pl.Schema(SCHEMA)
