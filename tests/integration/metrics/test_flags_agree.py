"""Every column of `issue_loop` on 1,000 random towns, case by case."""

from __future__ import annotations

from typing import Any

import pytest
from support.slow.counts import all_atoms, in_any_cohort, trail_of
from support.slow.hub_side import loop_rows
from support.slow.spans import other_values, span_values
from support.slow.town import Row, Town
from support.slow.towns import Batch, batch, seeds

BATCHES, TOWNS = 20, 50
PLACES = {
    "unit_code": "unit",
    "street_unit_code": "street_unit",
    "district_code": "district",
    "street_code": "street",
    "community_code": "community",
    "area_id": "area",
    "org_id": "org",
    "chief_person_id": "chief",
}


def told(batch_: Batch) -> dict[str, Row]:
    """The cases of the month by their id, with all that is compared."""
    found: dict[str, Row] = {}
    for town in batch_.towns:
        issues = {row["issue_id"]: row for row in town.rows["issue"]}
        for atoms in all_atoms(town):
            if in_any_cohort(atoms):
                issue = issues[atoms["issue_id"]]
                found[issue["issue_id"]] = atoms | _values(batch_, town, issue, atoms)
    return found


def _values(batch_: Batch, town: Town, issue: Row, atoms: Row) -> Row:
    trail = trail_of(town, issue)
    kind, code = issue["std_category_kind_code"], issue["std_category_code"]
    own = "{category_system_code}/{category_kind_code}:{category_code}".format(**issue)
    return {
        **span_values(issue, trail, batch_.calendar),
        **other_values(town, issue, trail),
        **{column: atoms["places"][level] for column, level in PLACES.items()},
        "period": batch_.month,
        "category": own if code is None else f"{kind}:{code}",
        "computed_limit_at": issue["computed_deadline_at"],
        **{name: issue[name] for name in issue if name not in PLACES},
        "rework_count": atoms["rework_count"],
        "return_count": atoms["return_count"],
        "extension_count": atoms["extension_count"],
    }


def unlike(found: Row, expected: Row) -> dict[str, tuple[Any, Any]]:
    """Columns of which the two say something else."""
    return {
        name: (value, expected[name])
        for name, value in found.items()
        if value != expected[name]
    }


@pytest.mark.parametrize("seed", seeds(BATCHES))
def test_every_flag_and_span_of_every_case_agrees(seed: int) -> None:
    towns = batch(seed, TOWNS)
    expected = told(towns)

    rows = loop_rows(towns)

    assert rows["issue_id"].sort().to_list() == sorted(expected)
    wrong = {
        row["issue_id"]: unlike(row, expected[row["issue_id"]])
        for row in rows.iter_rows(named=True)
    }
    assert not {key: value for key, value in wrong.items() if value}
