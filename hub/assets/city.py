"""Core, metrics and release as assets.

What lives here: three unpartitioned steps after the partners; each runs the flow
and reports rows and digests. What does not: waiting for partners; one silent
district must not freeze the figures of a city.
"""

from collections.abc import Iterator

import dagster as dg

from hub.assets.automation.unattended import tried_again
from hub.assets.house_resource import HouseResource
from hub.assets.keys import RELEASE_KEY, core_key, metric_key, staged_key
from hub.flow.city_run import link_core, tell_metrics
from hub.flow.figures import KEPT
from hub.flow.metric_rows import INPUTS
from hub.flow.published import PUBLISHED
from hub.flow.release import make_release
from hub.flow.tables import core_table
from hub.partners.city import City
from hub.schemas import dataset

TABLES = (*KEPT, "exception")
METRIC_INPUTS = sorted(set().union(*INPUTS.values()))


def _core_specs(city: City) -> list[dg.AssetSpec]:
    feeding: dict[str, list[dg.AssetKey]] = {name: [] for name in PUBLISHED}
    for partner in city.partners.values():
        for name in {e.dataset for feed in partner.feeds for e in feed.emits}:
            feeding[name].append(staged_key(partner, name))
    return [
        dg.AssetSpec(
            core_key(name),
            deps=sorted(feeding[name]),
            group_name="core",
            kinds={"deltalake"},
            description=f"{dataset(name).title}: {dataset(name).description}",
            metadata={
                "key": ", ".join(dataset(name).key),
                "share": dataset(name).share,
            },
        )
        for name in PUBLISHED
    ]


def city_assets(city: City) -> list[dg.AssetsDefinition]:
    """The steps core, metrics and release."""

    @dg.multi_asset(name="core", specs=_core_specs(city))
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
                metadata={"dagster/row_count": rows, "version": table.version()},
            )

    @dg.multi_asset(
        name="metric",
        specs=[
            dg.AssetSpec(
                metric_key(name),
                deps=[core_key(one) for one in METRIC_INPUTS],
                group_name="metric",
                kinds={"deltalake", "polars"},
                description=about,
            )
            for name, about in zip(TABLES, ABOUT, strict=True)
        ],
    )
    def metric(
        context: dg.AssetExecutionContext, house: HouseResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        with tried_again(context):
            told = tell_metrics(house.open())
        for name, count in told.items():
            yield dg.MaterializeResult(
                asset_key=metric_key(name), metadata={"dagster/row_count": count}
            )

    @dg.asset(
        key=RELEASE_KEY,
        deps=[*map(core_key, PUBLISHED), *map(metric_key, TABLES)],
        group_name="release",
        kinds={"deltalake"},
        description="一次发布 (one version of every dataset, at once)",
    )
    def release(
        context: dg.AssetExecutionContext, house: HouseResource
    ) -> dg.MaterializeResult[None]:
        with tried_again(context):
            made = make_release(house.open())
        return dg.MaterializeResult(
            metadata={
                "release": made.id,
                "digest": made.digest,
                "rows": dg.MetadataValue.json(
                    {one.dataset: one.rows for one in made.datasets}
                ),
            }
        )

    return [core, metric, release]


ABOUT = (
    "指标 (figures with numerator and denominator)",
    "旁列计数 (what was left out, and why)",
    "案件月表 (cases with their flags, month by month)",
    "其他底表 (areas, duty days and whatever else is counted)",
    "例外清单 (what is missing or odd, place by place)",
)
