"""Asset keys: the lake names, built from declarations and never parsed back.

What lives here: the words of every key and group. What does not: assets.
"""

from __future__ import annotations

import dagster as dg

from hub.partners.spec import Feed, Partner


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


RELEASE_KEY = dg.AssetKey(["release"])


def group_of(partner: Partner) -> str:
    """The group of everything that one partner delivers."""
    return f"partner_{partner.id}"
