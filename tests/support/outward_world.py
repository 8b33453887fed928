"""A hub whose releases are frames in memory, and deliveries declared in a line or two.

What lives here: publishing rows as a release without the way that leads there, and a
partner of the east with one delivery. What does not: receivers (`receivers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from support.consumers import consumer, grant
from support.small_city import small_house

from hub.flow.house import House
from hub.partners.spec import Delivery, Partner
from hub.schemas import DATASETS, dataset
from hub.sharing.outward.run import Ran, run_delivery
from hub.storage.consumers import Consumers
from hub.storage.grants import Grant, Grants, RowRule
from hub.storage.releases import Pinned, Release, Releases

NOW = datetime(2026, 10, 9, tzinfo=UTC)
EAST, WEST = "420102", "420103"
FEED = {
    "name": "cases",
    "key": ("id",),
    "emits": (
        {
            "dataset": "issue",
            "columns": {"source_stage_id": {"field": "state", "codes": "stage"}},
            "codes": {
                "stage": {
                    "1": ("DISCOVERED",),
                    "3": ("ACCEPTED", "REGISTERED", "DISPATCHED"),
                    "5": ("HANDLED",),
                    "6": ("CLOSED",),
                }
            },
        },
    ),
}
COLUMNS = {
    "issue_id": {"name": "编号"},
    "stage_code": {"name": "state", "codes": "stage", "feed": "cases"},
}


@dataclass
class Lake:
    """Tables of core as frames: name → version → frames."""

    versions: dict[str, list[list[pl.DataFrame]]] = field(default_factory=dict)

    def table(self, name: str, _shape: object, _partitions: object) -> _Table:
        """One of the tables."""
        return _Table(self.versions.get(name, []))

    def put(self, name: str, frames: list[pl.DataFrame]) -> int:
        """A new version of a table; its number."""
        kept = self.versions.setdefault(name, [])
        kept.append(frames)
        return len(kept) - 1


@dataclass(frozen=True)
class _Table:
    versions: list[list[pl.DataFrame]]

    def scan(
        self, *, columns: Sequence[str], version: int | None
    ) -> Iterator[pl.DataFrame]:
        """As the lake's own tables are read."""
        assert version is not None
        for frame in self.versions[version]:
            yield frame.select(columns)


def rows_of(name: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows of a dataset; what they do not say is null."""
    return pl.DataFrame(list(rows), schema=dataset(name).polars_schema())


def issue(key: str, stage: str = "DISCOVERED", **more: Any) -> dict[str, Any]:
    """A case of the east, told by the platform."""
    return {
        "issue_id": key,
        "stage_code": stage,
        "district_code": EAST,
        "street_code": f"{EAST}001",
        "partner": "platform",
        **more,
    }


@dataclass(frozen=True)
class World:
    """A hub with one consumer, the east."""

    house: House
    lake: Lake

    @classmethod
    def made_in(cls, folder: Path, **environment: str) -> World:
        """A hub in a temporary folder; its releases are in memory."""
        house, lake = small_house(folder, NOW), Lake()
        settings = house.settings.model_copy(update={"environment": environment})
        house = replace(house, lake=lake, settings=settings)  # type: ignore[arg-type]
        plain = consumer(id="east", units=(), valid_from=NOW, made_at=NOW)
        Consumers(house.control.engine).add(plain)
        return cls(house, lake)

    def allow(self, name: str = "issue", **other: Any) -> Grant:
        """Grant the east its own rows of a dataset."""
        plain: dict[str, Any] = {
            "consumer": "east",
            "dataset": name,
            "columns": (),
            "clear": (),
            "masks": {},
            "forms": (),
            "row_rule": RowRule("districts", (EAST,)),
            "valid_from": NOW,
            "made_at": NOW,
        }
        return Grants(self.house.control.engine).add(grant(**plain | other))

    def revoke(self, one: Grant) -> None:
        """Take a grant back."""
        Grants(self.house.control.engine).revoke(
            "east", one.number, by="甲", reason="到期", at=NOW
        )

    def publish(self, pieces: int = 1, **rows: Sequence[dict[str, Any]]) -> Release:
        """A release of these rows; datasets that are not named are empty.

        Args:
            pieces: files that each table has.
            rows: dataset → rows.
        """
        pinned = []
        for name in DATASETS:
            given = list(rows.get(name, ()))
            cut = [rows_of(name, given[n::pieces]) for n in range(pieces)]
            version = self.lake.put(f"core/{name}", cut)
            pinned.append(Pinned(name, f"core/{name}", version, len(given), ""))
        return Releases(self.house.control.engine).publish(
            city="small", digest="", datasets=tuple(pinned), at=NOW
        )

    def run(self, partner: Partner, **given: Any) -> Ran:
        """Carry out the one delivery of a partner, without waiting."""
        (delivery,) = partner.deliveries
        return run_delivery(
            self.house, partner, delivery, sleep=lambda _seconds: None, **given
        )


def east(source: dict[str, Any], write: dict[str, Any], **given: Any) -> Partner:
    """The partner of the east with one delivery to it.

    Args:
        source: address and manner.
        write: keys of `[delivery.write]`.
        given: other keys of the delivery.
    """
    plain: dict[str, Any] = {
        "name": "status",
        "dataset": "issue",
        "consumer": "east",
        "columns": COLUMNS,
        "write": {"op": "op"} | write,
    }
    return Partner.model_validate(
        {
            "id": "east",
            "title": "东区",
            "timezone": "Asia/Shanghai",
            "source": {"limits": {"attempts": 2, "timeout_seconds": 5}} | source,
            "feeds": (FEED,),
            "deliveries": (Delivery.model_validate(plain | given),),
        }
    )
