"""From `city.toml` and the files beside it to a `City` without partners.

What lives here: reading, typing and checking what a city says of itself. What
does not: partner files (`loader`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
from pydantic import ValidationError

from hub.partners.alarms import channel_problems
from hub.partners.check import zone_problems
from hub.partners.city import City, as_timedelta
from hub.partners.city_spec import CityFile
from hub.partners.cron import cron_fault
from hub.partners.duties import duty_problems
from hub.partners.problems import FaultyDeclaration, Problem, not_allowed, path_of
from hub.partners.reference import UNIT_LISTS, read_reference, street_units_of
from hub.partners.reference_check import find_reference_problems
from hub.partners.succession import Successor
from hub.partners.successors import find_successor_problems, read_successors
from hub.partners.toml_text import read_tables
from hub.partners.wording import Steps, problems_of
from hub.partners.work_calendar import ANNOUNCED, known_countries
from hub.schemas.code_lists import code_list
from hub.schemas.formats import national_formats

# Kinds of thing that several partners may deliver about the same city (design §4).
LED = frozenset(
    {
        "area",
        "assignment",
        "org",
        "patrol",
        "person",
        "road_section",
        "service_object",
        "sign_board",
    }
)
_POLE = 90


def read_city_file(folder: Path, partner_ids: frozenset[str]) -> City:
    """The city of a folder, its partners left out.

    Args:
        folder: holds `city.toml`.
        partner_ids: partners that `[lead]` may name.

    Raises:
        FaultyDeclaration: with every problem of `city.toml` and the CSV files.
    """
    path = folder / "city.toml"
    tables = read_tables(path)
    tables["lead"] = _leads(tables.get("lead", {}))
    try:
        file = CityFile.model_validate(tables)
    except ValidationError as error:
        problems = problems_of(error, CityFile, tables, _path)
        raise _fault(path, problems) from None
    problems = _problems(file, partner_ids)
    references = read_reference(
        folder,
        national=file.categories.national,
        problems=problems,
    )
    successors = read_successors(folder, problems)
    listed = {name: references[name] for name in UNIT_LISTS}
    if file.assessment.street_units:
        for name, made in street_units_of(references).items():
            references[name] = pl.concat([references[name], made])
    if not problems:
        problems += find_reference_problems(references, file.divisions.patterns)
        problems += find_successor_problems(successors, references["division"])
    units = frozenset(references["assessment_unit"]["unit_code"])
    for name, lead in file.lead.items():
        problems += [
            not_allowed(
                path_of("lead", name), kind="assessment unit", given=unit, allowed=units
            )
            for unit in lead.by_unit
            if unit not in units
        ]
    if problems:
        raise _fault(path, problems)
    return replace(
        _city(folder, file, references, listed),
        successors=tuple(map(Successor._make, successors.rows())),
    )


def _fault(path: Path, problems: list[Problem]) -> FaultyDeclaration:
    return FaultyDeclaration(
        path, problems, next_step="Correct the city's files, then run `hub doctor`."
    )


def _leads(table: object) -> object:
    """`area = "x"` and `area = { default = "x", "AU-1" = "y" }` spelt out."""
    if not isinstance(table, dict):
        return table
    spelt: dict[str, Any] = {}
    for name, given in table.items():
        if isinstance(given, dict):
            units = {unit: who for unit, who in given.items() if unit != "default"}
            own = {"default": given["default"]} if "default" in given else {}
            spelt[name] = own | {"by_unit": units}
        else:
            spelt[name] = {"default": given, "by_unit": {}}
    return spelt


def _path(steps: Steps) -> str:
    words = [str(step) for step in steps if step != "by_unit"]
    return path_of(*words) or "city.toml"


def _problems(file: CityFile, partner_ids: frozenset[str]) -> list[Problem]:
    """What is wrong with `city.toml` beyond keys and types."""
    problems = list(zone_problems("city → timezone", file.city.timezone))
    west, south, east, north = file.city.bbox
    order = "write least lon, least lat, greatest lon, greatest lat"
    if west >= east or south >= north:
        problems.append(Problem("city → bbox", "is empty", order))
    if max(abs(south), abs(north)) > _POLE:
        problems.append(Problem("city → bbox", "has a lat beyond the pole", order))
    if file.calendar is not None:
        country = file.calendar.holidays
        if country not in ANNOUNCED and country not in known_countries():
            problems.append(
                not_allowed(
                    "calendar → holidays",
                    kind="country with known holidays",
                    given=country,
                    allowed=known_countries(),
                )
            )
        edges = [edge for one in file.calendar.shifts for edge in one.split("-")]
        if edges != sorted(edges) or any(
            first == last for first, last in zip(edges[::2], edges[1::2], strict=True)
        ):
            problems.append(
                Problem(
                    "calendar → shifts",
                    "do not follow each other",
                    "write them in their order, each with its end after its start",
                )
            )
    entries = code_list("CATEGORY_SYSTEM")
    problems += [
        Problem(
            "categories → local_systems",
            f'"{name}" is no code of CATEGORY_SYSTEM',
            'a list of one partner is called "LOCAL-<partner>"',
        )
        for name in file.categories.local_systems
        if not entries.allows(name)
    ]
    known = _category_systems(file)
    standard = file.categories.standard_system
    if standard is not None and standard not in known:
        problems.append(
            not_allowed(
                "categories → standard_system",
                kind="category system",
                given=standard,
                allowed=known,
            )
        )
    problems += duty_problems(file.retention)
    problems += _automation_problems(file)
    problems += channel_problems(file.alarm)
    for name, lead in file.lead.items():
        where = path_of("lead", name)
        if name not in LED:
            problems.append(
                not_allowed("lead", kind="dataset with a lead", given=name, allowed=LED)
            )
        problems += [
            not_allowed(where, kind="partner", given=who, allowed=partner_ids)
            for who in sorted(lead.partners - partner_ids)
        ]
    return problems


def _automation_problems(file: CityFile) -> list[Problem]:
    """Times that are no cron expressions."""
    told = file.automation
    given = {"pull": told.pull, "publish": told.publish, "again": told.again}
    return [
        Problem(path_of("automation", name), fault, 'write it as in "0 6 * * *"')
        for name, text in given.items()
        if (fault := cron_fault(text))
    ]


def _category_systems(file: CityFile) -> frozenset[str]:
    """Lists a feed may name, `LOCAL-<partner>` apart."""
    shipped = {code for code in code_list("CATEGORY_SYSTEM").codes if "<" not in code}
    national = shipped if file.categories.national else set()
    return frozenset(national) | frozenset(file.categories.local_systems)


def _city(
    folder: Path,
    file: CityFile,
    references: Mapping[str, pl.DataFrame],
    listed: Mapping[str, pl.DataFrame],
) -> City:
    about = file.city
    base = dict(national_formats()) if file.categories.national else {}
    return City(
        id=about.id,
        name=about.name,
        title=about.title,
        timezone=about.timezone,
        languages=about.languages,
        bbox=about.bbox,
        coordinates=about.coordinates,
        calendar=about.calendar,
        month_start=about.month_start,
        future_tolerance=as_timedelta(about.future_tolerance),
        deadline_reach=as_timedelta(about.deadline_reach),
        formats=MappingProxyType(base | file.formats),
        division_code_lengths=file.divisions.code_lengths,
        division_patterns=MappingProxyType(dict(file.divisions.patterns)),
        standard_category_system=file.categories.standard_system,
        category_systems=_category_systems(file),
        population=file.assessment.population,
        roster=file.roster,
        action=file.action,
        institution=file.institution,
        working=file.calendar,
        limits=file.limits,
        automation=file.automation,
        sharing=file.sharing,
        retention=file.retention,
        alarm=file.alarm,
        lead=MappingProxyType(dict(file.lead)),
        folder=folder,
        references=MappingProxyType(dict(references)),
        listed=MappingProxyType(listed),
        street_units=file.assessment.street_units,
    )
