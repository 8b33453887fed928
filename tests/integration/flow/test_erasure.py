"""Erased is erased: on disk, at every version, and whatever comes again."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from support.erasable_city import (
    COLUMNS,
    NAME,
    NOW,
    OPINION,
    PHONE,
    case,
    deliver,
    erasable_house,
    key_of,
    other,
    places_of,
    state_of,
)
from support.small_city import small_house
from support.thorough import THOROUGH

from hub.errors import MisuseError
from hub.flow import tables
from hub.flow.erasure.carry_out import erase_due, erase_row
from hub.flow.erasure.due import find_due
from hub.flow.house import House
from hub.flow.link import link
from hub.flow.published import published
from hub.flow.quarantine import findings_of
from hub.flow.release import find_release
from hub.flow.replay import deliveries_of, replay
from hub.schemas import dataset
from hub.sharing.release_check import check_release
from hub.storage import durable
from hub.storage.erasures import Erasures
from hub.storage.holders import this_process

ODD = case("7", category="no such", who={"phone": PHONE, "name": NAME}, trail=[])


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with two releases and a row in quarantine. For copying only."""
    folder = tmp_path_factory.mktemp("erasable")
    house = erasable_house(folder)
    deliver(
        house,
        [case("1"), other("2")],
        [case("1", hour=13, lon="114.3052"), case("7"), ODD, other("3")],
    )
    house.control.close()
    return folder


@pytest.fixture
def house(told: Path, tmp_path: Path) -> House:
    shutil.copytree(told, tmp_path / "copy")
    return small_house(tmp_path / "copy", NOW)


def home_of(house: House) -> Path:
    return house.settings.home


def run(house: House) -> None:
    erase_due(house, house.city.retention, "张三")


def replay_all(house: House) -> None:
    platform = house.city.partners["platform"]
    feed = platform.feed("cases")
    lasting = timedelta(minutes=5)
    with house.leases.hold("partner/platform", this_process("test"), lasting) as lease:
        for delivery in deliveries_of(house, platform, feed):
            replay(house, platform, feed, delivery, lease)
    link(house)


def issues(house: House, **at: int) -> pl.DataFrame:
    found = published(house, dataset("issue"), **at)
    return found.sort("source_id").select("source_id", "stage_code", *COLUMNS)


def test_the_value_is_nowhere_on_disk_and_the_rest_is_what_it_was(
    house: House,
) -> None:
    home, before = home_of(house), issues(house)
    assert {name.partition("/")[0] for name in places_of(home, PHONE)} == {
        "raw", "lake",
    }  # fmt: skip
    (due,) = (find_due(house, rule) for rule in house.city.retention)
    assert due.counts() == {"reporter_name": 2, "reporter_phone": 2}

    run(house)

    assert places_of(home, PHONE) == places_of(home, NAME) == []
    assert places_of(home, OPINION) != []
    after = issues(house)
    assert after.drop(COLUMNS).equals(before.drop(COLUMNS))
    assert after["reporter_phone"].to_list() == [
        None,
        "13911112222",
        "13911112222",
        None,
    ]
    assert find_due(house, house.city.retention[0]).rows == 0


def test_releases_stay_readable_and_say_what_was_erased(house: House) -> None:
    run(house)

    for name in ("r000001", "r000002"):
        old = find_release(house, name)
        checked = check_release(house, old)
        assert checked.ok, checked.problems
        told = {v.pinned.dataset: v.erased for v in checked.verdicts if v.erased}
        assert told == {"issue": (1,)}
        pinned = next(one for one in old.datasets if one.dataset == "issue")
        assert len(issues(house, version=pinned.version)) == pinned.rows
    newest = find_release(house, None)
    assert newest.id == "r000003"
    verdicts = check_release(house, newest).verdicts
    assert all(one.ok and not one.erased for one in verdicts)


def test_a_replay_and_a_row_sent_again_bring_nothing_back(house: House) -> None:
    run(house)
    kept = issues(house)

    replay_all(house)
    assert issues(house).equals(kept)
    deliver(
        house, [case("1")], [case("7")], [case("1", hour=14, lon="114.3053"), case("7")]
    )

    assert issues(house).equals(kept)
    assert places_of(home_of(house), PHONE) == []


def test_quarantine_shows_the_row_without_the_value(house: House) -> None:
    platform = house.city.partners["platform"]
    batch = house.ledger.batches("platform", "cases")[0]
    before = findings_of(house, batch, sent=True)

    run(house)

    after = findings_of(house, batch, sent=True)
    assert after.drop("text").equals(before.drop("text"))
    assert PHONE in before["text"][0]
    assert '"no such"' in after["text"][0]
    assert PHONE not in after["text"][0]
    assert platform.feed("cases")


