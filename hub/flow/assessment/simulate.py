"""The same month under another policy: who would move where, and why.

What lives here: scoring the frozen figures of a month, or those of a draft, by two
policies of one level side by side. What does not: scoring and comparing
(`hub.scoring`). Nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.errors import MisuseError
from hub.flow.assessment.draft import draft_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.past import house_at
from hub.flow.assessment.policies import GivenPolicy, policies_of
from hub.flow.assessment.revisions import find_revision, frozen_months
from hub.flow.assessment.scores import score_units
from hub.flow.house import House
from hub.flow.release import find_release
from hub.scoring import Policy, compare
from hub.storage.assessments import Revision
from hub.storage.releases import Release


@dataclass(frozen=True)
class Simulation:
    """A month under two policies.

    Attributes:
        period: the month.
        revision: whose figures were scored; None: those of a draft.
        old: the policy in force.
        new: the other.
        moves: one row per unit and dimension, see `hub.scoring.compare`.
    """

    period: str
    revision: int | None
    old: GivenPolicy
    new: GivenPolicy
    moves: pl.DataFrame


def simulate(
    house: House,
    period: str,
    new: GivenPolicy,
    *,
    old: GivenPolicy | None = None,
    number: int | None = None,
) -> Simulation:
    """A month as another policy would score it.

    Args:
        house: the hub.
        period: month `YYYY-MM`.
        new: the other policy.
        old: what it is held against; that of the frozen month where none is named.
        number: revision of the month; the current one.

    Raises:
        MisuseError: a policy is of persons, the two are of different levels, or
            there is none to hold the new one against.
    """
    revision = None
    if number is not None or period in frozen_months(house):
        revision = find_revision(house, period, number)
    against = old or _of_level(revision, new, period)
    before, after = _of_units(against, period), _of_units(new, period)
    if against.level != new.level:
        raise MisuseError(
            f"simulate {period}",
            seen=f"{against.id} is of level {against.level}, {new.id} of {new.level}",
            next_step="Name two policies of one level.",
        )
    release, figures, inputs = _figures(house, period, revision)
    there = (
        house_at(house, release)
        if revision is None
        else house_at(house, release, as_of=revision.as_of, terms=revision.terms)
    )
    one, other = (
        score_units(there, period, figures, policy, inputs)
        for policy in (before, after)
    )
    return Simulation(
        period=period,
        revision=None if revision is None else revision.number,
        old=against,
        new=new,
        moves=compare(one, other),
    )


def _figures(
    house: House, period: str, revision: Revision | None
) -> tuple[Release, pl.DataFrame, pl.DataFrame]:
    if revision is None:
        draft = draft_month(house, period)
        return draft.release, draft.tables["figure"], draft.tables["input"]
    figures, inputs = (read_rows(house, revision, name) for name in ("figure", "input"))
    return find_release(house, revision.release_id), figures, inputs


def _of_level(revision: Revision | None, new: GivenPolicy, period: str) -> GivenPolicy:
    known = [] if revision is None else policies_of(revision)
    found = next((one for one in known if one.level == new.level), None)
    if found is None:
        what = "the month is not frozen" if revision is None else "it was not scored"
        raise MisuseError(
            f"simulate {period}",
            seen=f"{what} by a policy of level {new.level}",
            next_step="Name the policy to hold it against with --against.",
        )
    return found


def _of_units(given: GivenPolicy, period: str) -> Policy:
    if isinstance(given.policy, Policy):
        return given.policy
    raise MisuseError(
        f"simulate {period}",
        seen=f"{given.id} ranks persons",
        next_step="Simulate policies of units; `hub policy list` tells their levels.",
    )
