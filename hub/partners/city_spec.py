"""The typed declaration of one city: what `city.toml` may say.

What lives here: the tables of `city.toml`, which hold every format that another
city would have otherwise: zone, bounding box, code lengths, phone numbers, the
standard category list, lead sources. What does not: loading and the reference
data beside the file (`city`, `reference`), partners (`spec`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.partners.alarms import Alarm
from hub.partners.base import Name, Span, Strict
from hub.partners.duties import Retention, Sharing
from hub.partners.spec import Coordinates

Degrees = Annotated[float, Field(ge=-180, le=180)]
Pattern = Annotated[str, StringConstraints(min_length=1)]
Population = Literal["LZZ", "LZZ_OR_AREA", "ALL"]
Clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
Shift = Annotated[str, StringConstraints(pattern=f"^{Clock}-(?:{Clock}|24:00)$")]
Moment = Annotated[str, StringConstraints(pattern=f"^{Clock}$")]
Cron = Annotated[str, StringConstraints(min_length=9)]
Item = Annotated[str, StringConstraints(pattern="^J(?:0[1-9]|1[0-6])$")]
Step = Literal[
    "ACCEPT", "VERIFY", "REGISTER", "DISPATCH", "HANDLING", "CHECK", "CLOSE"
]  # fmt: skip
Started = Literal[
    "reported_at", "accepted_at", "verified_at", "registered_at", "dispatched_at",
    "received_at", "handled_at", "checked_at", "verify_task_at", "check_task_at",
]  # fmt: skip
Starts = Annotated[tuple[Started, ...], Field(min_length=1)]
# Codes §7. The two tasks are steps of the trail and no times of the case itself.
STARTS: Mapping[str, tuple[str, ...]] = {
    "ACCEPT": ("reported_at",),
    "VERIFY": ("verify_task_at",),
    "REGISTER": ("accepted_at", "reported_at"),
    "DISPATCH": ("registered_at",),
    "HANDLING": ("dispatched_at",),
    "CHECK": ("check_task_at",),
    "CLOSE": ("handled_at",),
}
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class About(Strict):
    """Table `[city]`: what the city is and how it keeps time and place."""

    id: Name
    """Short name of the city."""
    name: str
    """The city's name in its own language."""
    title: str
    """What portal and catalogue are headed with."""
    timezone: str
    """Zone of days and months, e.g. `Asia/Shanghai`."""
    languages: tuple[str, ...] = Field(min_length=1)
    """Languages of the portal, the first one by default."""
    bbox: tuple[Degrees, Degrees, Degrees, Degrees]
    """Bounding box in degrees: least lon, least lat, greatest lon, greatest lat."""
    coordinates: Coordinates = "cgcs2000"
    """System of the city's own reference geometry."""
    calendar: str
    """Work calendar that deadlines use, a calendar_code."""
    month_start: int = Field(default=1, ge=1, le=28)
    """Day on which an assessment month begins."""
    future_tolerance: Span = "10m"
    """How far an instant may lie after its arrival (K14)."""
    deadline_reach: Span = "400d"
    """How far a deadline may lie after the report (K15)."""


class Divisions(Strict):
    """Table `[divisions]`: how division codes are built here."""

    code_lengths: tuple[int, ...] = ()
    """Lengths of codes from the district down, each a prefix of the next."""
    patterns: dict[str, Pattern] = Field(default_factory=dict)
    """Level = regular expression of its codes."""


class Categories(Strict):
    """Table `[categories]`: category lists in use."""

    national: bool
    """Whether the national lists, their map and the national number formats hold."""
    standard_system: str | None = None
    """List that every case is also given in; null where the city has none."""
    local_systems: tuple[str, ...] = ()
    """Lists shared by several partners; each partner's own is `LOCAL-<partner>`."""


class Assessment(Strict):
    """Table `[assessment]`: units that are ranked."""

    street_units: bool = False
    """Whether every street becomes a unit of its own, made by the hub."""
    population: Population = "LZZ_OR_AREA"
    """Cases that figures count: the road chiefs' own, those and every case in one of
    their areas, or (a city without road chiefs) all."""


class Calendar(Strict):
    """Table `[calendar]`: the days that are worked here.

    Without it the hub publishes no work calendar, and figures that count working
    days are 0 of 0.
    """

    holidays: Country
    """Country whose public holidays and make-up working days hold, ISO 3166."""
    shifts: tuple[Shift, ...] = Field(min_length=1)
    """Shifts of a working day, in order, e.g. `08:00-12:00`."""
    first_year: int = Field(default=2021, ge=2000, le=2100)
    """First year that is published; the last is the one after the current."""


class Automation(Strict):
    """Table `[automation]`: when the hub works by itself, in the city's zone.

    Cron expressions of five fields, as in `schedule` of a feed.
    """

    pull: Cron = "30 0 * * *"
    """When feeds that name no `schedule` are read."""
    publish: Cron = "0 6 * * *"
    """When core, figures and release are made with whatever has been delivered."""
    again: Cron = "*/30 * * * *"
    """How often they may be made again, where something late or corrected has come:
    at most once between two of these times."""
    draft_workday: int = Field(default=1, ge=1, le=10)
    """Working day of a month on which the month before is drafted for assessment."""
    draft_at: Moment = "08:30"
    """Time of that day."""
    first_day: date = date(2025, 1, 1)
    """The first day that Dagster's pages offer and colour; older days come by
    `hub run --since`."""


