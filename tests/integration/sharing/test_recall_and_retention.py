"""The end of a release: recalled by somebody, or expired; never what a month needs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from hub.cli.printing import Page
from hub.cli.release_page import show_releases
from hub.errors import MisuseError, ReleaseGone
from hub.flow.assessment.draft import release_for
from hub.flow.house import House
from hub.flow.manifest import manifest_store
from hub.flow.published import table_of
from hub.flow.release import find_release, make_release, release_for_readers
from hub.flow.warehouse import load_warehouse
from hub.sharing.recall import recall_release, who_fetched
from hub.sharing.release_check import check_release
from hub.sharing.retention import Pruning, plan_pruning, prune_releases
from hub.storage.assessments import Assessments, Revision
from hub.storage.releases import Releases

AT = datetime(2026, 11, 1, tzinfo=UTC)


def recall(house: House, name: str) -> None:
    recall_release(house, name, reason="误发", author="张三")


def test_a_recalled_release_is_kept_from_readers_only(house: House) -> None:
    recall(house, "r000002")

    assert find_release(house, None).id == "r000001"
    assert find_release(house, "r000002").recalled is not None
    assert check_release(house, find_release(house, "r000002")).ok
    for ask in (release_for_readers, load_warehouse):
        with pytest.raises(ReleaseGone, match="误发"):
            ask(house, "r000002")
    with pytest.raises(ReleaseGone, match="误发"):
        release_for(house, "2026-10", "r000002")


def test_the_next_run_publishes_anew_after_a_recall(house: House) -> None:
    assert make_release(house).id == "r000002"
    recall(house, "r000002")
    recall(house, "r000001")
    with pytest.raises(MisuseError, match="after a recall"):
        find_release(house, None)

    made = make_release(house)

    assert made.id == "r000003"
    assert make_release(house) == made == find_release(house, None)
    assert made.digest == find_release(house, "r000002").digest


@pytest.mark.parametrize(("reason", "author"), [(" ", "张三"), ("误发", "")])
def test_a_recall_says_why_and_who(house: House, reason: str, author: str) -> None:
    with pytest.raises(MisuseError, match="reason or the author"):
        recall_release(house, "r000002", reason=reason, author=author)
    assert find_release(house, None).id == "r000002"


def test_a_release_is_recalled_once(house: House) -> None:
    recall(house, "r000002")

    with pytest.raises(MisuseError, match="recalled before"):
        recall(house, "r000002")


def test_those_who_fetched_it_are_listed_the_last_first() -> None:
    one, two, three = (AT + timedelta(hours=n) for n in range(3))
    rows = [
        ("b", "r000002", two),
        ("a", "r000002", three),
        ("b", "r000002", one),
        ("c", "r000001", three),
    ]

    found = who_fetched("r000002", iter(rows))

    assert [(f.consumer, f.times, f.first_at, f.last_at) for f in found] == [
        ("a", 1, three, three),
        ("b", 2, one, two),
    ]


def test_the_list_tells_which_have_ended_within_80_columns(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recall(house, "r000002")
    prune_releases(house, Pruning((find_release(house, "r000001"),), (), ()))
    monkeypatch.setenv("COLUMNS", "80")

    show_releases(Page(), Releases(house.control.engine).all())

    _, _, second, first = capsys.readouterr().out.splitlines()
    assert second.startswith("r000002")
    assert "recalled 已召回" in second
    assert "expired 已过期" in first
    assert cell_len(second.rstrip()) <= 80


def frozen_from(house: House, number: int) -> None:
    Assessments(house.control.engine).record(
        Revision(
            period="2026-10",
            number=1,
            release=number,
            as_of=AT,
            terms={},
            definitions={},
            reason="首次",
            author="甲",
            approver=None,
            made_at=AT,
            is_current=True,
            policies=(),
            tables=(),
        )
    )


def test_what_expires_frees_only_files_that_nothing_else_pins(house: House) -> None:
    plan = plan_pruning(house, keep=1)

    assert [one.id for one in plan.expiring] == ["r000001"]
    freed = {one.path: one.bytes for one in plan.freed}
    table = table_of(house, "issue")
    versions = {
        one.id: next(p.version for p in one.datasets if p.dataset == "issue")
        for one in Releases(house.control.engine).all()
    }
    then, now = (
        {f"core/issue/{f.path}": f.size for f in table.files(version=versions[name])}
        for name in ("r000001", "r000002")
    )
    mine = {
        path: size for path, size in freed.items() if path.startswith("core/issue/")
    }
    assert mine == {path: size for path, size in then.items() if path not in now}
    assert mine
    staying = json.loads(manifest_store(house).read("r000002").content)["datasets"]
    assert not {file["path"] for one in staying for file in one["files"]} & freed.keys()


def test_a_release_expires_and_its_manifest_stays(house: House) -> None:
    plan = plan_pruning(house, older_than=timedelta(days=20))

    assert prune_releases(house, plan) == list(plan.expiring)
    assert [one.id for one in Releases(house.control.engine).all() if one.expired] == [
        "r000001"
    ]
    assert check_release(house, find_release(house, "r000001")).ok
    with pytest.raises(ReleaseGone, match="已过期"):
        release_for_readers(house, "r000001")
    again = plan_pruning(house, keep=1)
    assert (again.expiring, again.kept) == ((), ())
    assert again.freed


def test_a_frozen_month_and_the_newest_never_expire(house: House) -> None:
    frozen_from(house, 1)

    plan = plan_pruning(house, older_than=timedelta(days=1))

    assert plan.expiring == ()
    assert {one.id: why for one, why in plan.kept} == {
        "r000001": "a frozen month rests on it",
        "r000002": "it is the newest",
    }
    assert plan.freed == ()


def test_a_month_that_was_frozen_meanwhile_keeps_its_release(house: House) -> None:
    plan = plan_pruning(house, keep=1)
    frozen_from(house, 1)

    assert prune_releases(house, plan) == []
    assert find_release(house, "r000001").expired is None


def test_the_newest_for_readers_stays_though_a_later_one_was_recalled(
    house: House,
) -> None:
    recall(house, "r000002")

    plan = plan_pruning(house, keep=1)

    assert plan.expiring == ()
    assert [one.id for one, _ in plan.kept] == ["r000001"]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"keep": 1, "older_than": timedelta(days=1)},
        {"keep": 0},
        {"older_than": timedelta()},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    house: House, rule: dict[str, Any]
) -> None:
    with pytest.raises(MisuseError, match="prune releases"):
        plan_pruning(house, **rule)
