"""Every metric of the hub by its id.

What lives here: joining the entries; a metric is added by an entry in a module of
`entries`, and by nothing else. What does not: definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from hub.errors import MisuseError
from hub.metrics.entries.action import ACTION
from hub.metrics.entries.acts import ACTS
from hub.metrics.entries.chief_cases import CHIEF_CASES
from hub.metrics.entries.closing import CLOSING
from hub.metrics.entries.coverage import COVERAGE
from hub.metrics.entries.coverage_posts import COVERAGE_POSTS
from hub.metrics.entries.handling import HANDLING
from hub.metrics.entries.institution import INSTITUTION
from hub.metrics.entries.intake import INTAKE
from hub.metrics.entries.loop import LOOP
from hub.metrics.entries.meetings import MEETINGS
from hub.metrics.entries.registers import REGISTERS
from hub.metrics.entries.response import RESPONSE
from hub.metrics.entries.service import SERVICE
from hub.metrics.entries.steps import STEPS
from hub.metrics.metric import Metric, Subject

ENTRIES = (
    *LOOP,
    *HANDLING,
    *CLOSING,
    *INTAKE,
    *RESPONSE,
    *SERVICE,
    *STEPS,
    *COVERAGE,
    *COVERAGE_POSTS,
    *REGISTERS,
    *ACTION,
    *ACTS,
    *CHIEF_CASES,
    *INSTITUTION,
    *MEETINGS,
)
METRICS: Mapping[str, Metric] = MappingProxyType({one.id: one for one in ENTRIES})


def usual(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures under their metrics' own calibers and basis, not broken down."""
    own = pl.DataFrame(
        [(one.id, one.basis, " ".join(one.calibers)) for one in ENTRIES],
        schema={"metric": pl.String, "basis": pl.String, "chosen": pl.String},
        orient="row",
    )
    return (
        figures.filter(pl.col("by").is_null())
        .with_columns(chosen=pl.col("calibers").list.join(" "))
        .join(own, on=["metric", "basis", "chosen"], how="semi", maintain_order="left")
        .drop("chosen")
    )


def amounts_of(subject: Subject) -> set[str]:
    """The columns of a subject's rows that some metric adds up; no flag is."""
    told = (
        amount
        for one in ENTRIES
        if one.subject == subject
        for amount in (one.numerator_amount, one.denominator_amount)
        if amount is not None
    )
    return {name for amount in told for name in amount.meta.root_names()}


def metric(id_: str) -> Metric:
    """The metric of that id; MisuseError lists the ids there are."""
    if id_ not in METRICS:
        raise MisuseError(
            "look up a metric",
            seen=f"there is no metric {id_!r}",
            next_step=f"Use one of {', '.join(sorted(METRICS))}.",
        )
    return METRICS[id_]
