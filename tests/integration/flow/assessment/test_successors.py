"""A frozen month keeps the table of successors that it was computed with (T47)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
from support.closed_month import MONTH
from support.frozen_month import frozen_month

from hub.flow.assessment.past import house_at, terms_of
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.flow.release import find_release
from hub.flow.roster_rows import places_of
from hub.partners.succession import Successor

ROWS = (
    Successor("420102001001", "420102001002", date(2026, 10, 9), "合并"),
    Successor("420102001003", "420102001002", date(2026, 10, 9)),
)


def told(house: House) -> House:
    """The house of a city that says who took over from whom."""
    return replace(house, city=replace(house.city, successors=ROWS))


def test_terms_come_back_from_what_is_written_down(tmp_path: Path) -> None:
    house = told(frozen_month(tmp_path))
    release = find_release(house, None)
    written = orjson.loads(orjson.dumps(terms_of(house.city)))
    emptied = replace(house, city=replace(house.city, successors=()))

    there = house_at(emptied, release, terms=written)

    assert there.city.successors == ROWS
    assert places_of(there).successors.rows() == [tuple(row) for row in ROWS]


def test_what_came_after_the_freeze_is_not_in_it(tmp_path: Path) -> None:
    frozen = frozen_month(tmp_path)
    revision = find_revision(frozen, MONTH)
    release = find_release(frozen, None)
    assert revision.terms["successors"] == []
    older = {
        name: value for name, value in revision.terms.items() if name != "successors"
    }

    for terms in (revision.terms, older):
        there = house_at(told(frozen), release, terms=terms)
        assert there.city.successors == ()
    assert house_at(told(frozen), release).city.successors == ROWS
