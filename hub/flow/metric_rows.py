"""What figures are counted from: published facts, made into rows for the engine.

What lives here: reading the published datasets and the city's settings, once per
computation and only what the metrics asked for need, as they are now or as a release
pinned them. What does not: any definition (`hub.metrics`), which files a month needs
(`issue_facts`), keeping figures (`figures`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import polars as pl

from hub.flow.house import House
from hub.flow.issue_facts import read_loop_facts
from hub.flow.issue_limits import read_work
from hub.flow.issue_tables import Versions, read_table
from hub.flow.step_facts import read_step_facts
from hub.metrics.area_rows import area_rows, last_known_days
from hub.metrics.duty_days import ActionRules, Deeds, Roster, duty_days, working_days
from hub.metrics.issue_loop import LoopRules, issue_loop
from hub.metrics.levels import Places
from hub.metrics.metric import Subject
from hub.metrics.posts import PostRules
from hub.metrics.step_rows import step_rows
from hub.metrics.worktime.work_minutes import WorkMinutes
from hub.partners.city import as_timedelta
from hub.schemas import dataset

# Datasets that a metric rests on, by what it counts: delivered ones, and all.
CASES = ("issue", "review", "handling")
POSTS = ("area", "assignment", "person")
CITY = ("division", "assessment_unit", "assessment_unit_member")
STEPS = ("issue", "issue_event", "assignment", "org")
DELIVERED: Mapping[Subject, tuple[str, ...]] = {
    "step": STEPS,
    "issue": CASES,
    "area": POSTS,
    "duty_day": (*POSTS, "patrol", *CASES),
}
INPUTS: Mapping[Subject, tuple[str, ...]] = {
    "step": (*STEPS, *CITY),
    "issue": (
        *(*CASES, "issue_event", "assignment", "area", *CITY),
        *("time_limit", "work_calendar"),
    ),
    "area": (*POSTS, *CITY),
    "duty_day": (*POSTS, "patrol", *CASES, *CITY, "work_calendar"),
}
ISSUE = (
    "issue_id",
    "area_id",
    "district_code",
    "street_code",
    "chief_assignment_id",
    "source_channel_code",
    "handling_mode_code",
    "stage_code",
    "std_category_kind_code",
    "std_category_code",
    "duplicate_of_id",
    "reporter_person_id",
    "reported_at",
    "registered_at",
    "dispatched_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "fed_back_at",
    "deadline_at",
    "bundle_deadline_at",
    "is_suspended",
    "has_appeal_exemption",
    "close_type_code",
)
HANDLING = ("issue_id", "attempt_seq", "handler_person_id", "finished_at")
PATROL = (
    "person_id",
    "status_code",
    "planned_on",
    "started_at",
    "ended_at",
    "duration_minutes",
    "checkpoint_done_count",
    "is_inside_area",
)
AREA = (
    "area_id",
    "street_code",
    "community_codes",
    "status_code",
    "is_required",
    "valid_from_on",
    "valid_to_on",
)
PERSON = (
    "person_id",
    "is_active",
    "mobile",
    "duty_phone",
    "valid_from_on",
    "valid_to_on",
)


def places_of(house: House, versions: Versions | None = None) -> Places:
    """The city's units, their members and its divisions, or those of a release."""
    units, members, divisions = (
        house.city.reference(name)
        if versions is None
        else read_table(
            house, name, list(dataset(name).polars_schema()), versions=versions
        )
        for name in ("assessment_unit", "assessment_unit_member", "division")
    )
    return Places(units=units, members=members, divisions=divisions)


class Facts:
    """The published facts of one computation, read when first asked for.

    Args:
        house: the hub.
        versions: table version by dataset, as a release pins them; None = the newest.
    """

    def __init__(self, house: House, versions: Versions | None = None) -> None:
        self._house = house
        self._versions = versions

    def _read(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        wanted = list(columns or dataset(name).polars_schema())
        return read_table(self._house, name, wanted, versions=self._versions)

    @cached_property
    def places(self) -> Places:
        """Where cases count."""
        return places_of(self._house, self._versions)

    @cached_property
    def issues(self) -> pl.DataFrame:
        """Every case."""
        return self._read("issue", ISSUE)

    @cached_property
    def reviews(self) -> pl.DataFrame:
        """Every review."""
        return self._read("review")

    @cached_property
    def handlings(self) -> pl.DataFrame:
        """Every handling."""
        return self._read("handling", HANDLING)

    @cached_property
    def roster(self) -> Roster:
        """Areas, posts and persons."""
        return Roster(
            areas=self._read("area", AREA),
            assignments=self._read("assignment"),
            persons=self._read("person", PERSON),
        )

    @cached_property
    def work(self) -> WorkMinutes | None:
        """The city's working time."""
        return read_work(self._house, self._versions)

    def loop(self, periods: Sequence[str], as_of: datetime) -> pl.DataFrame:
        """`issue_loop` of some months; reads what these months need and no more.

        Args:
            periods: months `YYYY-MM`.
            as_of: instant of knowledge.
        """
        city, work = self._house.city, self.work
        return issue_loop(
            read_loop_facts(self._house, periods, work=work, versions=self._versions),
            self.places,
            periods,
            as_of=as_of,
            rules=LoopRules(
                zone=city.timezone,
                population=city.population,
                deadline_tolerance=as_timedelta(city.limits.difference),
            ),
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
        if "area" in subjects:
            found["area"] = self._areas(periods, as_of)
        if "duty_day" in subjects:
            found["duty_day"] = self._duty_days(periods, as_of)
        return found

    def _areas(self, periods: Sequence[str], as_of: datetime) -> pl.DataFrame:
        city = self._house.city
        own = {street: city.roster.max_areas(street) for street in city.roster.streets}
        return area_rows(
            self.roster.areas,
            self.roster.assignments,
            self.roster.persons,
            self.places,
            days=last_known_days(periods, as_of, city.timezone),
            rules=PostRules(
                max_areas=city.roster.max_areas_per_chief,
                street_max_areas=own,
                mobile=city.formats.get("mobile"),
                phone=city.formats.get("phone"),
            ),
        )

    def _duty_days(self, periods: Sequence[str], as_of: datetime) -> pl.DataFrame:
        house, city = self._house, self._house.city
        patrols = self._read("patrol", PATROL)
        return duty_days(
            self.roster,
            Deeds(patrols, self.issues, self.handlings, self.reviews),
            self.places,
            days=working_days(
                city.work_calendar(house.now().year), periods, as_of, city.timezone
            ),
            rules=ActionRules(
                min_minutes=city.action.min_minutes,
                min_checkpoints=city.action.min_checkpoints,
            ),
            zone=city.timezone,
        )
