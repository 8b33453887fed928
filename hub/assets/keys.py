"""Asset keys, groups and tags: the lake names, built and never parsed back.

What lives here: the words of every key, group, tag and owner. What does not: assets
(`specs`). Dagster takes ASCII only for all of these but owners; Chinese stands in
descriptions and metadata.
"""

from __future__ import annotations

import re

import dagster as dg

from hub.partners.city import City
from hub.partners.spec import Feed, Partner
from hub.schemas import Dataset

UPKEEP = "upkeep"  # the group of what keeps the house clean
RELEASE_KEY = dg.AssetKey(["release"])
CITY_JOB = "city_day"


def raw_key(partner: Partner, feed: Feed) -> dg.AssetKey:
    """`raw/<partner>/<feed>`."""
    return dg.AssetKey(["raw", partner.id, feed.name])


def quarantine_key(partner: Partner, feed: Feed) -> dg.AssetKey:
    """`quarantine/<partner>/<feed>`."""
    return dg.AssetKey(["quarantine", partner.id, feed.name])


def staged_key(partner: Partner, name: str) -> dg.AssetKey:
    """`staged/<partner>/<dataset>`."""
    return dg.AssetKey(["staged", partner.id, name])


def core_key(name: str) -> dg.AssetKey:
    """`core/<dataset>`."""
    return dg.AssetKey(["core", name])


def metric_key(name: str) -> dg.AssetKey:
    """`metric/<name>`."""
    return dg.AssetKey(["metric", name])


def group_of(partner: Partner) -> str:
    """The group of everything that one partner delivers."""
    return f"partner_{partner.id}"


def core_group(ds: Dataset) -> str:
    """The group of a core dataset: few enough in each to be read at a glance."""
    return f"core_{ds.topic}"


def partner_job(partner: Partner) -> str:
    """The job of a partner, as it stands under Jobs."""
    return f"partner_{partner.id}"


def tags_of(layer: str, **more: str) -> dict[str, str]:
    """Tags to search by: the layer, and whatever else is known."""
    return {"layer": layer, **{name: value for name, value in more.items() if value}}


def owners_of(partner: Partner, feed: Feed | None = None) -> list[str]:
    """Who answers for what a partner brings, as Dagster writes it."""
    return [_owner((feed.owner if feed else None) or partner.steward or partner.title)]


def owners_of_all(city: City) -> list[str]:
    """Who answers for what is made of everybody's."""
    return [_owner(city.title)]


def _owner(named: str) -> str:
    """An address, or a team by its name."""
    is_address = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", named)
    return named if is_address else f"team:{named}"
