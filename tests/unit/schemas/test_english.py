"""English words of the identifiers."""

from __future__ import annotations

import pytest

from hub.schemas import DATASETS
from hub.schemas.english import PARTS, WHOLE, english_name


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("reported_at", "Reported at"),
        ("case_no", "Case number"),
        ("attendee_org_ids", "Attendee organisation IDs"),
        ("lon", "Longitude"),
        ("length_m", "Length (m)"),
        ("day_on", "Day"),
        ("issue", "Issue"),
    ],
)
def test_an_identifier_in_words(identifier: str, words: str) -> None:
    assert english_name(identifier) == words


def test_no_two_columns_of_a_dataset_have_the_same_words() -> None:
    for ds in DATASETS.values():
        told = [english_name(column.name) for column in ds.all_columns]
        assert len(set(told)) == len(told), ds.name


def test_every_exception_is_still_used() -> None:
    columns = {column.name for ds in DATASETS.values() for column in ds.all_columns}
    parts = {part for name in {*columns, *DATASETS} for part in name.split("_")}

    assert WHOLE.keys() <= columns
    assert PARTS.keys() <= parts
