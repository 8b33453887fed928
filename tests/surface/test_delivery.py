"""`hub delivery`: from a partner file to rows at the receiver, by the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.file_city import NAME, NOW, FileCity

from hub.assets import running
from hub.assets.running import RunResult
from hub.cli import main
from hub.flow.house import open_house
from hub.flow.release import find_release
from hub.settings import Settings

BUREAU = """
[partner]
id = "bureau"
title = "东区城管局"
timezone = "Asia/Shanghai"

[source]
connector = "files"
folder = "env:BUREAU_DROP"

[[feed]]
name = "units"
dataset = "org"
key = ["id"]
read = { files = "units_*.csv" }

[feed.columns]
org_name = "name"

[[delivery]]
name = "cases"
dataset = "issue"
consumer = "bureau"
filter = "stage_code <> 'CANCELLED'"

[delivery.columns]
case_no = "案号"
stage_code = { name = "状态", codes = "stage" }
reported_at = "上报时间"

[delivery.codes.stage]
DISPATCHED = "待处置"
HANDLED = "已处置"
CHECKED = "已核查"

[delivery.write]
files = "out_{key}.csv"
op = "操作"
"""
GIVEN = ("--author", "张三", "--json")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    city: FileCity,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    drop = city.folder / "bureau"
    drop.mkdir()
    words = BUREAU.replace(
        "[delivery.columns]", 'key = ["case_no"]\n\n[delivery.columns]', 1
    )
    words = words.replace('org_name = "name"', ORG)
    city.partner_file.with_name("bureau.toml").write_text(words)
    for name, value in {
        "HUB_HOME": str(city.home),
        "HUB_CITY": str(city.folder / "city"),
        "HUB_NOW": NOW,
        "BUREAU_DROP": str(drop),
        "DISTRICT_DROP": str(city.folder / "drop"),
        "COLUMNS": "100",
    }.items():
        monkeypatch.setenv(name, value)

    def command(*args: str) -> tuple[int, str]:
        code = main(args)
        return code, capsys.readouterr().out

    return command


ORG = """org_name = "name"
org_kind_code = { value = "STREET" }
org_level_code = { value = "STREET" }
is_contact_required = { value = false }"""


def grant(run: Run) -> None:
    """The bureau may have the cases of its district."""
    who = ("--org", "东区城管局", "--role", "数据专员", "--purpose", "处置")
    assert run("consumer", "add", "bureau", *who, *GIVEN)[0] == 0
    what = ("--dataset", "issue", "--class", "CONDITIONAL", "--purpose", "处置")
    rows = ("--rows", "districts:420102")
    assert run("consumer", "grant", "bureau", *what, *rows, *GIVEN)[0] == 0


def written(city: FileCity) -> list[str]:
    files = sorted((city.folder / "bureau").glob("out_*.csv"))
    return [line for file in files for line in file.read_text().splitlines()[1:]]


def test_a_delivery_is_checked_granted_handed_over_and_shown(
    run: Run, city: FileCity, tmp_path: Path
) -> None:
    checked = run("partner", "check", "bureau", "--json")
    assert checked[0] == 0, checked
    code, told = run("delivery", "run", "--json")
    assert (code, json.loads(told)[0]["state"]) == (1, "failed")
    assert "consumer" in json.loads(told)[0]["error"]["message"]
    page = tmp_path / "page.html"
    assert run("delivery", "page", "--out", str(page))[0] == 0
    assert "当前不得交付： 使用方未登记" in page.read_text()
    grant(run)

    code, told = run("delivery", "run", "bureau/cases", "--json")

    (ran,) = json.loads(told)
    assert (code, ran["state"], ran["error"]) == (0, "done", None), ran
    lines = written(city)
    assert ran["inserted"] == len(lines) > 0
    assert all(line.endswith(",I") for line in lines)
    assert NAME not in "".join(lines)
    assert json.loads(run("delivery", "run", "--json")[1])[0]["inserted"] == 0

    code, told = run("delivery", "show", "bureau/cases", "--json")
    shown = json.loads(told)
    assert shown["rows"] == len(lines)
    assert shown["states"]["accepted"] == {"parcels": 1, "rows": len(lines)}
    assert shown["parcels"][0]["receipt"].startswith("out_")
    assert "已送达" in run("delivery", "show", "bureau/cases")[1]
    assert "bureau/cases" in run("delivery", "list")[1]
    assert run("delivery", "retry", "bureau/cases")[0] == 0

    assert run("delivery", "page", "--out", str(page))[0] == 0
    text = page.read_text()
    assert "数据回传情况" in text
    assert "已送达" in text
    assert "案号" in text
    assert not [line for line in lines if line.partition(",")[0] in text.split()]
    command = ("delivery", "page", "--out", str(page), "--language", "en")
    assert run(*command)[0] == 0
    assert "Deliveries to the districts" in page.read_text()
    english = page.read_text()
    assert not {"已送达", "批次", "脱敏"} & set(re.split(r"[<>]", english))
    assert "上报时间" in text
    # The label is English; the receiver's own name of the column stays.
    assert "Reported at" in english
    assert english.count("上报时间") == 1
    audit = json.loads(run("audit", "list", "--json", "--consumer", "bureau")[1])
    assert [row["result"] for row in audit] == ["delivered", "begun"]


def test_what_is_held_back_is_told_with_the_code_that_has_no_word(
    run: Run, city: FileCity
) -> None:
    file = city.partner_file.with_name("bureau.toml")
    file.write_text(file.read_text().replace('CHECKED = "已核查"\n', ""))
    grant(run)
    code, told = run("delivery", "run", "bureau/cases", "--json")
    (ran,) = json.loads(told)
    assert code == 0
    assert ran["held"] > 0

    code, told = run("delivery", "held", "bureau/cases", "--limit", "1", "--json")

    found = json.loads(told)
    assert (code, found["rows"]) == (0, ran["held"])
    assert found["reasons"] == [
        {
            "reason": "code",
            "column": "stage_code",
            "value": "CHECKED",
            "rows": ran["held"],
        }
    ]
    (one,) = found["held"]
    assert set(json.loads(one["told"])) == {"案号"}
    page = run("delivery", "held", "bureau/cases")[1]
    assert "no word for the code 代码无对应值" in page
    assert run("delivery", "held", "bureau")[0] == 2


def test_a_target_that_is_not_there_is_told_with_those_that_are(run: Run) -> None:
    for target in ("nobody", "bureau/none", "district", "bureau"):
        command = "show" if target == "bureau" else "list"
        code, told = run("delivery", command, target, "--json")
        assert code == 2, told
        assert json.loads(told)["error"]["code"] == "misuse"


def test_a_run_hands_over_after_its_release(
    run: Run, city: FileCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(run)
    house = open_house(Settings(home=city.home, city=str(city.folder / "city")))
    nothing_came = RunResult((), find_release(house, None))
    house.control.close()
    monkeypatch.setattr(running, "run_city", lambda *_given: nothing_came)

    code, told = run("run", "--json")

    (ran,) = json.loads(told)["deliveries"]
    assert (code, ran["state"], ran["release"]) == (0, "done", "r000001")
    assert ran["inserted"] == len(written(city)) > 0
