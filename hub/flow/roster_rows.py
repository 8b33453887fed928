"""What figures of rosters, acts and papers are counted from.

What lives here: reading the published rosters and the city's settings, each dataset
once and only when a figure asks for it, and handing them to the builders of
`hub.metrics.roster_rows`. What does not: cases (`metric_rows`), any definition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from hub.flow.house import House
from hub.flow.issue_facts import Versions, read_between, read_table
from hub.flow.months import month_spans
from hub.metrics.area_rows import area_rows, last_known_days
from hub.metrics.duty_days import ActionRules, Deeds, Roster, duty_days, working_days
from hub.metrics.levels import Places
from hub.metrics.posts import PostRules
from hub.metrics.roster_rows.acts import chief_rows, patrol_rows
from hub.metrics.roster_rows.papers import institution_rows, meeting_rows
from hub.metrics.roster_rows.streets import (
    Terrain,
    board_rows,
    community_rows,
    named_org_rows,
    object_rows,
    section_rows,
)
from hub.partners.city import City
from hub.schemas import dataset
from hub.schemas.code_lists import institution_items

# Datasets that a figure rests on, by what it counts.
POSTS = ("area", "assignment", "person")
CASES = ("issue", "review", "handling")
CITY = ("division", "assessment_unit", "assessment_unit_member")
DELIVERED: Mapping[str, tuple[str, ...]] = {
    "area": POSTS,
    "community": POSTS,
    "road_section": (*POSTS, "road_section"),
    "board": (*POSTS, "sign_board"),
    "service_object": (*POSTS, "service_object"),
    "named_org": (*POSTS, "org"),
    "duty_day": (*POSTS, "patrol", *CASES),
    "chief": (*POSTS, "patrol", *CASES),
    "patrol": (*POSTS, "road_section", "patrol"),
    "institution_item": ("institution_doc",),
    "meeting_item": ("meeting_item", "org"),
}
INPUTS: Mapping[str, tuple[str, ...]] = {
    subject: (*names, *CITY) for subject, names in DELIVERED.items()
} | {"duty_day": (*DELIVERED["duty_day"], *CITY, "work_calendar")}
SPAN = ("valid_from_on", "valid_to_on")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "area": (
        "area_id", "street_code", "community_codes", "unit_grid_codes", "status_code",
        "is_required", "area_km2", "population_count", *SPAN,
    ),
    "person": (
        "person_id", "person_name", "org_id", "employment_code", "is_active", "mobile",
        "duty_phone", *SPAN,
    ),
    "assignment": (
        "assignment_id", "person_id", "role_code", "target_kind_code", "target_id",
        "is_primary", "start_on", "end_on",
    ),
    "road_section": (
        "road_section_id", "road_name", "area_id", "length_m",
        "is_shop_chief_required", *SPAN,
    ),
    "sign_board": (
        "sign_board_id", "area_id", "road_section_id", "shown_road_text",
        "shown_chief_name", "status_code", *SPAN,
    ),
    "service_object": (
        "service_object_id", "area_id", "street_code", "community_code",
        "open_status_code", "verified_at", "duplicate_of_id", *SPAN,
    ),
    "org": (
        "org_id", "org_kind_code", "division_code", "unit_code", "is_contact_required",
        "establishment_count", "in_post_count", *SPAN,
    ),
    "patrol": (
        "patrol_id", "person_id", "assignment_id", "area_id", "status_code",
        "planned_on", "started_at", "ended_at", "duration_minutes",
        "checkpoint_done_count", "shop_planned_count", "shop_visited_count",
        "is_inside_area",
    ),
    "issue": ("issue_id", "reporter_person_id", "reported_at"),
    "handling": ("issue_id", "handler_person_id", "finished_at"),
    "review": ("issue_id", "reviewer_person_id", "done_at"),
    "institution_doc": (
        "institution_doc_id", "unit_code", "item_code", "period_month", "issued_on",
        "expires_on", "verdict_code",
    ),
    "meeting_item": (
        "meeting_item_id", "host_org_id", "held_on", "issue_id", "responsible_org_id",
        "due_on", "done_on",
    ),
}  # fmt: skip
Months = Sequence[str]
CASE_DEEDS = ("issue", "handling", "review")
# When a row of these was done: only files with such an instant are read.
DONE_AT = {"issue": "reported_at", "handling": "finished_at", "review": "done_at"}


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


def post_rules(city: City) -> PostRules:
    """The city's rules of posts, as the builders take them."""
    return PostRules(
        max_areas=city.roster.max_areas_per_chief,
        street_max_areas={
            one: city.roster.max_areas(one) for one in city.roster.streets
        },
        mobile=city.formats.get("mobile"),
        phone=city.formats.get("phone"),
    )


def action_rules(city: City) -> ActionRules:
    """The city's parameters of action."""
    return ActionRules(
        min_minutes=city.action.min_minutes,
        min_checkpoints=city.action.min_checkpoints,
        min_acts=city.action.min_acts,
        response_minutes=city.action.response_minutes,
    )


