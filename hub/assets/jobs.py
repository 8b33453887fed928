"""Jobs by which people find what there is to run.

What lives here: one job per partner with all its feeds, and the city's day: every
partner, then core, metrics and release. What does not: when they run
(`hub.assets.automation`); from the command line the same assets run by `hub run`.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from hub.assets.keys import CITY_JOB, UPKEEP, group_of, partner_job
from hub.partners.city import City
from hub.partners.spec import Partner


def partner_jobs(
    partners: Iterable[Partner],
) -> list[dg.UnresolvedAssetJobDefinition]:
    """A job per partner: all its feeds, for a day or for a range in one run."""
    return [
        dg.define_asset_job(
            partner_job(partner),
            selection=dg.AssetSelection.groups(group_of(partner)),
            description=(
                f"{partner.title}：该来源的全部通道，一天或任意日期范围。"
                "All feeds of this partner, for one day or any range of days."
            ),
            tags={"partner": partner.id},
        )
        for partner in partners
    ]


def city_job(city: City) -> dg.UnresolvedAssetJobDefinition:
    """The city's day: every partner, then core, metrics and release, in one run."""
    return dg.define_asset_job(
        CITY_JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.groups(UPKEEP),
        description=(
            f"{city.name}一日：全部来源、统一数据集、指标与发布。"
            "The whole day of the city: partners, core, metrics, release."
        ),
    )
