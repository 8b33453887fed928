"""A city as every later room sees it: one frozen value made from one folder.

What lives here: the typed city with its formats, lead sources, reference data
and partners. What does not: reading the folder (`loader`), partner files
(`spec`), anything that differs between two runs of the hub (`hub.settings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import polars as pl

from hub.errors import DeclarationError
from hub.partners.alarms import Alarm
from hub.partners.city_spec import (
    Action,
    Automation,
    Calendar,
    Institution,
    Lead,
    Limits,
    Population,
    Roster,
)
from hub.partners.duties import Retention, Sharing
from hub.partners.reference import FILES
from hub.partners.spec import Coordinates, Partner
from hub.partners.succession import SUCCESSOR, Succession, Successor
from hub.partners.work_calendar import work_calendar
from hub.schemas.norms import Norms

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
CROSSWALK = ("partner", "source_id", "lead_partner", "lead_source_id")


def as_timedelta(span: str) -> timedelta:
    """A span such as `90s`, `10m`, `2h` or `30d` as a duration."""
    return timedelta(**{_UNITS[span[-1]]: int(span[:-1])})


@dataclass(frozen=True, eq=False, kw_only=True)
class City:
    """One city.

    Attributes:
        id: short name.
        name: the city's name in its own language.
        title: heading of portal and catalogue.
        timezone: zone of days and months.
        languages: portal languages, the first by default.
        bbox: least lon, least lat, greatest lon, greatest lat, in degrees.
        coordinates: system of the city's own geometry.
        calendar: calendar_code of the work calendar.
        month_start: day on which an assessment month begins.
        future_tolerance: how far an instant may lie after its arrival (K14).
        deadline_reach: how far a deadline may lie after the report (K15).
        formats: format name → anchored regular expression, as columns name them.
        division_code_lengths: lengths of division codes, districts first.
        division_patterns: level → regular expression of its codes.
        standard_category_system: list that every case is also given in, or None.
        category_systems: every category list a feed may name.
        population: cases that figures count.
        roster: rules of posts.
        action: valid acts, and how many and how soon.
        institution: what the items of rule-building weigh.
        working: which days are worked; None where the city does not say.
        limits: how deadlines of the hub's own are worked out.
        automation: when the hub works by itself.
        sharing: within how many working days requests are dealt with.
        retention: which values are erased when.
        alarm: from when on something is told, and to whom.
        lead: dataset → its lead source; datasets without one are not here.
        folder: where all this was read.
        references: reference data, street units that the hub made included.
        listed: the unit lists as the folder states them.
        successors: the table of successors of divisions that have ended.
        street_units: whether every street becomes a unit of its own.
        partners: partner id → its declaration, the sound ones only.
        broken: partner file → what is wrong with it.
        partner_ids: every partner that has a file, sound or not.
    """

    id: str
    name: str
    title: str
    timezone: str
    languages: tuple[str, ...]
    bbox: tuple[float, float, float, float]
    coordinates: Coordinates
    calendar: str
    month_start: int
    future_tolerance: timedelta
    deadline_reach: timedelta
    formats: Mapping[str, str]
    division_code_lengths: tuple[int, ...]
    division_patterns: Mapping[str, str]
    standard_category_system: str | None
    category_systems: frozenset[str]
    population: Population
    roster: Roster
    action: Action
    institution: Institution = field(default_factory=Institution)
    working: Calendar | None
    limits: Limits
    automation: Automation = field(default_factory=Automation)
    sharing: Sharing = field(default_factory=Sharing)
    retention: tuple[Retention, ...] = ()
    alarm: Alarm = field(default_factory=Alarm)
    lead: Mapping[str, Lead]
    folder: Path
    references: Mapping[str, pl.DataFrame] = field(repr=False)
    listed: Mapping[str, pl.DataFrame] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    successors: tuple[Successor, ...] = ()
    street_units: bool = False
    partner_ids: frozenset[str] = frozenset()
    partners: Mapping[str, Partner] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    broken: Mapping[Path, DeclarationError] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )

    def reference(self, dataset: str) -> pl.DataFrame:
        """Reference data in canonical columns, with `partner` HUB and `source_id`.

        Args:
            dataset: division, assessment_unit, assessment_unit_member, category,
                category_map or time_limit; KeyError for any other.
        """
        if dataset not in FILES:
            raise KeyError(
                f"no reference data {dataset!r}; there is {', '.join(FILES)}"
            )
        return self.references[dataset]

    def crosswalk(self, dataset: str) -> pl.DataFrame:
        """Which key of a partner is which key of the lead source (design §4).

        Columns partner, source_id, lead_partner, lead_source_id, all text, from
        `crosswalks/<dataset>.csv`; empty where there is no file.
        """
        path = self.folder / "crosswalks" / f"{dataset}.csv"
        if not path.exists():
            return pl.DataFrame(schema=dict.fromkeys(CROSSWALK, pl.String))
        columns = ", ".join(CROSSWALK)
        try:
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
            return frame.select(CROSSWALK)
        except (pl.exceptions.PolarsError, OSError):
            raise DeclarationError(
                f"read crosswalks/{path.name} of city {self.id}",
                seen=f"it is not a CSV in UTF-8 with the columns {columns}",
                next_step="Correct the file.",
            ) from None

    def work_calendar(self, this_year: int) -> pl.DataFrame:
        """Dataset work_calendar up to the year after this one, as `reference`.

        Empty where the city states no working days.
        """
        if self.working is None:
            return work_calendar(self.calendar, "", (), years=range(0))
        return work_calendar(
            self.calendar,
            self.working.holidays,
            self.working.shifts,
            years=range(self.working.first_year, this_year + 2),
        )

    @cached_property
    def division_codes(self) -> frozenset[str]:
        """Every division code that exists in any version."""
        return frozenset(self.references["division"]["division_code"])

    @cached_property
    def successor_table(self) -> pl.DataFrame:
        """The successors in columns (SUCCESSOR)."""
        return pl.DataFrame(list(self.successors), schema=SUCCESSOR, orient="row")

    @cached_property
    def succession(self) -> Succession:
        """The successors with the divisions over whose days they are followed."""
        return Succession(self.reference("division"), self.successor_table)

    @property
    def unit_codes(self) -> frozenset[str]:
        """Every assessment unit that exists in any version."""
        return frozenset(self.reference("assessment_unit")["unit_code"])

    @cached_property
    def norms(self) -> Norms:
        """Formats and tolerances as the checks of single rows take them."""
        return Norms(
            formats=self.formats,
            clock_tolerance=self.future_tolerance,
            deadline_reach=self.deadline_reach,
        )

    def digest(self) -> str:
        """SHA-256 over names and contents of all files in the city's folder."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        total = sha256()
        for path in city_files(self.folder):
            name = path.relative_to(self.folder).as_posix().encode()
            total.update(sha256(name).digest())
            total.update(sha256(path.read_bytes()).digest())
        return total.hexdigest()


def city_files(folder: Path) -> list[Path]:
    """The files that make a city: no caches, nothing hidden, in a fixed order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