class RosterFacts:
    """The published rosters of one computation.

    Args:
        house: the hub.
        versions: table version by dataset, as a release pins them; None = the newest.
    """

    def __init__(self, house: House, versions: Versions | None = None) -> None:
        self.house = house
        self.zone = house.city.timezone
        self.versions = versions
        self._read: dict[str, pl.DataFrame] = {}

    @cached_property
    def places(self) -> Places:
        """Where rows count."""
        return places_of(self.house, self.versions)

    def read(self, name: str) -> pl.DataFrame:
        """`COLUMNS` of a published dataset, every row of it."""
        if name not in self._read:
            self._read[name] = read_table(
                self.house, name, COLUMNS[name], versions=self.versions
            )
        return self._read[name]

    def done_in(
        self, name: str, periods: Months, columns: Sequence[str] = ()
    ) -> pl.DataFrame:
        """Rows whose instants of `DONE_AT` lie in the months, found by file bounds."""
        wanted = columns or COLUMNS[name]
        return read_between(
            self.house,
            name,
            wanted,
            DONE_AT[name],
            month_spans(periods, self.zone),
            versions=self.versions,
        )

    @cached_property
    def roster(self) -> Roster:
        """Areas, posts and persons."""
        return Roster(*(self.read(name) for name in POSTS))

    def deeds(self, periods: Months) -> Deeds:
        """Patrols, and who did what with which case in the months."""
        return Deeds(
            self.read("patrol"), *(self.done_in(name, periods) for name in CASE_DEEDS)
        )

    def days(self, periods: Months, as_of: datetime) -> pl.DataFrame:
        """`last_known_days` of the months."""
        return last_known_days(periods, as_of, self.zone)

    def terrain(self, periods: Months, as_of: datetime) -> Terrain:
        """The roster on the days that speak for the months."""
        return Terrain(
            self.roster,
            self.places,
            self.days(periods, as_of),
            post_rules(self.house.city),
        )

    def rows(
        self, subjects: Collection[str], periods: Months, as_of: datetime
    ) -> dict[str, pl.DataFrame]:
        """Rows of those of these subjects that are known here."""
        return {
            name: build(self, periods, as_of)
            for name, build in BUILDERS.items()
            if name in subjects
        }


def _areas(facts: RosterFacts, periods: Months, as_of: datetime) -> pl.DataFrame:
    return area_rows(
        *facts.roster,
        facts.places,
        days=facts.days(periods, as_of),
        rules=post_rules(facts.house.city),
    )


def _duty_days(facts: RosterFacts, periods: Months, as_of: datetime) -> pl.DataFrame:
    calendar = facts.house.city.work_calendar(as_of.astimezone(UTC).year)
    return duty_days(
        facts.roster,
        facts.deeds(periods),
        facts.places,
        days=working_days(calendar, periods, as_of, facts.zone),
        rules=action_rules(facts.house.city),
        zone=facts.zone,
    )


def _chiefs(facts: RosterFacts, periods: Months, as_of: datetime) -> pl.DataFrame:
    return chief_rows(
        facts.roster,
        facts.deeds(periods),
        facts.places,
        days=facts.days(periods, as_of),
        rules=action_rules(facts.house.city),
        zone=facts.zone,
    )


def _patrols(facts: RosterFacts, periods: Months, as_of: datetime) -> pl.DataFrame:
    return patrol_rows(
        facts.read("patrol"),
        facts.roster,
        facts.read("road_section"),
        facts.places,
        days=facts.days(periods, as_of),
        zone=facts.zone,
    )


def _papers(facts: RosterFacts, periods: Months, as_of: datetime) -> pl.DataFrame:
    return institution_rows(
        facts.read("institution_doc"),
        institution_items(),
        facts.places,
        days=facts.days(periods, as_of),
        weights=facts.house.city.institution.weights,
    )


def _meetings(facts: RosterFacts, periods: Months, as_of: datetime) -> pl.DataFrame:
    return meeting_rows(
        facts.read("meeting_item"),
        facts.read("org"),
        facts.places,
        days=facts.days(periods, as_of),
        today=as_of.astimezone(ZoneInfo(facts.zone)).date(),
    )


BUILDERS: Mapping[str, Callable[[RosterFacts, Months, datetime], pl.DataFrame]] = {
    "area": _areas,
    "community": lambda facts, *at: community_rows(facts.terrain(*at)),
    "road_section": lambda facts, *at: section_rows(
        facts.read("road_section"), facts.terrain(*at)
    ),
    "board": lambda facts, *at: board_rows(
        facts.read("sign_board"), facts.terrain(*at)
    ),
    "service_object": lambda facts, *at: object_rows(
        facts.read("service_object"), facts.terrain(*at), facts.zone
    ),
    "named_org": lambda facts, *at: named_org_rows(
        facts.read("org"), facts.terrain(*at)
    ),
    "duty_day": _duty_days,
    "chief": _chiefs,
    "patrol": _patrols,
    "institution_item": _papers,
    "meeting_item": _meetings,
}
