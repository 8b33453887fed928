"""From the figures of a month to points.

What lives here: handing figures, units and inputs of a month to the scoring engine,
policy by policy, and its answer as frozen rows. What does not: rules (`hub.scoring`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from hub.flow.assessment.frozen_rows import columns_of
from hub.flow.assessment.policies import GivenPolicy
from hub.flow.house import House

TABLES = ("score_item", "score")


def score_month(
    there: House,
    period: str,
    tables: Mapping[str, pl.DataFrame],
    policies: Sequence[GivenPolicy],
    inputs: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Tables `score_item` and `score` of a month."""
    return {name: empty(name) for name in TABLES}


def empty(name: str) -> pl.DataFrame:
    """A table of scores without a row."""
    schema = {n: t for n, t in columns_of(name).items() if n != "revision"}
    return pl.DataFrame(schema=schema)
