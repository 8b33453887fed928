"""Whatever a partner file holds, the answer is a partner or one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import DeclarationError
from hub.partners import loader
from hub.partners.loader import load_city, load_partner
from hub.partners.spec import Partner

SITE = """
[partner]
id = "qiaokou"
title = "x"
timezone = "Asia/Shanghai"
coordinates = "gcj02"
[source]
connector = "rest"
base_url = "env:QK_URL"
auth = { kind = "signed", key = "env:K", secret = "env:S" }
[[feed]]
name = "cases"
key = ["id"]
category_system = "GBT30428.2-2013"
same_as = { field = "no", partner = "qiaokou" }
ignore = ["x"]
[feed.read]
path = "/x"
window = { from = "a", to = "b" }
body = { a = "{from}" }
page = { kind = "number" }
[feed.codes.stage]
1 = "CLOSED"
[[feed.emit]]
dataset = "issue"
[feed.emit.columns]
reported_at = { field = "t", format = ["%Y"] }
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = "code"
media_count = { value = 0 }
source_stage_id = { field = "s", codes = "stage" }
case_no = { sql = "upper(no)" }
[[feed.emit]]
dataset = "issue_event"
explode = "trail"
part = { field = "n" }
[feed.emit.columns]
issue_id = { field = "../id", ref = "issue" }
"""
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(allow_nan=False),
    st.dates(),
    st.sampled_from(["", "x", "issue", "env:", "{x}", "env:A", "a.b", "(", "now()"]),
    st.lists(st.sampled_from(["", "x", 1, {}]), max_size=2),
    st.dictionaries(
        st.sampled_from(["kind", "field", "x", "1"]), st.integers(), max_size=2
    ),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value of nested tables."""
    found = [path] if path else []
    if not isinstance(value, dict | list):
        return found
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        found += places(value[key], (*path, key))
    return found


PLACES = places(tomllib.loads(SITE))


@pytest.mark.parametrize("profile", [None, "egova"])
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), STRANGE), max_size=3))
def test_any_change_ends_in_a_partner_or_a_declaration_error(
    city_folder, add_partner, monkeypatch, profile, changes
):
    tables = tomllib.loads(SITE)
    if profile:
        tables["source"]["profile"] = profile
    for path, value in changes:
        put(tables, path, value)
    path = add_partner("")
    city = load_city(city_folder)
    monkeypatch.setattr(loader, "read_tables", lambda _, partner: tables)

    said = outcome_of(lambda: load_partner(path, city))

    assert said == "qiaokou" or "\n  - " in said


def outcome_of(load: Callable[[], Partner]) -> str:
    """The partner's id, or the whole message of the refusal."""
    try:
        return load().id
    except DeclarationError as error:
        return str(error)


def put(tables: Any, path: tuple[Any, ...], value: Any) -> None:
    """Change one value where it still is; None takes it out of its table."""
    *way, last = path
    here = tables
    for step in way:
        here = inside(here, step)
    if isinstance(here, dict) and value is None:
        here.pop(last, None)
    elif isinstance(here, dict) or inside(here, last) is not None:
        here[last] = value


def inside(value: Any, step: Any) -> Any:
    is_there = (
        step in value
        if isinstance(value, dict)
        else isinstance(value, list) and isinstance(step, int) and step < len(value)
    )
    return value[step] if is_there else None
