"""What a policy says of itself, read off the text that was kept with a month.

What lives here: title, sign-off and the names of dimensions and items. What does not:
rules and weights; whoever scores reads those (`hub.scoring`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Labels = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class PolicyWords:
    """A policy as its readers know it."""

    id: str
    version: str
    title_zh: str
    title_en: str
    approved_by: str | None
    labels: Labels


def policy_words(text: str) -> PolicyWords:
    """The words of a policy's TOML text; ids stand where it names nothing."""
    tables = tomllib.loads(text)
    about = tables.get("policy", tables)
    return PolicyWords(
        id=str(about["id"]),
        version=str(about["version"]),
        title_zh=about.get("title_zh", about["id"]),
        title_en=about.get("title_en", about["id"]),
        approved_by=about.get("approved_by"),
        labels=dict(_labels(tables)),
    )


def _labels(
    tables: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for criterion in tables.get("criterion", []):
        yield ("item", criterion["id"]), _titles(criterion)
    for one in tables.get("disqualifier", []):
        yield ("item", one["input"]), _titles(one)
    for dimension in tables.get("dimension", []):
        yield ("dimension", dimension["id"]), _titles(dimension)
        for item in dimension.get("item", []):
            yield ("item", item["id"]), _titles(item)


def _titles(table: dict[str, Any]) -> tuple[str, str]:
    return table.get("title_zh", ""), table.get("title_en", "")
