"""Every trap of the catalogue is proved, and every proof is of a trap of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel
from support.source_tree import ROOT, tree_of

from hub.partners.alarms import FeedAlarm
from hub.partners.options_page import CITY_TABLES
from hub.partners.spec import (
    AsOf,
    Column,
    Deletes,
    Emit,
    Expect,
    Feed,
    Limits,
    Page,
    Partner,
    Read,
    SameAs,
    Source,
    Sweep,
    Verdict,
    Window,
)
from hub.schemas.rules import RULES
from hub.schemas.traps import FAMILIES, TRAPS, Counted

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMED = re.compile(r"^test_t(\d+)_\w+$")
TABLES: dict[str, type[BaseModel]] = {
    "partner": Partner,
    "source": Source,
    "source.limits": Limits,
    "feed": Feed,
    "feed.read": Read,
    "feed.read.page": Page,
    "feed.read.window": Window,
    "feed.read.verdict": Verdict,
    "feed.read.sweep": Sweep,
    "feed.columns": Column,
    "feed.emit": Emit,
    "feed.as_of": AsOf,
    "feed.deletes": Deletes,
    "feed.same_as": SameAs,
    "feed.expect": Expect,
    "feed.alarm": FeedAlarm,
} | {
    "city" if title == "[city]" else f"city.{title.strip('[]')}": model
    for title, model in CITY_TABLES
}


def proofs() -> Iterator[tuple[str, str]]:
    """(family of the file, trap) of every test below tests/traps."""
    for path in sorted((ROOT / "tests" / "traps").glob("test_*.py")):
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found = NAMED.match(node.name)
                assert found, f"{path.name}: {node.name} names no trap"
                # A family may have several files: test_status_frozen.py is one of them.
                yield path.stem.split("_")[1], f"T{found[1]}"


def test_the_catalogue_has_all_67_traps_in_their_order() -> None:
    assert list(TRAPS) == [f"T{number}" for number in range(1, 68)]


def test_every_trap_has_a_test_in_the_file_of_its_family() -> None:
    found = set(proofs())

    assert found == {(trap.family, trap.id) for trap in TRAPS.values()}
    assert {family for family, _ in found} == set(FAMILIES)


@pytest.mark.parametrize("trap", TRAPS.values(), ids=list(TRAPS))
def test_an_entry_names_only_what_there_is(trap) -> None:  # type: ignore[no-untyped-def]
    assert CHINESE.search(trap.title_zh)
    assert all((trap.title_en, trap.comes, trap.hub, trap.counted))
    assert set(trap.counted) <= set(get_args(Counted))
    assert set(trap.rules) <= set(RULES)
    for key in trap.keys:
        table, _, name = key.rpartition(".")
        fields = TABLES[table].model_fields
        known = {field.alias or given for given, field in fields.items()}
        assert name in known, key


def test_a_rule_that_rests_on_a_trap_names_one_there_is() -> None:
    named = {code: re.findall(r"\bT\d+\b", rule.source) for code, rule in RULES.items()}

    assert not {code for code, told in named.items() if set(told) - set(TRAPS)}
