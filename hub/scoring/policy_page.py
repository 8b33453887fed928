"""The reference page of policy files, made from the declaration types.

What lives here: Markdown for `hub docs`. What does not: the sentences; they stand
under each field of `spec`, `chief_spec` and the rules.
"""

from __future__ import annotations

from pydantic import BaseModel

from hub.partners.options_page import option_table
from hub.scoring.chief_spec import BestChiefs, Criterion, Disqualifier
from hub.scoring.rules import RULES
from hub.scoring.rules.bands import Band
from hub.scoring.rules.base import Measure
from hub.scoring.rules.targets import Tier
from hub.scoring.spec import (
    Cap,
    CategoryReview,
    Dimension,
    Item,
    Policy,
    Ranking,
    Review,
    Total,
)

UNIT_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[policy]", Policy),
    ("[total]", Total),
    ("[ranking]", Ranking),
    ("[review]", Review),
    ("[[review.category]]", CategoryReview),
    ("[[cap]]", Cap),
    ("[[dimension]]", Dimension),
    ("[[dimension.item]]", Item),
    ("value", Measure),
)
RULE_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    *((f"rule {kind}", model) for kind, model in RULES.items()),
    ("bands", Band),
    ("tiers", Tier),
)
PERSON_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[policy]", BestChiefs),
    ("[[criterion]]", Criterion),
    ("[[disqualifier]]", Disqualifier),
)
# Tables and blocks of their own.
ELSEWHERE: dict[type[BaseModel], frozenset[str]] = {
    Policy: frozenset({"total", "ranking", "review", "caps", "dimensions"}),
    Review: frozenset({"categories"}),
    Dimension: frozenset({"items"}),
    BestChiefs: frozenset({"criteria", "disqualifiers"}),
}

_ABOUT = """
An assessment policy is one file `policies/<id>.toml` of the city's folder. Numbers are
decimals, never floats; `"0.3"` and `0.3` are the same. Points are rounded item by item,
half up and away from zero, and sums are sums of rounded points. A unit without data for
an item is listed and not ranked; no data is never a zero. Nothing is clamped unless
`least`, `most` or a cap says so. `hub policy check` tells everything that is wrong.
""".strip()


def policy_page() -> str:
    """Every key of a policy file, as one Markdown page."""
    lines = ["# Policy files 考核办法", "", "Made by `hub docs`; do not edit.", ""]
    lines += [*_ABOUT.splitlines(), ""]
    for heading, tables in (
        ("Policies of units 单位考核", UNIT_TABLES),
        ("Rule kinds 计分规则", RULE_TABLES),
        ("Policies of persons 个人评选", PERSON_TABLES),
    ):
        lines += [f"## {heading}", ""]
        for title, model in tables:
            lines += option_table(title, model, ELSEWHERE.get(model, frozenset()))
    return "\n".join(lines).rstrip() + "\n"
