from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import hub
from hub.schemas.rules import RULES, TEXTS, Rule, rule

PROMISED = [
    *(f"F{n:02}" for n in range(1, 25)),
    *(f"K{n:02}" for n in range(1, 21)),
    *(f"P{n:02}" for n in range(1, 28)),
    *(f"B{n:02}" for n in range(1, 9)),
]
LITERAL = re.compile(r'"([FKPBST]\d{2})"')


def test_every_promised_code_has_an_entry() -> None:
    assert set(PROMISED) <= set(RULES)


def test_every_code_that_the_hub_writes_has_an_entry() -> None:
    house = Path(hub.__file__).parent
    # The simulated city names the traps that it sends; those are no rules.
    demo = house / "demo"
    sources = [
        path.read_text("utf-8")
        for path in house.rglob("*.py")
        if demo not in path.parents
    ]
    written = {code for text in sources for code in LITERAL.findall(text)}

    assert written - set(RULES) == set()


@pytest.mark.parametrize("entry", RULES.values(), ids=list(RULES))
def test_every_entry_speaks_both_languages(entry: Rule) -> None:
    for english in (entry.meaning_en, entry.remedy_en):
        assert re.fullmatch(r"[A-Z].+\.", english)
        assert english.isascii() or "数据缺失" in english or "无" in english
    for chinese in (entry.meaning_zh, entry.remedy_zh):
        assert re.search(r"[\u4e00-\u9fff].*。$", chinese)
    assert entry.source


def test_severities_follow_the_domain_model() -> None:
    rejects = {code for code, entry in RULES.items() if entry.severity == "reject"}

    assert rejects & {f"F{n:02}" for n in range(1, 26)} == {
        *("F01", "F02", "F03", "F04", "F06", "F07", "F09"),
        *("F16", "F17", "F20", "F21", "F24", "F25"),
    }
    assert rejects & {f"K{n:02}" for n in range(1, 21)} == {"K12", "K14", "K18"}
    refuses = {code for code, entry in RULES.items() if entry.severity == "refuse"}
    assert refuses == {"P14", *(f"B{n:02}" for n in range(1, 9))}


def test_no_code_is_used_twice() -> None:
    folder = files("hub.schemas").joinpath("rule_texts")
    texts = [folder.joinpath(f"{name}.toml").read_text("utf-8") for name in TEXTS]
    codes = [code for text in texts for code in tomllib.loads(text)]

    assert sorted(codes) == sorted(RULES)


def test_an_unknown_code_is_answered_with_the_codes_there_are() -> None:
    with pytest.raises(KeyError, match="P01"):
        rule("P99")
