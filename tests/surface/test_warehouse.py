"""`hub warehouse` and `hub assessment bulletin`, as they are called."""

from __future__ import annotations

from pathlib import Path

from support.file_city import FileCity


def test_loading_twice_writes_once(city: FileCity) -> None:
    empty = city.hub("warehouse", "show", "--json").json
    first = city.hub("warehouse", "load", "--json").json
    again = city.hub("warehouse", "load", "--json").json
    held = city.hub("warehouse", "show", "--json").json

    assert empty["tables"] == []
    written = [[one["written"] for one in told[0]["tables"]] for told in (first, again)]
    assert any(written[0])
    assert not any(written[1])
    rows = {one["table"]: one["rows"] for one in held["tables"]}
    assert rows["metric_figure"] > 0
    assert held["place"].endswith("warehouse.sqlite")


def test_an_unknown_release_and_a_wrong_url_are_misuse(city: FileCity) -> None:
    unknown = city.hub("warehouse", "load", "--release", "r9", "--json")
    wrong = city.hub("warehouse", "load", "--json", HUB_WAREHOUSE_URL="mysql://x/y")

    assert (unknown.code, wrong.code) == (2, 2)
    assert "HUB_WAREHOUSE_URL" in wrong.json["error"]["message"]


def test_a_month_that_is_not_frozen_has_no_bulletin(
    city: FileCity, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = city.hub(
        "assessment", "bulletin", "--period", "2026-09", "--out", str(out), "--json"
    )

    assert done.code == 2
    assert "not frozen" in done.json["error"]["message"]
    assert not out.exists()


def test_a_revision_and_a_draft_exclude_each_other(
    city: FileCity, tmp_path: Path
) -> None:
    done = city.hub(
        "assessment", "bulletin", "--period", "2026-09", "--revision", "1",
        "--policy", "plain", "--out", str(tmp_path), "--json",
    )  # fmt: skip

    assert done.code == 2
