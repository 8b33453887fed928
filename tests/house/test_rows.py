"""Columns, not rows: nothing on a path that grows with data walks over rows."""

from __future__ import annotations

import ast
from pathlib import Path

from support.source_tree import python_files, short, tree_of

ROW_WALKS = {
    "apply", "iter_rows", "iterrows", "itertuples", "map_elements", "map_groups",
    "map_rows", "rows_by_key", "to_dicts", "to_pylist",
}  # fmt: skip

# (file, call): why the thing walked over does not grow with data.
ALLOWED = {
    ("hub/storage/listing.py", "to_pylist"): "one entry per file of a table",
    (
        "hub/connectors/decode/csv_reader.py",
        "to_pylist",
    ): "the cells of one header line",
    ("hub/cli/assessment_page.py", "to_dicts"): "one figure or mark per unit",
    ("hub/cli/assessment_diff.py", "to_dicts"): "what two revisions do not share",
    ("hub/cli/assessment_simulate.py", "to_dicts"): "the units of a city",
    ("hub/scoring/engine.py", "iter_rows"): "the units of a city",
    ("hub/scoring/values.py", "iter_rows"): "one figure per unit",
    ("hub/scoring/inputs.py", "iter_rows"): "entries that people make by hand",
    ("hub/scoring/best_chiefs.py", "iter_rows"): "the road chiefs of a city",
    ("hub/bulletin/chiefs.py", "iter_rows"): "the road chiefs of a city",
    (
        "hub/cli/workbook_form.py",
        "iter_rows",
    ): "a sheet of Excel ends, and its library takes one cell at a time",
    (
        "hub/sharing/outward/held.py",
        "to_dicts",
    ): "reasons are few, and of the rows as many as a person asks for",
    (
        "hub/sharing/verify_release.py",
        "to_pylist",
    ): "consumers run it without Polars; pyarrow has no SHA-256; few rows at a time",
}


def _walks(path: Path) -> list[tuple[str, str, int]]:
    return [
        (short(path), node.func.attr, node.lineno)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ROW_WALKS
    ]


def test_nothing_walks_over_rows() -> None:
    found = [walk for path in python_files("hub") for walk in _walks(path)]

    broken = [
        f"{name}:{line} calls {call}"
        for name, call, line in found
        if (name, call) not in ALLOWED
    ]

    assert not broken, "\n".join(broken)


def test_no_exception_outlives_its_code() -> None:
    found = {walk[:2] for path in python_files("hub") for walk in _walks(path)}

    assert set(ALLOWED) <= found