class Flags(Strict):
    """Table `[action.flags]`: from when on acts look like window-dressing.

    What is flagged is shown and deducts nothing; every threshold is assumed and needs
    the city's sign-off.
    """

    quick_minutes: int = Field(default=2, ge=0)
    """A case reported and handled within so many minutes is a quick one."""
    quick_cases: int = Field(default=10, ge=1)
    """Quick cases of one road chief in a month that are flagged."""
    quick_percent: int = Field(default=50, ge=0, le=100)
    """Share of them in his cases from which they are."""
    photo_cases: int = Field(default=2, ge=2)
    """Cases that show the very same picture."""
    point_cases: int = Field(default=5, ge=2)
    """Cases of one road chief in a month that may not all lie on one point."""
    bulk_days: int = Field(default=2, ge=1, le=10)
    """Days that are the end of a month."""
    bulk_cases: int = Field(default=10, ge=1)
    """Cases of one road chief in those days that are flagged."""
    bulk_percent: int = Field(default=50, ge=0, le=100)
    """Share of them in his month from which they are."""
    outside_patrols: int = Field(default=3, ge=1)
    """Patrols of one road chief outside his area in a month that are flagged."""
    close_minutes: int = Field(default=5, ge=1)
    """Span within which one account closes cases of others in a hurry (T57)."""
    close_cases: int = Field(default=20, ge=2)
    """Cases closed by one account within that span from which they are flagged."""


class Limits(Strict):
    """Table `[limits]`: how the hub works out deadlines of its own.

    The limits themselves stand in `time_limit.csv`, shifts and days in `[calendar]`.
    """

    counts: Literal["SOURCE", "COMPUTED"] = "SOURCE"
    """Deadline that counts where a case has both; the other stays beside it."""
    work_day: Literal["MINUTES", "DAY_END"] = "MINUTES"
    """What n working days are: that many days' shift minutes, or the end of the n-th
    working day after that of the start. Assumed, needs the city's sign-off."""
    difference: Span = "1m"
    """How far delivered and own deadline may lie apart before it is told (T32)."""
    starts: dict[Step, Starts] = Field(default_factory=dict)
    """Step = the time that starts its clock, or several of which the first known one
    does, over the usual ones. Assumed, needs the city's sign-off."""

    def started_by(self, step: str) -> tuple[str, ...]:
        """The times that start the clock of a step, the first known one counts."""
        own = {str(name): times for name, times in self.starts.items()}
        return own.get(step, STARTS[step])


class Action(Strict):
    """Table `[action]`: valid acts, and how many and how soon (metrics §6.3)."""

    min_minutes: int = Field(default=30, ge=1)
    """Minutes (m) that a patrol must last; assumed, needs the city's sign-off."""
    min_checkpoints: int = Field(default=3, ge=1)
    """Check points (k) that do as well; assumed, needs the city's sign-off."""
    min_acts: int = Field(default=10, ge=1)
    """Acts (n) that a road chief owes a month; assumed, needs the city's sign-off."""
    response_minutes: int = Field(default=30, ge=1)
    """Minutes (x) to the first response; assumed, needs the city's sign-off."""
    flags: Flags = Flags()
    """From when on acts look like window-dressing."""


class Institution(Strict):
    """Table `[institution]`: what the items of rule-building weigh (metrics §6.1)."""

    weights: dict[Item, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Item = its weight, a whole number; 1 where nothing is said."""


class StreetRoster(Strict):
    """What one street settles differently."""

    max_areas_per_chief: int | None = Field(default=None, ge=1)
    """Areas that one road chief may hold here."""


class Roster(Strict):
    """Table `[roster]`: rules of posts, with exceptions per street."""

    max_areas_per_chief: int = Field(default=1, ge=1)
    """Areas that one road chief may hold (K05)."""
    streets: dict[str, StreetRoster] = Field(default_factory=dict)
    """Street code = its exceptions."""

    def max_areas(self, street_code: str) -> int:
        """Areas that one road chief may hold in that street."""
        own = self.streets.get(street_code)
        if own is None or own.max_areas_per_chief is None:
            return self.max_areas_per_chief
        return own.max_areas_per_chief


class Lead(Strict):
    """Which partner's rows are merged where several deliver the same thing."""

    default: Name
    """The lead source."""
    by_unit: dict[str, Name] = Field(default_factory=dict)
    """The lead source in that assessment unit, written beside `default`."""

    def of(self, unit_code: str | None) -> str:
        """The lead source for a unit; the default one where nothing is said."""
        return self.by_unit.get(unit_code or "", self.default)

    @property
    def partners(self) -> frozenset[str]:
        """Every partner that leads anywhere."""
        return frozenset({self.default, *self.by_unit.values()})


class CityFile(Strict):
    """The whole of `city.toml`."""

    city: About
    """What the city is."""
    formats: dict[str, Pattern] = Field(default_factory=dict)
    """Format = regular expression, over the national ones where those hold."""
    divisions: Divisions = Divisions()
    """How division codes are built."""
    categories: Categories
    """Category lists in use."""
    assessment: Assessment = Assessment()
    """Units that are ranked."""
    roster: Roster = Roster()
    """Rules of posts."""
    calendar: Calendar | None = None
    """The days that are worked here."""
    limits: Limits = Limits()
    """How the hub works out deadlines of its own."""
    action: Action = Action()
    """Valid acts, and how many and how soon."""
    institution: Institution = Institution()
    """What the items of rule-building weigh."""
    automation: Automation = Automation()
    """When the hub works by itself."""
    sharing: Sharing = Sharing()
    """Within how many working days a request is dealt with."""
    retention: tuple[Retention, ...] = ()
    """Which values are erased when."""
    alarm: Alarm = Alarm()
    """From when on something is told, and to whom."""
    lead: Mapping[str, Lead] = Field(default_factory=dict)
    """Dataset = its lead source, one name or a table with exceptions by unit."""
