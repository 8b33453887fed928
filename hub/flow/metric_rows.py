"""What figures are counted from: published facts, made into rows for the engine.

What lives here: reading the published datasets and the city's settings, once per
computation and only what the metrics asked for need, as they are now or as a release
pinned them. What does not: any definition (`hub.metrics`), which files a month needs
(`issue_facts`), rosters (`roster_rows`), keeping figures (`figures`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import polars as pl

from hub.flow import roster_columns
from hub.flow.house import House
from hub.flow.issue_facts import read_loop_facts
from hub.flow.issue_limits import read_work
from hub.flow.issue_months import months_of_issues
from hub.flow.issue_tables import Versions
from hub.flow.roster_columns import CASES, CITY
from hub.flow.roster_rows import RosterFacts, places_of
from hub.flow.step_facts import read_step_facts
from hub.metrics.duty_days import Roster
from hub.metrics.issue_loop import LoopRules, issue_loop
from hub.metrics.issue_loop.facts import LoopFacts
from hub.metrics.levels import Places
from hub.metrics.metric import Subject
from hub.metrics.step_rows import step_rows
from hub.metrics.worktime.work_minutes import WorkMinutes
from hub.partners.city import City, as_timedelta
from hub.scoring.review_rules import SELF_HANDLED, review_table
from hub.scoring.spec import Review

__all__ = ["DELIVERED", "INPUTS", "Facts", "places_of"]

# Datasets that a metric rests on, by what it counts: delivered ones, and all.
STEPS = ("issue", "issue_event", "assignment", "org")
DELIVERED: Mapping[Subject, tuple[str, ...]] = {
    "step": STEPS,
    "issue": CASES,
    **roster_columns.DELIVERED,
}
INPUTS: Mapping[Subject, tuple[str, ...]] = {
    "step": (*STEPS, *CITY),
    "issue": (
        *(*CASES, "issue_event", "assignment", "area", *CITY),
        *("time_limit", "work_calendar"),
    ),
    **roster_columns.INPUTS,
}


class Facts:
    """The published facts of one computation, read when first asked for.

    Args:
        house: the hub.
        versions: table version by dataset, as a release pins them; None = the newest.
        review: which cases need a review; as every policy has it unless it says else.
    """

    def __init__(
        self,
        house: House,
        versions: Versions | None = None,
        review: Review | None = None,
    ) -> None:
        self._house = house
        self._versions = versions
        self._review = review or Review()
        self._facts: dict[tuple[str, ...], LoopFacts] = {}
        self._loops: dict[tuple[tuple[str, ...], datetime], pl.DataFrame] = {}
        self.rosters = RosterFacts(house, versions)

    @cached_property
    def places(self) -> Places:
        """Where rows count."""
        return self.rosters.places

    @cached_property
    def months(self) -> list[str]:
        """Months in which a case was reported or fell due, in order."""
        return months_of_issues(self._house, self._versions)

    @property
    def roster(self) -> Roster:
        """Areas, posts and persons."""
        return self.rosters.roster

    def loop_facts(self, periods: Sequence[str]) -> LoopFacts:
        """What the cases of some months rest on, read once."""
        key = tuple(sorted(set(periods)))
        if key not in self._facts:
            self._facts = {
                key: read_loop_facts(
                    self._house, key, work=self.work, versions=self._versions
                )
            }
        return self._facts[key]

    @cached_property
    def work(self) -> WorkMinutes | None:
        """The city's working time."""
        return read_work(self._house, self._versions)

    def loop(self, periods: Sequence[str], as_of: datetime) -> pl.DataFrame:
        """`issue_loop` of some months; reads what these months need and no more.

        Made once for whoever asks next for the same months.

        Args:
            periods: months `YYYY-MM`.
            as_of: instant of knowledge.
        """
        key = (tuple(sorted(set(periods))), as_of)
        if key not in self._loops:
            self._loops = {key: self._loop(periods, as_of)}
        return self._loops[key]

    def _loop(self, periods: Sequence[str], as_of: datetime) -> pl.DataFrame:
        city, work = self._house.city, self.work
        return issue_loop(
            self.loop_facts(periods),
            self.places,
            periods,
            as_of=as_of,
            rules=_loop_rules(city, self._review),
            work=None if work is None else work.between,
        )

    def rows(
        self, subjects: Collection[Subject], periods: Sequence[str], as_of: datetime
    ) -> Mapping[Subject, pl.DataFrame]:
        """Rows of these subjects, as the engine takes them."""
        found: dict[Subject, pl.DataFrame] = {}
        if "issue" in subjects:
            found["issue"] = self.loop(periods, as_of)
        if "step" in subjects:
            facts = read_step_facts(self._house, periods, as_of, self._versions)
            zone = self._house.city.timezone
            found["step"] = step_rows(facts, as_of=as_of, zone=zone)
        return found | self.rosters.rows(subjects, periods, as_of)


def _loop_rules(city: City, review: Review) -> LoopRules:
    """The city's parameters, and what an assessment policy says of reviews."""
    finders = (SELF_HANDLED,)
    return LoopRules(
        zone=city.timezone,
        population=city.population,
        review_required=review.required,
        unreviewed_modes=() if review.self_handled else finders,
        reviewed_modes=finders if review.self_handled else (),
        review_table=review_table(review) if review.categories else None,
        response_minutes=city.action.response_minutes,
        deadline_tolerance=as_timedelta(city.limits.difference),
    )