def test_a_whole_row_goes_with_its_steps_and_stays_away(house: House) -> None:
    made = erase_row(house, "issue", key_of("1"), reason="误报", author="张三")

    assert made.state == "done"
    assert issues(house)["source_id"].to_list() == ["2", "3", "7"]
    steps = published(house, dataset("issue_event"), columns=["issue_id"])
    assert key_of("1") not in steps["issue_id"].to_list()
    index = house.keys.lookup("issue", pl.Series("hub_id", [key_of("1")]))
    assert index["deleted_at"].null_count() == 0
    replay_all(house)
    deliver(house, [case("1")], [case("1", hour=15)])
    assert issues(house)["source_id"].to_list() == ["2", "3", "7"]
    old = check_release(house, find_release(house, "r000001"))
    assert old.ok
    gone = {v.pinned.dataset: v.rows_gone for v in old.verdicts if v.rows_gone}
    assert gone == {"issue": 1, "issue_event": 1}


def test_a_tombstone_says_why_and_is_there_once(house: House) -> None:
    key = key_of("2")
    given = {"columns": ("reporter_phone",), "reason": "当事人申请", "author": "李四"}
    made = erase_row(house, "issue", key, **given)

    (kept,) = Erasures(house.control.engine).all()
    assert (kept.reason, kept.author, kept.state) == ("当事人申请", "李四", "done")
    assert kept.counts["raw"] == 1
    assert Erasures(house.control.engine).tombstones(made.number).rows() == [
        ("issue", "platform", key, "reporter_phone")
    ]
    with pytest.raises(MisuseError, match="erased before"):
        erase_row(house, "issue", key, **given)


@pytest.mark.parametrize(
    ("name", "columns", "seen"),
    [
        ("issue", ("reported_at",), "cannot be emptied"),
        ("nothing", (), "no such dataset"),
        ("issue", (), "ever taken in"),
    ],
)
def test_what_cannot_be_erased_is_refused_before_anything_is_done(
    house: House, name: str, columns: tuple[str, ...], seen: str
) -> None:
    with pytest.raises(MisuseError, match=seen):
        erase_row(house, name, "0" * 32, columns=columns, reason="x", author="y")
    assert Erasures(house.control.engine).all() == []


class Killed(BaseException):
    """The process ends here."""


def flushes(monkeypatch: pytest.MonkeyPatch, house: House, nth: int | None) -> int:
    """Erase, and die at the n-th flush; how many there were."""
    count = 0
    flush = durable.sync

    def sync(path: Path) -> None:
        nonlocal count
        count += 1
        if count == nth:
            raise Killed
        flush(path)

    with monkeypatch.context() as patch:
        patch.setattr(durable, "sync", sync)
        with suppress(Killed):
            run(house)
    return count


def test_killed_at_any_step_and_run_again_ends_the_same(
    told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(told, tmp_path / "whole")
    whole = small_house(tmp_path / "whole", NOW)
    steps = flushes(monkeypatch, whole, None)
    wanted = state_of(whole)
    assert steps > 20

    for nth in range(1, steps + 1, 1 if THOROUGH else steps // 3):
        folder = tmp_path / f"killed-{nth}"
        shutil.copytree(told, folder)
        killed = small_house(folder, NOW)
        flushes(monkeypatch, killed, nth)
        killed.control.close()
        again = small_house(folder, NOW)
        run(again)

        assert state_of(again) == wanted, nth
        assert places_of(home_of(again), PHONE) == [], nth
        assert [one.state for one in Erasures(again.control.engine).all()] == ["done"]
        again.control.close()


def test_what_won_among_rows_of_one_instant_still_wins(house: House) -> None:
    deliver(house, [case("9", lon="114.3060")], [case("9", lon="114.3070")])
    columns = ["source_id", "lon"]
    before = published(house, dataset("issue"), columns=columns).sort("source_id")

    run(house)

    after = published(house, dataset("issue"), columns=columns).sort("source_id")
    assert after.equals(before)
    staged = tables.staged_table(house.lake, "platform", dataset("issue")).read()
    mine = staged.filter(key=key_of("9"))
    index = house.keys.lookup("issue", pl.Series("hub_id", [key_of("9")]))
    winner = mine.sort("version_at", "row_digest").row(-1, named=True)
    assert index["row_digest"].item() == winner["row_digest"]
    assert winner["lon"] == after.filter(source_id="9")["lon"].item()
    assert mine["reporter_phone"].null_count() == len(mine) > 1
