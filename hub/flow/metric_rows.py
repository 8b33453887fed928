"""What figures are counted from: published facts, made into rows for the engine.

What lives here: reading the published datasets and the city's settings, once per
computation and only what the metrics asked for need, as they are now or as a release
pinned them. What does not: any definition (`hub.metrics`), which files a month needs
(`issue_facts`), rosters (`roster_rows`), keeping figures (`figures`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from hub.flow import roster_columns
from hub.flow.house import House
from hub.flow.issue_facts import lay_loop_facts, read_neighbours
from hub.flow.issue_limits import read_work
from hub.flow.issue_months import months_of_issues
from hub.flow.issue_tables import Versions
from hub.flow.loop_rows import LoopRows, RowsAside, SubjectRows
from hub.flow.roster_columns import CASES, CITY
from hub.flow.roster_rows import RosterFacts, places_of
from hub.flow.step_facts import read_step_facts
from hub.metrics.cases import COUNTED
from hub.metrics.duty_days import Roster
from hub.metrics.issue_loop import LoopRules, issue_loop
from hub.metrics.issue_loop.facts import LoopFacts
from hub.metrics.issue_loop.near import near_earlier
from hub.metrics.levels import Places
from hub.metrics.metric import Subject
from hub.metrics.step_rows import step_rows
from hub.metrics.worktime.work_minutes import WorkMinutes
from hub.partners.city import City, as_timedelta
from hub.scoring.review_rules import SELF_HANDLED, review_table
from hub.scoring.spec import Review
from hub.storage.ahead import in_order

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
        carried_to: a day to which communities are carried over (`hub.metrics.carried`).
    """

    def __init__(
        self,
        house: House,
        versions: Versions | None = None,
        review: Review | None = None,
        carried_to: date | None = None,
    ) -> None:
        self._house = house
        self._versions = versions
        self._review = review or Review()
        self._loops: dict[tuple[tuple[str, ...], datetime], LoopRows] = {}
        self._handlings = pl.DataFrame()
        self.rosters = RosterFacts(house, versions, carried_to)

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

    def handlings(self, periods: Sequence[str], as_of: datetime) -> pl.DataFrame:
        """issue_id and attempt_seq of the cases of `loop`."""
        self.loop(periods, as_of)
        return self._handlings

    @cached_property
    def work(self) -> WorkMinutes | None:
        """The city's working time."""
        return read_work(self._house, self._versions)

    def loop(self, periods: Sequence[str], as_of: datetime) -> LoopRows:
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

    def _loop(self, periods: Sequence[str], as_of: datetime) -> LoopRows:
        city, work = self._house.city, self.work
        made, attempts = LoopRows(periods), []
        with TemporaryDirectory(prefix="hub-loop-") as folder:
            laid = lay_loop_facts(
                self._house, periods, Path(folder), versions=self._versions
            )
            near = near_earlier(read_neighbours(self._house, laid.days, self._versions))
            rules, places = _loop_rules(city, self._review), self.places

            def piece(read: Callable[[], LoopFacts]) -> tuple[pl.DataFrame, ...]:
                facts = read()
                rows = issue_loop(
                    facts,
                    places,
                    periods,
                    as_of=as_of,
                    rules=rules,
                    work=None if work is None else work.between,
                    near=near,
                )
                return rows, facts.handlings.select("issue_id", "attempt_seq")

            for rows, tried in in_order(piece, laid.pieces(work), ahead=2):
                made.put(rows)
                attempts.append(tried)
        self._handlings = pl.concat(attempts)
        return made

    def rows(
        self,
        subjects: Collection[Subject],
        periods: Sequence[str],
        as_of: datetime,
        *,
        listed: bool = True,
    ) -> Mapping[Subject, pl.DataFrame]:
        """Rows of these subjects, as the engine takes them.

        Args:
            subjects: which.
            periods: months `YYYY-MM`.
            as_of: instant of knowledge.
            listed: whether the rows behind the figures are wanted; else cases have
                only the columns that are counted.
        """
        found: dict[Subject, Callable[[], pl.DataFrame]] = {}
        if "issue" in subjects:
            cases = self.loop(periods, as_of)
            found["issue"] = cases.whole if listed else partial(cases.read, *COUNTED)
        if "step" in subjects:
            found["step"] = self._steps(periods, as_of).read
        rosters = self.rosters.rows(subjects, periods, as_of)
        return SubjectRows(found | {n: rows.clone for n, rows in rosters.items()})

    def _steps(self, periods: Sequence[str], as_of: datetime) -> RowsAside:
        zone = self._house.city.timezone
        made: RowsAside | None = None
        for facts in read_step_facts(self._house, periods, as_of, self._versions):
            rows = step_rows(facts, as_of=as_of, zone=zone)
            made = made or RowsAside(rows.clear(), "subject_id")
            made.put(rows)
        assert made is not None  # there is a piece, if an empty one
        return made


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
