"""From the figures of a month to points and ranks, policy by policy.

What lives here: handing figures, units, posts and inputs of a month to the scoring
engine, and its answer as frozen rows. What does not: rules (`hub.scoring`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

from hub.flow.assessment.frozen_rows import SCORE_COLUMNS
from hub.flow.assessment.policies import GivenPolicy
from hub.flow.assessment.revisions import month_days
from hub.flow.house import House
from hub.flow.policies import vocabulary
from hub.flow.published import published
from hub.metrics.posts import held_on, road_chief_posts
from hub.schemas import dataset
from hub.scoring import INPUTS, Best, Policy, Scores, best_chiefs, score

OF_UNITS = ("score_item", "score")
OF_PERSONS = ("chief_step", "chief")


def score_month(
    there: House,
    period: str,
    figures: pl.DataFrame,
    policies: Sequence[GivenPolicy],
    inputs: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Tables of points: of units under policies of units, of persons under the other.

    Args:
        there: the house of the release.
        period: month `YYYY-MM`.
        figures: table `figure` of the month.
        policies: at most one per level.
        inputs: table `input` of the month.

    Raises:
        MisuseError: a policy asks for a figure that was not computed, does not hold
            yet in that month, or an input fits no item.
    """
    found: dict[str, list[pl.DataFrame]] = {
        name: [pl.DataFrame(schema=SCORE_COLUMNS[name])]
        for name in (*OF_UNITS, *OF_PERSONS)
    }
    for one in policies:
        for name, frame in _scored(there, period, figures, one, inputs).items():
            told = frame.with_columns(policy=pl.lit(one.id))
            found[name].append(told.select(*SCORE_COLUMNS[name]))
    return {name: pl.concat(frames) for name, frames in found.items()}


def _scored(
    there: House,
    period: str,
    figures: pl.DataFrame,
    given: GivenPolicy,
    inputs: pl.DataFrame,
) -> Mapping[str, pl.DataFrame]:
    if isinstance(given.policy, Policy):
        scores = score_units(there, period, figures, given.policy, inputs)
        return dict(zip(OF_UNITS, scores, strict=True))
    best: Best = best_chiefs(
        figures,
        as_entries(inputs),
        days_in_post(there, period),
        given.policy,
        period,
        vocabulary=vocabulary(),
    )
    return dict(zip(OF_PERSONS, (best.steps, best.ranking), strict=True))


def score_units(
    there: House,
    period: str,
    figures: pl.DataFrame,
    policy: Policy,
    inputs: pl.DataFrame,
) -> Scores:
    """Units of a month under one policy, by figures and inputs as they are frozen."""
    return score(
        figures,
        as_entries(inputs),
        there.city.reference("assessment_unit"),
        policy,
        period,
        policy.level,
        vocabulary=vocabulary(),
    )


def as_entries(inputs: pl.DataFrame) -> pl.DataFrame:
    """Inputs as the scoring engine takes them; one of a day has the day as period."""
    told = inputs.with_columns(period=pl.coalesce("day_on", "period"))
    return told.select(pl.col(name).cast(kind) for name, kind in INPUTS.items())


def days_in_post(there: House, period: str) -> pl.DataFrame:
    """person_id, days_in_post, days_in_period: everybody who was road chief then."""
    first, after = month_days(period)
    days = pl.date_range(first, after - timedelta(days=1), eager=True).alias("day")
    posts = road_chief_posts(published(there, dataset("assignment")))
    held = held_on(posts, days.to_frame()).unique(["person_id", "day"])
    return (
        held.group_by("person_id")
        .agg(days_in_post=pl.len().cast(pl.Int64))
        .with_columns(days_in_period=pl.lit(len(days), dtype=pl.Int64))
        .sort("person_id")
    )
