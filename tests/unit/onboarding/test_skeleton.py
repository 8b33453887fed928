"""A skeleton fails the check only at its blanks."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.filled_draft import check_filled, problems

from hub.onboarding.skeleton import connector_of, write_skeleton
from hub.onboarding.vocabulary import mappable, topics
from hub.partners.loader import load_city
from hub.partners.merge import profile_names
from hub.schemas import dataset

CITY = load_city("wuhan")


def _plain(connector: str, name: str) -> str:
    return write_skeleton(
        "newcomer", CITY, connector=connector, profile=None, dataset_name=name
    )


@pytest.mark.parametrize("connector", ["files", "rest", "sql"])
def test_a_skeleton_passes_once_its_blanks_are_filled(
    connector: str, tmp_path: Path
) -> None:
    made = _plain(connector, "issue")

    assert check_filled(made, CITY, "newcomer", tmp_path) == []


@pytest.mark.parametrize("name", sorted(topics()))
def test_what_the_check_misses_is_marked(name: str, tmp_path: Path) -> None:
    made = _plain("files", name)

    missing = problems(made, CITY, "newcomer", tmp_path)

    for column in mappable(dataset(name)):
        said = f'"{column.name}"' in " ".join(missing)
        assert said == (f"# FILL IN: required {column.name} " in made)
    strangers = [one for one in missing if "missing" not in one]
    assert strangers == []


@pytest.mark.parametrize("profile", profile_names())
def test_a_profile_brings_its_feeds_and_its_own_words(
    profile: str, tmp_path: Path
) -> None:
    made = write_skeleton(
        "newcomer",
        CITY,
        connector=connector_of(profile),
        profile=profile,
        dataset_name="issue",
    )

    left = problems(made, CITY, "newcomer", tmp_path)

    assert f'profile = "{profile}"' in made
    assert "What the profile leaves to the site" in made
    marked = ("category_system", "coordinates", "source_channel_code", "issue_id")
    assert [one for one in left if not any(word in one for word in marked)] == []
