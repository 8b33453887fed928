"""What figures of rosters, acts and papers are counted from.

What lives here: reading the published rosters and the city's settings, each dataset
once and only when a figure asks for it, and handing them to the builders of
`hub.metrics.roster_rows`. What does not: cases (`metric_rows`), any definition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from hub.flow.house import House
from hub.flow.issue_tables import Versions, read_table, read_where
from hub.flow.months import in_spans, month_spans, overlaps, overlaps_days
from hub.flow.roster_columns import CASE_DEEDS, COLUMNS, DONE_AT, POSTS
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

Months = Sequence[str]


def places_of(
    house: House, versions: Versions | None = None, carried_to: date | None = None
) -> Places:
    """The city's units, their members and its divisions, or those of a release.

    Who took over from a division is what the city says now: a release that is read
    as the past has the house of then (`assessment.past`).
    """
    units, members, divisions = (
        house.city.reference(name)
        if versions is None
        else read_table(
            house, name, list(dataset(name).polars_schema()), versions=versions
        )
        for name in ("assessment_unit", "assessment_unit_member", "division")
    )
    return Places(
        units=units,
        members=members,
        divisions=divisions,
        successors=house.city.successor_table,
        carried_to=carried_to,
    )


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
        carried_to: a day to which communities are carried over.
    """

    def __init__(
        self,
        house: House,
        versions: Versions | None = None,
        carried_to: date | None = None,
    ) -> None:
        self.house = house
        self.carried_to = carried_to
        self.zone = house.city.timezone
        self.versions = versions
        self._read: dict[str, pl.DataFrame] = {}
        self._patrols_of: dict[Months, pl.DataFrame] = {}
        self._deeds: dict[Months, Deeds] = {}
        self._terrains: dict[tuple[Months, datetime], Terrain] = {}

    @cached_property
    def places(self) -> Places:
        """Where rows count."""
        return places_of(self.house, self.versions, self.carried_to)

    def read(self, name: str) -> pl.DataFrame:
        """`COLUMNS` of a published dataset, every row of it."""
        if name not in self._read:
            self._read[name] = read_table(
                self.house, name, COLUMNS[name], versions=self.versions
            )
        return self._read[name]

    def done_by(
        self, name: str, periods: Months, columns: Sequence[str], persons: pl.Expr
    ) -> pl.DataFrame:
        """Rows whose instants of `DONE_AT` lie in the months, found by file bounds.

        Args:
            name: one of `DONE_AT`.
            periods: months `YYYY-MM`.
            columns: of the dataset.
            persons: which rows are wanted, by who did it: of few it is known.
        """
        at, spans = DONE_AT[name], month_spans(periods, self.zone)
        return read_where(
            self.house,
            name,
            columns,
            in_spans(at, spans) & persons,
            lambda file: overlaps(file, (at,), spans),
            versions=self.versions,
        )

    def patrols(self, periods: Months) -> pl.DataFrame:
        """Patrols planned for a day of the months, or begun in them."""
        key = tuple(periods)
        if key not in self._patrols_of:
            self._patrols_of[key] = self._patrols(periods)
        return self._patrols_of[key]

    def _patrols(self, periods: Months) -> pl.DataFrame:
        spans = month_spans(periods, self.zone)
        planned = pl.col("planned_on").dt.to_string("%Y-%m").is_in(list(periods))
        return read_where(
            self.house,
            "patrol",
            COLUMNS["patrol"],
            planned.fill_null(value=False) | in_spans("started_at", spans),
            lambda file: (
                overlaps(file, ("started_at",), spans)
                or overlaps_days(file, "planned_on", periods)
            ),
            versions=self.versions,
        )

    @cached_property
    def roster(self) -> Roster:
        """Areas, posts and persons."""
        return Roster(*(self.read(name) for name in POSTS))

    def deeds(self, periods: Months) -> Deeds:
        """Patrols, and who did what with which case in the months."""
        key = tuple(periods)
        if key not in self._deeds:
            self._deeds[key] = Deeds(
                self.patrols(periods),
                *(
                    self.done_by(
                        name, periods, COLUMNS[name], pl.col(person).is_not_null()
                    )
                    for name, person in CASE_DEEDS.items()
                ),
            )
        return self._deeds[key]

    def days(self, periods: Months, as_of: datetime) -> pl.DataFrame:
        """`last_known_days` of the months."""
        return last_known_days(periods, as_of, self.zone)

    def terrain(self, periods: Months, as_of: datetime) -> Terrain:
        """The roster on the days that speak for the months."""
        key = (tuple(periods), as_of)
        if key not in self._terrains:
            self._terrains[key] = Terrain(
                self.roster,
                self.places,
                self.days(periods, as_of),
                post_rules(self.house.city),
            )
        return self._terrains[key]

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
        facts.patrols(periods),
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
