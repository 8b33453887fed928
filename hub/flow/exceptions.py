"""Exceptions of months from what is published, kept as `metric/exception`.

What lives here: reading the rosters and cases, judging the rules of rosters on each
month's last known day, and comparing boundaries. What does not: which rows are on
which list (`hub.metrics.exceptions`), the rules (`hub.pipeline.roster_rules`), findings
as of today (`link_rosters`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

import polars as pl

from hub.flow.closers import read_hurried
from hub.flow.figures import known_at
from hub.flow.house import House
from hub.flow.issue_tables import Versions, read_table
from hub.flow.metric_rows import Facts
from hub.flow.metric_tables import frozen_mark, metric_table
from hub.flow.roster_rows import RosterFacts
from hub.metrics.exceptions.cases import cases_of_month, never_met, repeated_attempts
from hub.metrics.exceptions.closers import mass_closers
from hub.metrics.exceptions.findings import rule_rows
from hub.metrics.exceptions.gaming import Thresholds, flagged, reports_of
from hub.metrics.exceptions.ground import ground, workload
from hub.metrics.exceptions.lists import COLUMNS, RULES, on_list
from hub.metrics.exceptions.placed_rows import exception_table
from hub.metrics.exceptions.registers import (
    boards_out_of_date,
    objects_without_area,
    open_posts,
)
from hub.metrics.exceptions.twins import FORMS, objects_alike
from hub.metrics.exceptions.vacancies import vacancies
from hub.metrics.roster_rows.streets import Terrain, object_rows
from hub.metrics.units import on_day
from hub.pipeline.division_names import comparable
from hub.pipeline.geometry import overlaps, read_boundaries
from hub.pipeline.roster_rules import FINDING, Rosters, roster_findings
from hub.schemas.rules import rule
from hub.scoring.spec import Review
from hub.storage.holders import this_process

APP = "exceptions"
LEASE = timedelta(minutes=30)
# What the lists of cases ask of `issue_loop`.
ASKED = (
    "period", "issue_id", "area_id", "street_code", "district_code", "chief_person_id",
    "limit_at", "in_reported", "in_due", "in_due_instead", "in_population", "duplicate",
    "assigned", "to_dispose", "overdue_now", "hang",
)  # fmt: skip
REPORT = (
    "issue_id", "reporter_person_id", "reported_at", "handled_at", "lon", "lat",
    "coord_quality_code", "media",
)  # fmt: skip
RECOGNISED = (
    "service_object_id", "object_name", "legal_name", "uscc_id", "address",
    "valid_from_on", "valid_to_on",
)  # fmt: skip
BOUNDARY = (
    "area_id", "street_code", "status_code", "boundary", "valid_from_on", "valid_to_on",
)  # fmt: skip


def exceptions(
    house: House,
    periods: Sequence[str],
    as_of: datetime,
    *,
    versions: Versions | None = None,
    review: Review | None = None,
    facts: Facts | None = None,
) -> pl.DataFrame:
    """Every list of exceptions of the months, as of their last known days.

    Args:
        house: the hub.
        periods: months `YYYY-MM`; one that has not begun has no rows.
        as_of: instant of knowledge.
        versions: table version by dataset, as a release pins them; None = the newest.
        review: which cases need a review, where a policy says so.
        facts: of those versions and reviews, if somebody has begun to read them.

    Returns:
        `hub.metrics.exceptions.lists.COLUMNS`, sorted.
    """
    read = facts or Facts(house, versions, review)
    rosters = read.rosters
    terrain = rosters.terrain(periods, as_of)
    lists = [
        *_of_rosters(rosters, terrain),
        *_of_cases(read, terrain, as_of),
        _of_rules(rosters, terrain),
        _of_boundaries(rosters, terrain),
    ]
    return exception_table(lists, rosters.places, terrain.days)


def _of_rosters(facts: RosterFacts, terrain: Terrain) -> Iterator[pl.DataFrame]:
    sections, orgs = facts.read("road_section"), facts.read("org")
    yield from ground(terrain)
    yield from vacancies(sections, orgs, terrain)
    yield from boards_out_of_date(facts.read("sign_board"), sections, terrain)
    objects = object_rows(facts.read("service_object"), terrain, facts.zone)
    yield objects_without_area(objects)
    yield objects_alike(objects, _traits(facts, terrain))
    yield from open_posts(orgs, terrain)


def _traits(facts: RosterFacts, terrain: Terrain) -> pl.DataFrame:
    """What objects are recognised by, in the form in which it is compared."""
    read = read_table(
        facts.house, "service_object", RECOGNISED, versions=facts.versions
    )
    forms = {
        f"{column.removesuffix('_name')}_form": comparable(read[column])
        for column in ("object_name", "legal_name", "address")
    }
    here = on_day(read.with_columns(**forms), terrain.days)
    known = here.select("period", "uscc_id", *FORMS, subject_id="service_object_id")
    return known.unique(["period", "subject_id"], keep="any")


def _of_cases(read: Facts, terrain: Terrain, as_of: datetime) -> Iterator[pl.DataFrame]:
    facts, days = read.rosters, terrain.days
    house = facts.house
    months = days["period"].to_list()
    cases = read.loop(months, as_of).read(*ASKED)
    yield from workload(terrain, cases_of_month(cases))
    yield never_met(cases, facts.read("meeting_item"), as_of=as_of, zone=facts.zone)
    yield repeated_attempts(cases, read.handlings(months, as_of))
    issues = _reports(facts, terrain)
    flags = house.city.action.flags
    limits = Thresholds(
        **{one.name: getattr(flags, one.name) for one in fields(Thresholds)}
    )
    yield from flagged(
        reports_of(issues, facts.roster, days, facts.zone),
        facts.patrols(months),
        facts.roster,
        days=days,
        thresholds=limits,
        zone=facts.zone,
    )
    hurried = read_hurried(house, months, limits, facts.versions)
    yield mass_closers(hurried, facts.read("org"), terrain)


def _reports(facts: RosterFacts, terrain: Terrain) -> pl.DataFrame:
    """What people on the roster reported, with the digests of its pictures."""
    staff = terrain.roster.assignments["person_id"].unique()
    is_staff = pl.col("reporter_person_id").is_in(staff.implode())
    months = terrain.days["period"].to_list()
    digests = pl.col("media").list.eval(pl.element().struct.field("sha256"))
    return facts.done_by("issue", months, REPORT, is_staff).select(
        pl.exclude("media"), pictures=digests
    )


def _of_rules(facts: RosterFacts, terrain: Terrain) -> pl.DataFrame:
    """The rules of rosters on each day that speaks for a month."""
    settings = facts.house.city.roster
    rosters = Rosters(*(facts.read(name) for name in Rosters._fields))
    found = [pl.DataFrame(schema={"period": pl.String(), **FINDING})]
    for period, day in terrain.days.select("period", "day").rows():
        here = roster_findings(
            rosters,
            on=day,
            max_areas=settings.max_areas_per_chief,
            street_max_areas={one: settings.max_areas(one) for one in settings.streets},
        )
        found.append(here.select(pl.lit(period).alias("period"), *FINDING))
    texts = [rule(code) for code in RULES]
    words = pl.DataFrame(
        {
            "rule": [one.code for one in texts],
            "note_zh": [one.meaning_zh for one in texts],
            "note_en": [one.meaning_en for one in texts],
        }
    )
    sections, orgs = facts.read("road_section"), facts.read("org")
    return rule_rows(pl.concat(found), words, sections, orgs, terrain)


def _of_boundaries(facts: RosterFacts, terrain: Terrain) -> pl.DataFrame:
    """Active areas of one street whose boundaries overlap (model §3.5)."""
    drawn = read_table(facts.house, "area", BOUNDARY, versions=facts.versions).filter(
        (pl.col("status_code") == "ACTIVE") & pl.col("boundary").is_not_null()
    )
    drawn = drawn.with_row_index("row").cast({"row": pl.Int64})
    standing = on_day(drawn, terrain.days).select(
        "period", "row", "area_id", "street_code"
    )
    pairs = overlaps(read_boundaries(drawn["boundary"]))
    other = standing.select("period", "street_code", right="row", other="area_id")
    met = (
        pairs.join(standing, left_on="left", right_on="row")
        .join(other, on=["period", "street_code", "right"])
        .filter(pl.col("area_id") != pl.col("other"))
        .group_by("period", "area_id", "street_code")
        .agg(amount=pl.col("other").n_unique().cast(pl.Int64))
    )
    return on_list("boundary_overlap", met.with_columns(subject_id="area_id"))


def retell_exceptions(
    house: House, frozen: Collection[str] = (), facts: Facts | None = None
) -> int:
    """Compute and keep the exceptions of every month that has figures.

    Args:
        house: the hub.
        frozen: months that stay as they are.
        facts: those of now, if somebody has begun to read them.

    Returns:
        Rows found, those of frozen months left out.
    """
    told = metric_table(house, "figure").files()
    months = sorted({file.partition["period"] for file in told} - set(frozen))
    if not months:
        return 0
    found = exceptions(house, months, known_at(house), facts=facts)
    return keep_exceptions(house, found, months)


def keep_exceptions(house: House, found: pl.DataFrame, periods: Sequence[str]) -> int:
    """Make these months of the table say exactly this; the same again changes nothing.

    Other months stay as they are.

    Returns:
        Rows found.
    """
    table = metric_table(house, "exception")
    add, remove = [], []
    for month in sorted(set(periods)):
        if table.number(frozen_mark(month)) >= 0:  # frozen while this was computed
            continue
        files = table.files(partitions=[{"period": month}])
        fresh = found.filter(pl.col("period") == month)
        old = table.read(files=files).select(list(COLUMNS))
        if fresh.equals(old.sort(list(COLUMNS), nulls_last=True)):
            continue
        remove += files
        if len(fresh):
            add += table.write(fresh, {"period": month})
    if add or remove:
        with house.leases.hold(table.name, this_process(APP), LEASE):
            table.commit(APP, table.number(APP) + 1, add=add, remove=remove)
    return len(found)
