"""What every asset says of itself before anything ran.

What lives here: one spec per lake name, with group, kinds, owners, tags, words in
Chinese and English, columns and links, all from the declarations. What does not: the
steps that fill them (`partners`, `city`), what a run tells (`reports`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg

from hub.assets.columns import (
    core_schema,
    metric_schema,
    quarantine_schema,
    staged_schema,
)
from hub.assets.early import relied_on
from hub.assets.keys import (
    RELEASE_KEY,
    core_group,
    core_key,
    group_of,
    metric_key,
    owners_of,
    owners_of_all,
    quarantine_key,
    raw_key,
    staged_key,
    tags_of,
)
from hub.flow.lineage import lineage_of
from hub.flow.metric_rows import INPUTS
from hub.flow.published import PUBLISHED
from hub.partners.city import City
from hub.partners.spec import Feed, Partner
from hub.schemas import dataset

KINDS = {
    "rest": {"rest"},
    "sql": {"sql"},
    "files": {"file"},
    "queue": {"amqp"},
    "push": {"api"},
}
MODES = {
    "changes": "新增与变更 (new and changed rows)",
    "events": "只增事件 (rows that never change)",
    "snapshot": "全量 (everything, each time)",
}
OTHERS = sorted(set().union(*(INPUTS[one] for one in INPUTS if one != "issue")))
# What everything else is counted from: cases with their flags, and all other rows.
ROWS = ("issue_loop", "base_row")
MADE_OF = {
    "issue_loop": [core_key(one) for one in INPUTS["issue"]],
    "base_row": [core_key(one) for one in OTHERS],
}
# In the order in which one is made of another.
METRICS: Mapping[str, str] = {
    "issue_loop": "案件月表 · cases with their flags, month by month",
    "base_row": "其他底表 · areas, duty days and whatever else is counted",
    "figure": "指标 · figures with numerator and denominator",
    "beside": "旁列计数 · what was left out, and why",
    "exception": "例外清单 · what is missing or odd, place by place",
}


def feed_specs(
    city: City, partner: Partner, feed: Feed, staged: Sequence[str]
) -> list[dg.AssetSpec]:
    """What a feed brings: raw, quarantine, and the datasets that it stands for."""
    raw = raw_key(partner, feed)
    told = f"{partner.title} · {feed.name}"
    reading = partner.reading(feed).source.connector
    file = city.folder / "partners" / f"{partner.id}.toml"
    metadata = {
        "partner": f"{partner.title} ({partner.id})",
        "steward": partner.steward or "",
        "mode": MODES[feed.mode],
        "schedule": feed.schedule or "",
        "deadline": feed.deadline or "",
        "deletes": feed.deletes.kind,
        "datasets": ", ".join(sorted({emit.dataset for emit in feed.emits})),
        **_file(file, f"{partner.id}.toml"),
    }
    group, owners = group_of(partner), owners_of(partner, feed)
    specs = [
        dg.AssetSpec(
            raw,
            description=(
                f"**{told}**：原样到达的数据，不改一字。\n\n"
                "As the partner sent it, complete and never rewritten."
            ),
            # Nodes are labelled by the last word alone; the kind tells layers apart.
            kinds={*KINDS[reading], "raw"},
            metadata=metadata,
            tags=tags_of("raw", partner=partner.id, connector=reading, mode=feed.mode),
            group_name=group,
            owners=owners,
        ),
        dg.AssetSpec(
            quarantine_key(partner, feed),
            deps=[raw],
            description=(
                f"**{told}**：被隔离的行及原因，改正后可重放。\n\n"
                "Rows kept out, as sent, with the rules broken; replayed when mended."
            ),
            kinds={"deltalake", "quarantine"},
            metadata={"dagster/column_schema": quarantine_schema()},
            tags=tags_of("quarantine", partner=partner.id),
            group_name=group,
            owners=owners,
        ),
    ]
    return specs + [_staged_spec(partner, feed, name) for name in staged]


def _staged_spec(partner: Partner, feed: Feed, name: str) -> dg.AssetSpec:
    ds = dataset(name)
    bringing = [f for f in partner.feeds if name in {e.dataset for e in f.emits}]
    return dg.AssetSpec(
        staged_key(partner, name),
        deps=[raw_key(partner, one) for one in bringing],
        description=(
            f"**{partner.title} · {ds.title}**：按标准口径校验后的每次观测。\n\n"
            f"Every observation in canonical form. {ds.description}"
        ),
        kinds={"deltalake", "staged"},
        group_name=group_of(partner),
        owners=owners_of(partner, feed),
        metadata={
            "dagster/column_schema": staged_schema(name),
            "grain": ds.grain,
            **_page(name),
        },
        tags=tags_of("staged", partner=partner.id, dataset=name, share=ds.share),
    )


def core_specs(city: City) -> list[dg.AssetSpec]:
    """The published datasets, each after those that partners stage for it."""
    lineage = lineage_of(city)
    specs = []
    for name in PUBLISHED:
        ds = dataset(name)
        bringing = sorted({edge.partner for edge in lineage.into(name)})
        feeding = [
            one
            for one in map(city.partners.__getitem__, bringing)
            if one.status == "active"
        ]
        specs.append(
            dg.AssetSpec(
                core_key(name),
                deps=[staged_key(one, name) for one in feeding],
                group_name=core_group(ds),
                owners=owners_of_all(city),
                kinds={"deltalake", "polars"},
                description=(
                    f"**{ds.title}**：全市统一数据集。\n\n{ds.description} "
                    f"One row: {ds.grain}."
                ),
                metadata={
                    "dagster/column_schema": core_schema(name),
                    "key": ", ".join(ds.key),
                    "share": ds.share,
                    "history": ds.history,
                    # The graph labels what they stage by the dataset, not by who.
                    "partners": ", ".join(f"{one.title} ({one.id})" for one in feeding),
                    "metrics": ", ".join(lineage.out_of(name)),
                    **_page(name),
                },
                tags=tags_of("core", dataset=name, share=ds.share),
            )
        )
    return specs


def metric_specs(city: City) -> list[dg.AssetSpec]:
    """The tables of figures."""
    return [
        dg.AssetSpec(
            metric_key(name),
            deps=MADE_OF.get(name) or [metric_key(one) for one in ROWS],
            group_name="metric",
            owners=owners_of_all(city),
            kinds={"deltalake", "polars"},
            description=about,
            metadata={
                "dagster/column_schema": metric_schema(name),
                **_docs("docs/reference/metrics.md"),
            },
            tags=tags_of("metric"),
        )
        for name, about in METRICS.items()
    ]


def release_spec(city: City) -> dg.AssetSpec:
    """The release: one version of everything at once."""
    return dg.AssetSpec(
        RELEASE_KEY,
        deps=[*map(core_key, PUBLISHED), *map(metric_key, METRICS)],
        group_name="release",
        owners=owners_of_all(city),
        kinds={"deltalake"},
        description=(
            "**发布**：所有数据集与指标的同一时点版本，一次可见。\n\n"
            "One version of every dataset and figure, visible at once, signed."
        ),
        metadata=_docs("docs/releases.md"),
        tags=tags_of("release"),
    )


def _page(name: str) -> dict[str, dg.MetadataValue]:
    return _docs(f"docs/reference/datasets/{name}.md")


def _docs(path: str) -> dict[str, dg.MetadataValue]:
    return {"docs": dg.MetadataValue.path(path)}


def _file(path: Path, label: str) -> dict[str, object]:
    """The declaration, as a path to read and as a link that opens an editor."""
    with relied_on():
        place = dg.LocalFileCodeReference(
            file_path=str(path), line_number=1, label=label
        )
        found = dg.CodeReferencesMetadataValue(code_references=[place])
    return {
        "declaration": dg.MetadataValue.path(str(path)),
        "dagster/code_references": found,
    }
