"""Drafts of real public files against answers that a person wrote down.

The answers are by hand, from the publishers' own column descriptions, not from the
partner files in tests/cities. A field may have several right columns; fields under
`EITHER` may be mapped as said or left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.answer_keys import CHANGED, KEY, Answers, Score, score
from support.filled_draft import check_filled
from support.real_data import CITIES, real_file

from hub.onboarding.draft import infer
from hub.onboarding.sample import read_file
from hub.onboarding.writing import write_draft
from hub.partners.loader import load_city

ENOUGH = 0.8


def _answers(**given: str | tuple[str, ...]) -> Answers:
    return {
        field: frozenset((columns,) if isinstance(columns, str) else columns)
        for field, columns in given.items()
    }


BOSTON = _answers(
    case_enquiry_id=(KEY, "case_no"),
    open_dt="reported_at",
    target_dt="source_deadline_at",
    closed_dt="closed_at",
    case_status=("source_stage_id", "source_stage_name"),
    case_title="description",
    reason="record_type_name",
    type=("category_code", "category_name"),
    location="address",
    ward="district_code",
    precinct="unit_grid_code",
    latitude="lat",
    longitude="lon",
    source=("source_channel_code", "source_channel_name"),
    submittedphoto="media_count",
)
NEW_YORK = {
    "Unique Key": frozenset({KEY, "case_no"}),
    "Created Date": frozenset({"reported_at"}),
    "Closed Date": frozenset({"closed_at"}),
    "Due Date": frozenset({"source_deadline_at"}),
    "Resolution Action Updated Date": frozenset({CHANGED}),
    "Complaint Type": frozenset({"category_code", "category_name"}),
    "Descriptor": frozenset({"record_type_name", "description"}),
    "Incident Address": frozenset({"address"}),
    "Status": frozenset({"source_stage_id", "source_stage_name"}),
    "Community Board": frozenset({"street_code"}),
    "Borough": frozenset({"district_code"}),
    "Open Data Channel Type": frozenset({"source_channel_code", "source_channel_name"}),
    "Latitude": frozenset({"lat"}),
    "Longitude": frozenset({"lon"}),
}
# The department in charge: right as the handling unit, if its roster is ever there.
EITHER = ("department", "Agency", "Agency Name")
FILES = [
    ("boston311/boston311-100.csv", "boston", BOSTON),
    ("boston311/boston311-100.jsonl", "boston", BOSTON),
    ("boston311/boston311-100-deduped.csv", "boston", BOSTON),
    ("boston311/boston311-100-20dupes-random.csv", "boston", BOSTON),
    ("nyc311/nyc311-2011-2000.csv", "newyork", NEW_YORK),
    ("nyc311/nyc311-100.csv", "newyork", NEW_YORK),
]


def _score(name: str, city: str, answers: Answers) -> Score:
    sample = read_file(real_file(name))
    return score(infer(sample, load_city(CITIES / city)), answers, either=EITHER)


@pytest.mark.parametrize(("name", "city", "answers"), FILES)
def test_most_fields_of_a_real_file_are_mapped_at_first_try(
    name: str, city: str, answers: Answers
) -> None:
    found = _score(name, city, answers)

    print(found)  # noqa: T201 - the rate is what is to be shown
    assert found.mappable >= 14
    assert found.right >= ENOUGH * found.mappable, (found.missed, found.wrong)


@pytest.mark.parametrize(("name", "city", "answers"), FILES)
def test_nothing_wrong_is_called_certain(
    name: str, city: str, answers: Answers
) -> None:
    found = _score(name, city, answers)

    assert found.certain > 0
    assert found.wrongly_certain == []


@pytest.mark.parametrize(("name", "city", "answers"), FILES)
def test_few_fields_are_mapped_that_should_not_be(
    name: str, city: str, answers: Answers
) -> None:
    found = _score(name, city, answers)

    assert len(found.wrong) <= 2, found.wrong


@pytest.mark.parametrize(
    ("name", "city", "partner"),
    [
        ("boston311/boston311-100.csv", "boston", "boston311"),
        ("nyc311/nyc311-2011-2000.csv", "newyork", "nyc311"),
    ],
)
def test_a_filled_draft_passes_the_check(
    name: str, city: str, partner: str, tmp_path: Path
) -> None:
    place = load_city(CITIES / city)
    draft = infer(read_file(real_file(name)), place)

    made = write_draft(draft, place, partner=partner, feed="requests")

    assert check_filled(made, place, partner, tmp_path) == []
