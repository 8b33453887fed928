"""Pages: rows that are hard to find are found all the same, or told not to be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from support.served import Served

HARD = "/datasets/issue/rows?district_code=eq.420102&order=reported_at.desc&limit=3"
PLAIN = "/datasets/issue/rows?limit=5"


@pytest.fixture
def hard(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Whatever is searched for takes longer than a moment."""
    monkeypatch.setattr("hub.sharing.shelf.shelf.STEPS", 1)
    monkeypatch.setattr("hub.sharing.api.rows.MOMENT", -1.0)
    return monkeypatch


def test_rows_that_take_long_are_the_same_page(
    served: Served, hard: pytest.MonkeyPatch
) -> None:
    slowly = served.get(HARD, "everything")
    hard.undo()
    soon = served.get(HARD, "everything")

    assert slowly.status_code == soon.status_code == 200
    assert slowly.json() == soon.json()
    assert len(soon.json()["rows"]) == 3
    assert slowly.headers["Link"].startswith("</api/v1/datasets/issue/rows?")


def test_rows_that_take_too_long_are_refused_and_the_next_page_is_not(
    served: Served, hard: pytest.MonkeyPatch
) -> None:
    whole = served.get(PLAIN, "everything").json()
    options = replace(served.service.options, seconds=-1.0)
    hard.setattr(served.service, "options", options)

    answer = served.get(HARD, "everything")

    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("The rows were not found in time")
    assert answer.headers["Retry-After"] == "30"
    assert served.get(PLAIN, "everything").json() == whole


def test_more_readers_than_pages_are_made_at_once_all_get_theirs(
    served: Served,
) -> None:
    with ThreadPoolExecutor(16) as readers:
        answers = list(
            readers.map(lambda _: served.get(PLAIN, "everything"), range(64))
        )

    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
