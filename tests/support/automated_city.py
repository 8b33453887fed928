"""A city whose districts drop cases, and what Dagster has been told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
from support.drop_city import CASES
from support.small_city import write_city

from hub.assets.keys import staged_key
from hub.definitions import build_defs
from hub.partners.city import City
from hub.partners.loader import load_city

DAY = "2026-10-01"


def district(name: str, *, schedule: str | None = None) -> str:
    """A partner file like that of the small city's platform."""
    text = CASES.replace('"platform"', f'"{name}"', 1)
    if schedule is not None:
        text = text.replace('key = ["id"]', f'key = ["id"]\nschedule = "{schedule}"')
    return text


def districts(folder: Path, *names: str, automation: str = "") -> City:
    """A city of these districts."""
    write_city(folder, **{name: district(name) for name in names})
    if automation:
        about = folder / "city.toml"
        about.write_text(f"{about.read_text()}\n[automation]\n{automation}\n")
    return load_city(folder)


@dataclass
class Watched:
    """A city whose conditions are looked at, one instant after the other."""

    city: City
    instance: dg.DagsterInstance
    cursor: Any = None

    def __post_init__(self) -> None:
        self.defs = build_defs(self.city)

    def asked(self, at: datetime) -> set[str]:
        """What is asked for at an instant, by the first word of its key."""
        found = dg.evaluate_automation_conditions(
            self.defs,
            self.instance,
            # Named, because Dagster warns of its own way to name all.
            dg.AssetSelection.all(),
            evaluation_time=at,
            cursor=self.cursor,
        )
        self.cursor = found.cursor
        keys = {one.key for one in found.results if one.true_subset.size}
        return {key.path[0] for key in keys}

    def arrives(self, district: str) -> None:
        """A district's cases have been taken in."""
        key = staged_key(self.city.partners[district], "issue")
        has_days = self.defs.resolve_asset_graph().get(key).is_partitioned
        told = dg.AssetMaterialization(key, partition=DAY if has_days else None)
        self.instance.report_runless_asset_event(told)

    def made(self) -> None:
        """Core, figures and release have been made, in one run."""
        words = {"core", "metric", "release"}
        graph = self.defs.resolve_asset_graph()
        keys = [k for k in graph.materializable_asset_keys if k.path[0] in words]

        @dg.multi_asset(name="all_of_it", specs=[dg.AssetSpec(key) for key in keys])
        def run() -> Iterator[dg.MaterializeResult[None]]:
            for key in keys:
                yield dg.MaterializeResult(asset_key=key)

        assert dg.materialize([run], instance=self.instance).success
