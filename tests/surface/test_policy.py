"""`hub policy` from outside: what there is, what is wrong, and who signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.file_city import FileCity

SOUND = """
[policy]
id = "own"
version = 3
title_zh = "本区考核"
title_en = "own assessment"
level = "STREET_UNIT"
valid_from = "2026-01-01"

[[dimension]]
id = "handling"
title_zh = "处置"
title_en = "handling"
weight = 1

[[dimension.item]]
id = "on_time"
title_zh = "按期处置率"
title_en = "handled on time"
value = { metric = "on_time_handling_rate", calibers = ["MD-2"] }
rule = { kind = "rate", weight = 100 }
"""


@pytest.fixture
def policies(tmp_path: Path) -> FileCity:
    made = FileCity.made_in(tmp_path)
    folder = made.partner_file.parent.parent / "policies"
    folder.mkdir()
    (folder / "own.toml").write_text(SOUND, encoding="utf-8")
    wrong = SOUND.replace('"own"', '"bad"').replace("weight = 100", "weight = 99")
    (folder / "bad.toml").write_text(wrong, encoding="utf-8")
    return made


def test_policies_are_listed_and_unsigned_ones_say_so(policies: FileCity) -> None:
    done = policies.hub("policy", "list", "--json")
    shown = policies.hub("policy", "list")

    assert done.code == 0
    told = {one["policy"]: one for one in done.json}
    assert told["own"]["version"] == 3
    assert told["own"]["approved_by"] is None
    assert told["own"]["sign_off"] == "assumed: needs the city's sign-off"
    assert told["bad"]["level"] is None
    assert "sign-off" in shown.out
    assert "broken" in shown.out
    assert "hub policy check" in shown.err


def test_a_policy_that_does_not_add_up_is_told_so(policies: FileCity) -> None:
    done = policies.hub("policy", "check", "--json")

    assert done.code == 1
    told = {one["policy"]: one for one in done.json}
    assert told["own"]["ok"] is True
    (problem,) = told["bad"]["problems"]
    assert problem["where"] == 'dimension "handling"'
    assert "gets 99 points from its items, and full is 100" in problem["problem"]


def test_a_file_anywhere_may_be_checked(policies: FileCity, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SOUND, encoding="utf-8")

    assert policies.hub("policy", "check", str(other)).code == 0
    assert policies.hub("policy", "check", "own").code == 0


def test_a_policy_is_shown_with_its_rules(policies: FileCity) -> None:
    told = policies.hub("policy", "show", "own", "--json").json
    shown = policies.hub("policy", "show", "own")

    assert told["dimension"][0]["item"][0]["rule"]["weight"] == "100"
    assert told["sign_off_zh"] == "暂定:须经市里确认"
    assert "rate, weight 100" in shown.out


def test_a_policy_that_is_not_there_is_one_sentence(policies: FileCity) -> None:
    done = policies.hub("policy", "show", "ovn", "--json")

    assert done.code == 2
    assert done.error["code"] == "misuse"
    assert 'Did you mean "own"?' in str(done.error["message"])


def test_a_city_without_policies_says_so(tmp_path: Path) -> None:
    done = FileCity.made_in(tmp_path).hub("policy", "check")

    assert done.code == 0
    assert "The city has no policies yet." in done.out
