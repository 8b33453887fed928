"""Drafts of what the simulated partners send, against the files people wrote for them.

Each feed is read over its own connector without the help of its declaration. Rows are
as dirty as the demo makes them: bad dates, mixed clocks, repeated pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.answer_keys import Score, answers_of, score
from support.demo_samples import demo_samples
from support.filled_draft import fill, problems

from hub.onboarding.draft import Draft, infer
from hub.onboarding.writing import write_draft
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.partners.spec import Feed
from hub.schemas import dataset

ENOUGH = 0.9
# Several people stand in each row there: several emits are due, a draft has one.
WIDE = "roster/roles_hanyang"
# Two tables of a few rows about extensions, which look like cases.
SHORT = {"caidian/adjustments", "qingshan/adjustments"}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("wuhan")


@pytest.fixture(scope="module")
def drafts(
    city: City, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Feed, Draft]]:
    folder = tmp_path_factory.mktemp("samples")
    return {
        f"{partner.id}/{feed.name}": (feed, infer(sample, city))
        for partner, feed, sample in demo_samples(folder, city)
        if not sample.rows.is_empty()
    }


def _scores(drafts: dict[str, tuple[Feed, Draft]]) -> Iterator[Score]:
    for name, (feed, draft) in drafts.items():
        if name != WIDE:
            yield score(draft, answers_of(feed, draft.choice.dataset), name=name)


@pytest.mark.slow
def test_most_fields_are_mapped_at_first_try(
    drafts: dict[str, tuple[Feed, Draft]],
) -> None:
    found = list(_scores(drafts))

    print(*found, sep="\n")  # noqa: T201 - the rates are what is to be shown
    right, mappable = (sum(getattr(s, n) for s in found) for n in ("right", "mappable"))
    print(f"all: {right}/{mappable} = {right / mappable:.1%}")  # noqa: T201
    assert len(found) >= 30
    assert right >= ENOUGH * mappable


@pytest.mark.slow
def test_nothing_wrong_is_called_certain(drafts: dict[str, tuple[Feed, Draft]]) -> None:
    wrong = {one.name: one.wrongly_certain for one in _scores(drafts)}

    assert {name: some for name, some in wrong.items() if some} == {}


@pytest.mark.slow
def test_the_dataset_is_found(drafts: dict[str, tuple[Feed, Draft]]) -> None:
    wrong = {
        name
        for name, (feed, draft) in drafts.items()
        if draft.choice.dataset not in {emit.dataset for emit in feed.emits}
    }

    assert wrong <= SHORT
    assert not any(drafts[name][1].choice.is_sure for name in wrong)


@pytest.mark.slow
def test_a_system_in_china_is_never_told_from_a_box_alone(
    drafts: dict[str, tuple[Feed, Draft]],
) -> None:
    systems = [draft.system for _, draft in drafts.values() if draft.system is not None]

    assert len(systems) > 10
    assert {one.name for one in systems} == {"unknown"}
    assert all(one.why for one in systems)


@pytest.mark.slow
def test_identity_numbers_and_passwords_never_land(
    drafts: dict[str, tuple[Feed, Draft]],
) -> None:
    missed = {
        (name, field)
        for name, (feed, draft) in drafts.items()
        for field in feed.never_land
        if field in draft.facts and field not in {one.field for one in draft.never}
    }

    assert missed == set()


@pytest.mark.slow
def test_filled_drafts_pass_the_check(
    drafts: dict[str, tuple[Feed, Draft]], city: City, tmp_path: Path
) -> None:
    found = {}
    for name, (_, draft) in drafts.items():
        made = write_draft(draft, city, partner="newcomer", feed="rows")
        if found_here := problems(fill(made), city, "newcomer", tmp_path):
            found[name] = found_here

    assert found == {}


@pytest.mark.slow
def test_no_draft_shows_a_name_a_telephone_or_an_address(
    drafts: dict[str, tuple[Feed, Draft]], city: City
) -> None:
    shown = set()
    for name, (_, draft) in drafts.items():
        made = write_draft(draft, city, partner="newcomer", feed="rows")
        for field, columns in _personal_fields(draft):
            values = draft.sample.rows[field].drop_nulls().unique().to_list()
            shown |= {
                (name, columns) for one in values if len(one) > 1 and f'"{one}"' in made
            }

    assert shown == set()


def _personal_fields(draft: Draft) -> Iterator[tuple[str, str]]:
    """Fields that the draft takes for something personal, by column."""
    ds = dataset(draft.choice.dataset)
    for line in draft.choice.lines:
        if ds.column(line.match.column).personal is not None:
            yield line.match.field, line.match.column
    for one in draft.never:
        yield one.field, "never"
