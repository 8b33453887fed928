"""Core, metrics and release as assets.

What lives here: three unpartitioned steps after the partners; each runs the flow
and reports rows and digests. What does not: waiting for partners; one silent
district must not freeze the figures of a city.
"""

from collections.abc import Iterator

import dagster as dg

from hub.assets.automation.unattended import tried_again
from hub.assets.columns import lineage_metadata
from hub.assets.house_resource import HouseResource
from hub.assets.keys import core_key, metric_key
from hub.assets.specs import METRICS, core_specs, metric_specs, release_spec
from hub.flow.assessment.revisions import frozen_months
from hub.flow.city_run import link_core, tell_metrics
from hub.flow.column_lineage import core_sources, metric_sources
from hub.flow.published import PUBLISHED
from hub.flow.release import make_release
from hub.flow.tables import core_table
from hub.partners.city import City
from hub.schemas import dataset


def city_assets(city: City) -> list[dg.AssetsDefinition]:
    """The steps core, metrics and release."""

    @dg.multi_asset(name="core", specs=core_specs(city))
    def core(
        context: dg.AssetExecutionContext, house: HouseResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        opened = house.open()
        with tried_again(context):
            link_core(opened)
        for name in PUBLISHED:
            table = core_table(opened.lake, dataset(name))
            rows = sum(file.rows for file in table.files())
            yield dg.MaterializeResult(
                asset_key=core_key(name),
                metadata={
                    "dagster/row_count": rows,
                    "version": table.version(),
                    **lineage_metadata(core_sources(opened.city, name)),
                },
            )

    @dg.multi_asset(name="metric", specs=metric_specs(city))
    def metric(
        context: dg.AssetExecutionContext, house: HouseResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        with tried_again(context):
            told = tell_metrics(house.open())
        # What others are made of comes first, or Dagster takes them for out of date.
        for name in METRICS:
            count = told[name]
            yield dg.MaterializeResult(
                asset_key=metric_key(name),
                metadata={
                    "dagster/row_count": count,
                    **lineage_metadata(metric_sources(name)),
                },
            )

    @dg.multi_asset(name="release", specs=[release_spec(city)])
    def release(
        context: dg.AssetExecutionContext, house: HouseResource
    ) -> dg.MaterializeResult[None]:
        opened = house.open()
        with tried_again(context):
            made = make_release(opened)
        totals = opened.ledger.totals()
        return dg.MaterializeResult(
            metadata={
                "release": made.id,
                "digest": made.digest,
                "rows": dg.MetadataValue.json(
                    {one.dataset: one.rows for one in made.datasets}
                ),
                "ledger": dg.MetadataValue.json(vars(totals)),
                "frozen months": dg.MetadataValue.json(sorted(frozen_months(opened))),
            }
        )

    return [core, metric, release]
