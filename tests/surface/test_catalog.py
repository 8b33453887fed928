"""`hub catalog`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

from support.file_city import NAME, FileCity


def test_the_entry_of_a_dataset_tells_what_came(city: FileCity) -> None:
    told = city.hub("catalog", "show", "issue", "--json").json

    assert told["release"] == "r000001"
    assert told["fields"]["共享类型"] == "有条件共享 (2)"
    assert told["fields"]["提供方"].startswith("未定")
    total = told["quality"]["total"]
    kept = ("accepted", "quarantined", "duplicate", "refused")
    assert total["received"] == sum(total[name] for name in kept) > 0
    assert told["freshness"]["standings"][0]["feed"] == "cases"
    assert {one["name"]: one["share"] for one in told["items"]}["media"] == "CLOSED"


def test_an_exported_catalogue_holds_no_value(city: FileCity, tmp_path: Path) -> None:
    out = tmp_path / "catalogue.jsonld"

    done = city.hub("catalog", "export", "--format", "dcat", "--out", str(out))

    assert done.code == 0
    text = out.read_text(encoding="utf-8")
    assert json.loads(text)["@type"] == "dcat:Catalog"
    assert NAME not in text
