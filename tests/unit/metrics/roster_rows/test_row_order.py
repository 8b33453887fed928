"""Neither the order of rows nor the level changes a total."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.roster_frames import area, person, post
from support.street_rows import (
    BOARD,
    COMMUNITIES,
    ORG,
    SECTION,
    builder,
    contact,
    day,
    frame,
    shop_chief,
    terrain,
    told,
)
from support.thorough import of

from hub.metrics.exceptions.ground import ground
from hub.metrics.exceptions.placed_rows import exception_table
from hub.metrics.exceptions.registers import boards_out_of_date
from hub.metrics.exceptions.vacancies import vacancies
from hub.metrics.figures import Figures
from hub.metrics.roster_rows.streets import (
    Terrain,
    board_rows,
    community_rows,
    named_org_rows,
    section_rows,
)

ENDS = st.sampled_from([None, day(15), day(30)])
PEOPLE = st.sampled_from(["p1", "p2"])
AREAS = st.sampled_from(["a1", "a2", "a3"])
COVERAGE = (
    ("community_coverage_rate", "community"),
    ("building_chief_rate", "community"),
    ("road_coverage_rate", "road_section"),
    ("shop_chief_rate", "road_section"),
    ("sign_board_rate", "board"),
    ("named_contact_rate", "named_org"),
)
areas = st.builds(
    lambda id_, street, communities, status, end: area(
        area_id=id_,
        street_code=street,
        community_codes=communities,
        status_code=status,
        valid_to_on=end,
        unit_grid_codes=[],
    ),
    AREAS,
    st.sampled_from(["s1", "s2", "s9"]),
    st.lists(st.sampled_from([*COMMUNITIES, "s9c1"]), max_size=2),
    st.sampled_from(["ACTIVE", "ACTIVE", "PLANNED", "REVOKED"]),
    ENDS,
)
posts = st.builds(
    lambda make, target, who, start, end: make(
        target_id=target, person_id=who, start_on=start, end_on=end
    ),
    st.sampled_from([post, builder, shop_chief, contact]).map(
        lambda make: lambda target_id, **rest: make(**rest) | {"target_id": target_id}
    ),
    st.sampled_from(["a1", "a2", "s1c1", "s2c1", "r1", "r2", "o1"]),
    PEOPLE,
    st.sampled_from([day(1), day(15)]),
    st.sampled_from([None, day(30)]),
)
sections = st.builds(
    lambda id_, place, length, need: {
        "road_section_id": id_,
        "area_id": place,
        "road_name": f"road {id_}",
        "length_m": length,
        "is_shop_chief_required": need,
    },
    st.sampled_from(["r1", "r2", "r3"]),
    AREAS,
    st.none() | st.integers(1, 5000).map(lambda n: Decimal(n) / 1000),
    st.booleans(),
)
boards = st.builds(
    lambda id_, place, status, end: {
        "sign_board_id": id_,
        "area_id": place,
        "status_code": status,
        "shown_road_text": "road r1",
        "valid_to_on": end,
    },
    st.sampled_from(["b1", "b2"]),
    AREAS,
    st.sampled_from(["IN_USE", "OUTDATED"]),
    ENDS,
)
orgs = st.builds(
    lambda id_, place, unit: {
        "org_id": id_,
        "division_code": place,
        "unit_code": unit,
        "is_contact_required": True,
    },
    st.sampled_from(["o1", "o2"]),
    st.sampled_from([None, "s1", "s2c1", "d1", "d9"]),
    st.sampled_from([None, None, "AU-2", "AU-s1", "AU-gone"]),
)


def by_id(key: str, rows: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(rows, max_size=4, unique_by=lambda row: row[key])


Lists = tuple[list[Any], list[Any], list[Any], list[Any], list[Any]]
lists = st.tuples(
    by_id("area_id", areas),
    st.lists(posts, max_size=6),
    by_id("road_section_id", sections),
    by_id("sign_board_id", boards),
    by_id("org_id", orgs),
)


def around(rows: Lists) -> Terrain:
    named = {"unit_grid_codes": pl.List(pl.String)}
    where = terrain((), rows[1], [person(), person(person_id="p2", mobile=None)])
    extended = where.roster.areas.schema | named
    persons = where.roster.persons.with_columns(person_name="person_id")
    return where._replace(
        roster=where.roster._replace(areas=frame(rows[0], extended), persons=persons)
    )


def figures(rows: Lists) -> list[Figures]:
    where = around(rows)
    made = {
        "community": community_rows(where),
        "road_section": section_rows(frame(rows[2], SECTION), where),
        "board": board_rows(frame(rows[3], BOARD), where),
        "named_org": named_org_rows(frame(rows[4], ORG), where),
    }
    return [
        told(name, subject, made[subject], where=where.places)
        for name, subject in COVERAGE
    ]


def exceptions(rows: Lists) -> pl.DataFrame:
    where = around(rows)
    sections, shown, orgs = (
        frame(one, schema)
        for one, schema in zip(rows[2:], (SECTION, BOARD, ORG), strict=True)
    )
    found = [
        *ground(where),
        *vacancies(sections, orgs, where),
        *boards_out_of_date(shown, sections, where),
    ]
    return exception_table(found, where.places, where.days)


@settings(max_examples=of(30, 10), deadline=None)
@given(rows=lists, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure_and_no_list(
    rows: Lists, shuffle: random.Random
) -> None:
    before, listed = figures(rows), exceptions(rows)
    for one in rows:
        shuffle.shuffle(one)

    assert all(
        a.figures.equals(b.figures) and a.beside.equals(b.beside)
        for a, b in zip(before, figures(rows), strict=True)
    )
    assert listed.equals(exceptions(rows))


@settings(max_examples=of(30, 10), deadline=None)
@given(rows=lists)
def test_units_and_what_has_none_add_up_to_the_city(rows: Lists) -> None:
    for found in figures(rows):
        evidence = found.evidence
        for level, column in (("unit", "unit_code"), ("street", "street_code")):
            for amount, part in (
                ("numerator_amount", "numerator"),
                ("denominator_amount", "denominator"),
            ):
                whole = found.figures.filter(level="city")[part].sum()
                told_there = found.figures.filter(level=level)[part].sum()
                homeless = evidence.filter(pl.col(column).is_null())[amount].sum()
                assert told_there + homeless == whole
