"""A month as it would be frozen: figures, lists and scores out of one release.

What lives here: computing every table of a month in the house of a release, with
the checks that a month must pass first. What does not: keeping any of it (`freeze`),
how figures are counted (`hub.flow.figures`), how they become points (`hub.scoring`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from hub.errors import MisuseError
from hub.flow.assessment.frozen_rows import FROM_METRICS, columns_of
from hub.flow.assessment.past import house_at, known_by, terms_of
from hub.flow.assessment.policies import GivenPolicy
from hub.flow.assessment.reviews import review_of
from hub.flow.assessment.revisions import month_span, refuse_future
from hub.flow.assessment.scores import score_month
from hub.flow.exceptions import exceptions
from hub.flow.figures import compute, known_at
from hub.flow.house import House
from hub.flow.release import release_for_readers
from hub.metrics.calibers import CALIBERS
from hub.metrics.registry import METRICS
from hub.scoring.spec import Review
from hub.storage.assessment_inputs import AssessmentInputs, KeptInput
from hub.storage.releases import Release

# Datasets without which no post and no area is known.
ROSTER = ("area", "assignment")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A month, computed and not kept.

    Attributes:
        period: month `YYYY-MM`.
        release: what it was computed from.
        as_of: instant of knowledge.
        terms: the city's parameters.
        definitions: versions of metrics and calibers.
        policies: what scored it.
        tables: rows by table name, as `frozen_rows` declares them.
        remarks: what a reader must know, one word each: NO_ROSTER, MONTH_RUNS,
            NO_POLICY.
    """

    period: str
    release: Release
    as_of: datetime
    terms: Mapping[str, Any]
    definitions: Mapping[str, Mapping[str, int]]
    policies: tuple[GivenPolicy, ...]
    tables: Mapping[str, pl.DataFrame]
    remarks: tuple[str, ...]


def draft_month(
    house: House,
    period: str,
    *,
    policies: Sequence[GivenPolicy] = (),
    release: str | None = None,
) -> Draft:
    """A month from a release, the newest where none is named.

    Raises:
        MisuseError: the month has not begun, there is no such release, or two
            policies are of one level.
    """
    refuse_future(house, period)
    found = release_for(house, period, release)
    inputs = AssessmentInputs(house.control.engine).of(period)
    return compute_draft(
        house,
        period,
        release=found,
        as_of=known_by(house, found),
        terms=terms_of(house.city),
        policies=policies,
        inputs=as_rows(inputs),
    )


def compute_draft(
    house: House,
    period: str,
    *,
    release: Release,
    as_of: datetime,
    terms: Mapping[str, Any],
    policies: Sequence[GivenPolicy],
    inputs: pl.DataFrame,
) -> Draft:
    """A month from exactly these; the same again gives the same, whenever and where.

    Args:
        house: the hub; of it only stores are used.
        period: month `YYYY-MM`.
        release: what was published.
        as_of: instant of knowledge.
        terms: the city's parameters, see `past.terms_of`.
        policies: at most one per level.
        inputs: points given by hand, as `as_rows` makes them.

    Raises:
        MisuseError: two policies are of one level, or differ on reviews.
    """
    _refuse_rivals(policies)
    there = house_at(house, release, as_of=as_of, terms=terms)
    tables = month_tables(there, period, review_of(policies))
    tables["input"] = inputs
    tables |= score_month(there, period, tables["figure"], policies, inputs)
    known = max(as_of, release.published_at)
    remarks = [
        *(["NO_ROSTER"] if not has_roster(release) else []),
        *(["MONTH_RUNS"] if _month_runs(house, period, known, terms) else []),
        *(["NO_POLICY"] if not policies else []),
    ]
    return Draft(
        period=period,
        release=release,
        as_of=as_of,
        terms=terms,
        definitions=definitions(),
        policies=tuple(policies),
        tables=tables,
        remarks=tuple(remarks),
    )


def month_tables(there: House, period: str, review: Review) -> dict[str, pl.DataFrame]:
    """Figures of a month and the lists behind them, by table name.

    Args:
        there: the house of the release.
        period: month `YYYY-MM`.
        review: which cases need a review.
    """
    found = compute(there, periods=[period], every=True, evidence=False, review=review)
    odd = exceptions(there, [period], known_at(there), review=review)
    cases = found.issue_loop.whole()
    frames = (found.figures, found.beside, cases, found.base_row, odd)
    return {
        name: frame.filter(period=period)
        for name, frame in zip(FROM_METRICS, frames, strict=True)
    }


def definitions() -> dict[str, dict[str, int]]:
    """Versions of all metrics and calibers of this hub."""
    return {
        "metric": {one.id: one.version for one in METRICS.values()},
        "caliber": {one.id: one.version for one in CALIBERS.values()},
    }


def as_rows(inputs: Sequence[KeptInput]) -> pl.DataFrame:
    """Inputs as the rows that are frozen."""
    schema = {n: t for n, t in columns_of("input").items() if n != "revision"}
    return pl.DataFrame(
        [{name: getattr(one, name) for name in schema} for one in inputs],
        schema=schema,
    )


def has_roster(release: Release) -> bool:
    """Whether areas and posts were published."""
    rows = {one.dataset: one.rows for one in release.datasets}
    return all(rows.get(name) for name in ROSTER)


def release_for(house: House, period: str, name: str | None) -> Release:
    """The release of that name, or the newest, that may tell of a month.

    Raises:
        MisuseError: there is none, or it was published before the month began.
        ReleaseGone: it was recalled, or its retention ended.
    """
    found = release_for_readers(house, name)
    begin, _ = month_span(period, house.city.timezone)
    if found.published_at < begin:
        raise MisuseError(
            f"assess {period} from {found.id}",
            seen="it was published before that month began",
            next_step="Name a later release; `hub release list` lists them.",
        )
    return found


def _month_runs(
    house: House, period: str, known: datetime, terms: Mapping[str, Any]
) -> bool:
    """Whether the month was not over, by the hub's clock or as far as is known."""
    _, end = month_span(period, terms["timezone"])
    return min(house.now(), known) < end


def _refuse_rivals(policies: Sequence[GivenPolicy]) -> None:
    levels = [one.level for one in policies]
    twice = sorted({level for level in levels if levels.count(level) > 1})
    if twice:
        names = " and ".join(one.id for one in policies if one.level == twice[0])
        raise MisuseError(
            "score a month",
            seen=f"{names} are both policies of level {twice[0]}",
            next_step="Name one policy per level.",
        )
