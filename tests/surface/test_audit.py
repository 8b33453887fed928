"""`hub audit`: what was handed over, and that tampering is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.audit_logs import ASKED, DELIVERED, NOON
from support.file_city import FileCity

from hub.cli import main
from hub.flow.house import House, open_house
from hub.settings import Settings
from hub.sharing.audit_log import open_audit
from hub.storage.audit_entries import Outcome
from hub.storage.control import write

PERSONAL = ("u-17", "10.1.2.3", "0a0a")
Run = Callable[..., tuple[int, str]]


def house_of(city: FileCity) -> House:
    return open_house(Settings(home=city.home, city=str(city.folder / "city")))


@pytest.fixture
def audited(tmp_path: Path) -> FileCity:
    """A refusal, a whole hand-over, and one that broke off."""
    city = FileCity.made_in(tmp_path)
    house = house_of(city)
    audit = open_audit(house)
    refused = Outcome(result="refused", reason="grant_expired")
    audit.record(replace(ASKED, dataset="person"), refused, at=NOON)
    audit.end(audit.begin(ASKED, at=NOON), DELIVERED, at=NOON)
    audit.begin(replace(ASKED, system="portal"), at=NOON)
    audit.sign(at=NOON)
    house.control.close()
    return city


@pytest.fixture
def run(
    audited: FileCity,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """A command in this process: its exit code and what it printed."""
    monkeypatch.setenv("HUB_HOME", str(audited.home))
    monkeypatch.setenv("HUB_CITY", str(audited.folder / "city"))
    monkeypatch.setenv("COLUMNS", "80")

    def command(*args: str) -> tuple[int, str]:
        code = main(["audit", *args])
        return code, capsys.readouterr().out

    return command


def test_a_list_fits_a_terminal_and_tells_no_person(run: Run) -> None:
    _, shown = run("list")

    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert "unfinished 未结束" in lines[2]
    assert "delivered 已交付" in lines[3]
    assert "begun 已开始" in lines[4]
    assert "refused 已拒绝" in lines[5]
    assert not [word for word in PERSONAL if word in shown]


def test_entries_are_chosen_by_consumer_dataset_and_day(run: Run) -> None:
    def numbers(*args: str) -> list[int]:
        _, told = run("list", "--json", *args)
        assert not [word for word in PERSONAL if word in told]
        return [row["number"] for row in json.loads(told)]

    assert numbers() == [4, 3, 2, 1]
    assert numbers("--limit", "2") == [4, 3]
    assert numbers("--consumer", "portal") == [4]
    assert numbers("--dataset", "person") == [1]
    assert numbers("--unfinished") == [4]
    assert numbers("--since", "2026-10-01T12:00:00Z") == [4, 3, 2, 1]
    assert numbers("--since", "2026-10-02") == []
    assert numbers("--consumer", "portal", "--dataset", "person") == []


def test_one_entry_is_shown_with_all_that_the_log_holds(run: Run) -> None:
    one = json.loads(run("show", "3", "--json")[1])
    _, shown = run("show", "3")

    assert (one["person"], one["refers_to"], one["row_count"]) == ("u-17", 2, 12)
    assert one["columns"] == ["issue_id", "stage_code"]
    assert one["conditions"][0]["values"] == ["0a" * 16]
    assert "flood response" in shown
    assert "reporter_phone eq 0a0a" in shown
    assert run("show", "9")[0] == 2


def test_signing_tells_the_root_and_nothing_where_nothing_came(
    run: Run, audited: FileCity
) -> None:
    assert json.loads(run("sign", "--json")[1]) is None
    house = house_of(audited)
    open_audit(house).begin(ASKED, at=NOON)
    house.control.close()

    root = json.loads(run("sign", "--json")[1])

    assert root["entry"] == 5
    lines = (audited.home / "audit" / "roots.jsonl").read_text().splitlines()
    assert json.loads(lines[-1]) == root
    # The root kept elsewhere, and the key that it names, are accepted as such.
    copy = audited.folder / "copy.jsonl"
    copy.write_text(lines[-1] + "\n")
    assert run("verify", "--roots", str(copy), "--key", root["public"])[0] == 0
    assert run("verify", "--roots", f"{copy}x")[0] == 2
    assert run("verify", "--key", "zz")[0] == 2
    assert run("sign", "--key", "zz")[0] == 2


def test_tampering_is_told_with_the_first_bad_entry(
    run: Run, audited: FileCity
) -> None:
    code, told = run("verify", "--json")
    sound = json.loads(told)
    assert (code, sound["ok"], sound["first_bad"]) == (0, True, None)
    assert sound["missing_guards"] == []
    assert (sound["entries"], sound["roots"], sound["unfinished"]) == (4, 1, 1)
    assert "审计日志完整" in run("verify")[1]

    house = house_of(audited)
    with write(house.control.engine) as connection:
        connection.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(
            sa.text("UPDATE audit_entry SET row_count = 1 WHERE number = 3")
        )
    house.control.close()
    broken = audited.program("audit", "verify")

    assert broken.code == 1
    assert "First bad entry: 3, changed 被改动" in broken.out
    assert "防改触发器缺失" in broken.out
    told = json.loads(run("verify", "--json")[1])
    assert told["entries"] == 2
    assert told["missing_guards"] == ["audit_entry_no_update"]
