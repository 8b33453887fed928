"""The shipped dashboard asks for figures that there are, by labels that they have."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from support.source_tree import ROOT
from support.trap_partner import opened

from hub.sharing.api.counts import REQUESTS
from hub.storage.stages import Stages, Work
from hub.watching import exposition

BOARD = ROOT / "docs" / "grafana" / "hub.json"
AT = datetime(2026, 10, 1, tzinfo=UTC)
ENDINGS = {"counter": ("_total",), "summary": ("_sum", "_count"), "gauge": ("",)}


def known(folder: Path) -> set[str]:
    """Names of everything that can be asked for."""
    house = opened(folder, now=AT)
    Stages(house.control.engine).add("p", "a", [Work("fetch", 1)], AT)
    families = text_string_to_metric_families(exposition(house).decode())
    told = {family.name + end for family in families for end in ENDINGS[family.type]}
    return told | {f"{one.name}_total" for one in REQUESTS.describe()}


def test_every_panel_asks_for_figures_that_there_are(tmp_path: Path) -> None:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    asked = [one["expr"] for panel in board["panels"] for one in panel["targets"]]

    named = {name for text in asked for name in re.findall(r"\bhub_[a-z_]+", text)}

    assert len(asked) >= len(board["panels"]) > 10
    assert named <= known(tmp_path)


def test_a_counter_is_never_shown_as_it_stands() -> None:
    board = json.loads(BOARD.read_text(encoding="utf-8"))

    for panel in board["panels"]:
        for one in panel["targets"]:
            for found in re.finditer(
                r"(\w+)\(hub_[a-z_]*_(total|sum|count)\b", one["expr"]
            ):
                assert found[1] in ("increase", "rate"), panel["title"]
            bare = re.sub(r"(increase|rate)\([^)]*\)", "", one["expr"])
            assert not re.search(r"hub_[a-z_]*_(total|sum|count)\b", bare)
