"""The rows behind the figures of a frozen month.

What lives here: lists of counted, missed and left-out rows, derived from what a
revision holds: cases from its frozen `issue_loop`, everything else from its release.
What does not: the derivation itself (`hub.metrics`), comparing two months.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.past import house_at
from hub.flow.figures import compute
from hub.flow.house import House
from hub.flow.metric_rows import places_of
from hub.flow.release import find_release
from hub.metrics.counting import EVIDENCE
from hub.metrics.figures import CASE, Terms, compute_figures
from hub.metrics.issue_loop import COLUMNS as LOOP
from hub.metrics.registry import METRICS
from hub.storage.assessments import Revision


def evidence_of_month(
    house: House, revision: Revision, metrics: Collection[str]
) -> pl.DataFrame:
    """EVIDENCE of some metrics under their own calibers and basis.

    Metrics that this hub does not know any more have none.
    """
    about = [METRICS[name] for name in sorted(metrics) if name in METRICS]
    there = house_at(
        house,
        find_release(house, revision.release_id),
        as_of=revision.as_of,
        terms=revision.terms,
    )
    found = [pl.DataFrame(schema=EVIDENCE)]
    cases = [one for one in about if one.subject == CASE]
    if cases:
        rows = read_rows(house, revision, "issue_loop").select(*LOOP)
        terms = Terms(zone=there.city.timezone, as_of=revision.as_of)
        told = compute_figures(
            {CASE: rows},
            places_of(there),
            metrics=cases,
            periods=[revision.period],
            terms=terms,
        )
        found.append(told.evidence)
    others = [one.id for one in about if one.subject != CASE]
    if others:
        found.append(compute(there, metrics=others, periods=[revision.period]).evidence)
    return pl.concat(found).filter(period=revision.period)
