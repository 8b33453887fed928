"""The check that consumers run: nothing slips through, and it needs no hub."""

from __future__ import annotations

import ast
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.signed_release import (
    WAYS,
    Signed,
    Way,
    document_of,
    entry_of,
    signed,
    small_release,
    spoil,
    text_of,
)
from support.source_tree import HUB, tree_of

from hub.sharing.verify_release import Problem, main, problems

SCRIPT = HUB / "sharing" / "verify_release.py"
ROUNDS = 1_000


@pytest.fixture(scope="module")
def release() -> Signed:
    return small_release()


def found(release: Signed) -> list[Problem]:
    return list(
        problems(release.manifest, release.signature, release.public, release.open)
    )


def test_a_release_as_it_was_published_has_no_problem(release: Signed) -> None:
    assert found(release) == []


def test_a_thousand_random_changes_are_all_found_and_named(release: Signed) -> None:
    """The first bad entry is the one that was changed, each of a thousand times."""
    chance = random.Random(94)
    missed = []
    for number in range(ROUNDS):
        spoilt, entry = spoil(release, chance)
        first = next(
            problems(spoilt.manifest, spoilt.signature, spoilt.public, spoilt.open),
            None,
        )
        if first is None or first.entry != entry:
            missed.append((number, entry, first))

    assert missed == []


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_spoiling_is_found(release: Signed, way: Way) -> None:
    spoilt, entry = way(release, random.Random(3))

    assert spoilt != release
    assert found(spoilt)[0].entry == entry


def test_every_bad_entry_is_named_in_order(release: Signed) -> None:
    one, other = "core/case/part=m2/0000.parquet", "core/unit/part=x/0000.parquet"
    spoilt = Signed(
        release.manifest,
        release.signature,
        release.public,
        {
            path: body
            for path, body in release.files.items()
            if path not in (one, other)
        },
    )

    assert [problem.entry for problem in found(spoilt)] == [one, other]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "root of the audit"},
        {"format": 2},
        {"datasets": None},
        {"datasets": [{"name": 1}]},
    ],
)
def test_other_things_that_the_hub_signs_are_no_manifest(
    release: Signed, change: dict[str, object]
) -> None:
    other = signed(release.document | change, release.files)

    assert [problem.entry for problem in found(other)] == ["manifest"]


def test_a_manifest_that_leads_out_of_the_folder_is_refused(release: Signed) -> None:
    document = release.document
    file = document["datasets"][0]["files"][0]
    file["path"] = "core/case/../../../etc/passwd"

    (first, *_) = found(signed(document, release.files))

    assert first == Problem(file["path"], "its entry is malformed")


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
INSTANT = st.sampled_from(
    [MOMENT, MOMENT + timedelta(milliseconds=120), MOMENT + timedelta(microseconds=7)]
)
RECORD = st.fixed_dictionaries(
    {
        "uri": st.none() | TEXT,
        "at": st.none() | INSTANT,
        "lon": st.none() | NUMBER,
        "has_face": st.none() | st.booleans(),
    }
)
ROW = st.fixed_dictionaries(
    {
        "text": st.none() | TEXT,
        "at": st.none() | INSTANT,
        "on": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "count": st.none() | st.integers(-(2**63), 2**63 - 1),
        "lon": st.none() | NUMBER,
        "yuan": st.none() | st.decimals(-10_000, 10_000, places=3, allow_nan=False),
        "is_open": st.none() | st.booleans(),
        "words": st.none() | st.lists(st.none() | TEXT, max_size=3),
        "media": st.none() | st.lists(RECORD, max_size=2),
        "gone": st.sampled_from([None, None, "x"]),
    }
)
SCHEMA: dict[str, Any] = {
    "text": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "on": pl.Date,
    "count": pl.Int64,
    "lon": pl.Float64,
    "yuan": pl.Decimal(18, 3),
    "is_open": pl.Boolean,
    "words": pl.List(pl.String),
    "media": pl.List(
        pl.Struct(
            {
                "uri": pl.String,
                "at": pl.Datetime("us", "UTC"),
                "lon": pl.Float64,
                "has_face": pl.Boolean,
            }
        )
    ),
    "gone": pl.String,
}


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=4), st.lists(ROW, max_size=3))
def test_content_is_computed_as_the_hub_does(one: list[Any], other: list[Any]) -> None:
    """Polars and pyarrow agree on every type that datasets have, whatever its value."""
    frames = {
        part: pl.DataFrame(rows, schema=SCHEMA)
        for part, rows in (("a", one), ("b", other))
    }
    entry, files = entry_of("case", frames, gate="gone")

    assert found(signed(document_of([entry]), files)) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=4), st.data())
def test_one_changed_value_is_other_content(
    rows: list[Any], data: st.DataObject
) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA).with_columns(gone=pl.lit(None, pl.String))
    entry, _ = entry_of("case", {"a": frame}, gate="gone")
    at = data.draw(st.integers(0, len(rows) - 1))
    changed = frame.with_row_index("nth").with_columns(
        yuan=pl.when(pl.col("nth") == at)
        .then(pl.coalesce("yuan", pl.lit(Decimal("0.001"))) + Decimal("0.001"))
        .otherwise("yuan")
        .cast(pl.Decimal(18, 3))
    )
    other, files = entry_of("case", {"a": changed.drop("nth")}, gate="gone")

    told = document_of([other | {"digest": entry["digest"]}])

    assert found(signed(told, files)) == [
        Problem("case", "other content than was published")
    ]


def test_a_column_that_a_file_does_not_have_yet_is_null(release: Signed) -> None:
    document = release.document
    document["datasets"][2]["content"]["columns"].append("added_later")

    assert found(signed(document, release.files)) == []


def test_the_script_imports_nothing_of_the_hub() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree_of(SCRIPT))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert "hub" not in imported
    assert {"pyarrow", "cryptography"} <= imported


@pytest.fixture
def folder(release: Signed, tmp_path: Path) -> Path:
    for path, body in release.files.items():
        (tmp_path / "lake" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lake" / path).write_bytes(body)
    (tmp_path / "r000007.json").write_bytes(release.manifest)
    (tmp_path / "r000007.sig").write_text(f"{release.signature}\n")
    (tmp_path / "hub.pub").write_text(f"{release.public}\n")
    return tmp_path


def call(folder: Path, *more: str) -> int:
    manifest, key, lake = folder / "r000007.json", folder / "hub.pub", folder / "lake"
    return main([str(manifest), "--key", str(key), "--lake", str(lake), *more])


def test_a_consumer_is_told_that_all_is_well(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(folder) == 0
    assert "r000007 of 小城 is what was published" in capsys.readouterr().out


def test_a_consumer_is_told_the_first_bad_entry(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in sorted((folder / "lake" / "core" / "street").rglob("*.parquet")):
        path.write_bytes(path.read_bytes()[:-1])

    assert call(folder) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("bad entry: core/street/part=a/0000.parquet: ")
    assert call(folder, "--all") == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_call_without_a_readable_key_is_misuse(folder: Path) -> None:
    (folder / "hub.pub").unlink()

    with pytest.raises(SystemExit) as ended:
        call(folder)

    assert ended.value.code == 2


def test_the_text_that_is_signed_is_canonical(release: Signed) -> None:
    document = release.document

    assert text_of(document) == release.manifest
    spaced = release.manifest.replace(b'","', b'", "', 1)
    again = replace(release, manifest=spaced)
    assert found(again)[0].entry == "signature"
