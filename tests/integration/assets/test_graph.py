"""The graph as it loads: found both ways, and every asset says what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

import dagster as dg
import pytest
from dagster._core.workspace.load import location_origins_from_yaml_paths
from dagster._core.workspace.load_target import get_origins_from_toml
from support.source_tree import ROOT

from hub.assets.keys import (
    CITY_JOB,
    UPKEEP,
    core_key,
    metric_key,
    partner_job,
    raw_key,
    staged_key,
)
from hub.definitions import build_defs
from hub.flow.published import PUBLISHED
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.schemas import dataset

CHINESE = re.compile(r"[一-鿿]")
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]+")
TAG = re.compile(r"[A-Za-z0-9_.-]+")
WITH_COLUMNS = ("staged", "quarantine", "core", "metric")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("wuhan")


@pytest.fixture(scope="module")
def defs(city: City) -> dg.Definitions:
    return build_defs(city)


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> Sequence[dg.AssetSpec]:
    return list(defs.resolve_all_asset_specs())


def test_workspace_and_project_load_the_same_definitions() -> None:
    (workspace,) = location_origins_from_yaml_paths([str(ROOT / "workspace.yaml")])
    (project,) = get_origins_from_toml(str(ROOT / "pyproject.toml"))

    assert workspace.location_name == project.location_name == "hub"
    modules = [
        origin.loadable_target_origin.module_name  # type: ignore[attr-defined]
        for origin in (workspace, project)
    ]
    assert modules == ["hub.definitions"] * 2


def test_every_asset_says_what_it_is_in_both_languages(
    specs: Sequence[dg.AssetSpec],
) -> None:
    silent = [
        spec.key.to_user_string()
        for spec in specs
        if not (
            CHINESE.search(spec.description or "")
            and ENGLISH.search(spec.description or "")
        )
    ]

    assert not silent


def test_every_asset_has_group_kinds_and_plain_tags(
    specs: Sequence[dg.AssetSpec],
) -> None:
    for spec in specs:
        assert spec.group_name
        assert spec.kinds
        assert spec.tags["layer"] == spec.key.path[0]
        assert all(TAG.fullmatch(v) for v in spec.tags.values() if v), spec.key


def test_what_is_made_of_everybody_s_is_the_city_s(
    city: City, specs: Sequence[dg.AssetSpec]
) -> None:
    made = [s for s in specs if s.key.path[0] in ("core", "metric", "release")]

    assert {tuple(spec.owners) for spec in made} == {(f"team:{city.title}",)}
    issue = next(spec for spec in made if spec.key == core_key("issue"))
    for partner in (dep.asset_key.path[1] for dep in issue.deps):
        assert f"({partner})" in issue.metadata["partners"]


def test_figures_are_made_of_the_rows_that_are_kept(
    specs: Sequence[dg.AssetSpec],
) -> None:
    deps = {spec.key: {dep.asset_key for dep in spec.deps} for spec in specs}
    rows = {metric_key("issue_loop"), metric_key("base_row")}

    for name in ("figure", "beside", "exception"):
        assert deps[metric_key(name)] == rows
    assert core_key("time_limit") in deps[metric_key("issue_loop")]
    assert core_key("institution_doc") not in deps[metric_key("issue_loop")]
    assert core_key("institution_doc") in deps[metric_key("base_row")]


def test_what_a_partner_brings_has_its_group_its_owner_and_the_days(
    city: City, defs: dg.Definitions, specs: Sequence[dg.AssetSpec]
) -> None:
    brought = [spec for spec in specs if spec.key.path[0] in ("raw", "staged")]

    assert {spec.group_name for spec in brought} == {
        f"partner_{name}" for name in city.partners
    }
    assert all(spec.owners for spec in brought)
    graph = defs.resolve_asset_graph()
    days = {graph.get(spec.key).partitions_def for spec in brought}
    assert len(days) == 1
    assert "Asia/Shanghai" in str(days)


def test_tables_show_their_declared_columns(specs: Sequence[dg.AssetSpec]) -> None:
    for spec in specs:
        if spec.key.path[0] not in WITH_COLUMNS:
            continue
        schema = spec.metadata["dagster/column_schema"]
        names = {column.name for column in schema.columns}
        if "dataset" in spec.tags:
            wanted = {one.name for one in dataset(spec.tags["dataset"]).all_columns}
            assert wanted <= names
        assert names


def test_core_lies_after_whatever_partners_stage_for_it(
    city: City, specs: Sequence[dg.AssetSpec]
) -> None:
    by_key = {spec.key: spec for spec in specs}
    for name in PUBLISHED:
        feeding = {dep.asset_key for dep in by_key[core_key(name)].deps}
        assert feeding == {
            staged_key(partner, name)
            for partner in city.partners.values()
            for feed in partner.feeds
            for emit in feed.emits
            if emit.dataset == name
        }


def test_newcomers_find_a_job_per_partner_and_the_city_s_day(
    city: City, defs: dg.Definitions
) -> None:
    graph = defs.resolve_asset_graph()
    for partner in city.partners.values():
        job = defs.resolve_job_def(partner_job(partner))
        wanted = {raw_key(partner, feed) for feed in partner.feeds}
        assert wanted <= set(job.asset_layer.executable_asset_keys)
        assert job.partitions_def is not None
    whole = defs.resolve_job_def(CITY_JOB)
    # Upkeep has a job and a night of its own.
    assert set(whole.asset_layer.executable_asset_keys) == {
        key for key in graph.executable_asset_keys if key.path[0] != UPKEEP
    }


def test_every_feed_has_the_seven_checks(city: City, defs: dg.Definitions) -> None:
    checks = defs.resolve_asset_graph().asset_check_keys
    for partner in city.partners.values():
        for feed in partner.feeds:
            own = {c.name for c in checks if c.asset_key == raw_key(partner, feed)}
            assert own == {
                "delivered",
                "balanced",
                "valid",
                "fresh",
                "volume",
                "quarantine_share",
                "reconciled",
            }
