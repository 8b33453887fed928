"""A wrong policy file is told wrong all at once, in words that say what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.score_frames import HEAD, one_item, policy

from hub.partners.problems import FaultyDeclaration
from hub.scoring import Policy, Variant, Vocabulary, load_policy, parse_policy
from hub.scoring.rules.shares import Rate

WORDS = Vocabulary(
    {"on_time_handling_rate": Variant(("FLAGS-EG", "MD-1"), "due_in_period")},
    frozenset({"FLAGS-EG", "MD-1", "MD-2", "RW-1"}),
)
SOUND = one_item(
    '{ kind = "rate", weight = 100 }', value='{ metric = "on_time_handling_rate" }'
)


def problems(text: str, head: str = HEAD) -> list[str]:
    with pytest.raises(FaultyDeclaration) as caught:
        policy(text, head, WORDS)
    return [problem.line for problem in caught.value.problems]


def test_a_sound_policy_has_its_rules_by_kind() -> None:
    found = policy(SOUND, vocabulary=WORDS)

    assert isinstance(found, Policy)
    assert isinstance(found.dimensions[0].items[0].rule, Rate)
    assert found.sign_off == ("暂定:须经市里确认", "assumed: needs the city's sign-off")


def test_a_signature_is_told_instead() -> None:
    found = policy(SOUND, HEAD + 'approved_by = "市城管委"\n', WORDS)

    assert found.sign_off == ("批准:市城管委", "approved by 市城管委")


def test_numbers_are_decimals_however_they_are_written() -> None:
    rule = '{ kind = "bonus", each = 0.1, cap = "0.3" }'
    found = policy(one_item(rule, full="0"))

    dumped = found.dimensions[0].items[0].rule.model_dump(mode="json")
    assert (dumped["each"], dumped["cap"]) == ("0.1", "0.3")


def test_every_mistake_is_told_in_one_run() -> None:
    text = """
[ranking]
ties = "sharre"
[totals]
full = 3
[[dimension]]
id = "one"
title_zh = "一"
title_en = "one"
wieght = 1
[[dimension.item]]
id = "aa"
title_zh = "一"
title_en = "a"
value = { metric = "on_time_handling_rat" }
rule = { kind = "rat", weight = 100 }
[[dimension.item]]
id = "bb"
title_zh = "一"
value = { metric = "on_time_handling_rate", calibers = ["MD-3"] }
rule = { kind = "rate", wait = 100 }
[[dimension]]
id = "two"
title_zh = "二"
title_en = "two"
[[dimension.item]]
id = "cc"
title_zh = "三"
title_en = "c"
least = 3
most = 2
value = { metric = "on_time_handling_rate", basis = "due" }
rule = { kind = "rate", weight = 100 }
"""
    found = problems(text, HEAD + 'versoin = 2\nlevel2 = "x"\n')

    for words in (
        'unknown table "totals"; did you mean "total"?',
        'policy: unknown key "versoin"; did you mean "version"?',
        'policy: unknown key "level2"; did you mean "level"?',
        'ranking → ties: unknown ties "sharre"',
        'dimension "one": unknown key "wieght"; did you mean "weight"?',
        'dimension "one" → item "aa" → value → metric: unknown metric '
        '"on_time_handling_rat"; did you mean "on_time_handling_rate"?',
        'dimension "one" → item "aa" → rule → kind: unknown rule kind "rat"; '
        'did you mean "rate"?',
        'dimension "one" → item "bb": "title_en" is missing',
        'dimension "one" → item "bb" → rule: unknown key "wait"',
        'dimension "one" → item "bb" → rule: "weight" is missing',
        'dimension "two" → item "cc" → value → basis: unknown basis "due"',
    ):
        assert any(line.startswith(words) for line in found), (words, found)
    assert not [line for line in found if "stands_in" in line or "add up" in line]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("weight = 100", "weight = 90", "add up: a unit without fault gets 90"),
        ("weight = 1\n", "weight = 0.5\n", "total: does not add up: weights times"),
        ("weight = 100", "weight = -1", "rule → weight: is too small"),
        ("weight = 100", "weight = nan", "rule → weight"),
        ("weight = 100", 'weight = "much"', "rule → weight: is text; write a number"),
        ("weight = 100", "weight = true", "rule → weight"),
        ('kind = "rate", ', "", '"kind" is missing; write it like rule ='),
        ('{ metric = "on_time_handling_rate" }', "{ }", "names both or neither"),
        (
            '{ metric = "on_time_handling_rate" }',
            '{ input = "survey", calibers = ["MD-2"] }',
            "has calibers beside input",
        ),
        (
            '{ metric = "on_time_handling_rate" }',
            '{ metric = "on_time_handling_rate", calibers = ["MD-9"] }',
            'unknown caliber "MD-9"',
        ),
        (
            '{ metric = "on_time_handling_rate" }',
            '{ metric = "on_time_handling_rate", calibers = ["RW-1"] }',
            '"RW-1" changes nothing of on_time_handling_rate; its calibers are',
        ),
        (
            '{ metric = "on_time_handling_rate" }',
            '{ metric = "on_time_handling_rate", calibers = ["MD-1", "MD-2"] }',
            "has two of one family",
        ),
        (
            '{ metric = "on_time_handling_rate" }',
            '{ metric = "on_time_handling_rate", takes = "rest" }',
            "a rate needs a share",
        ),
        (
            '{ kind = "rate", weight = 100 }',
            '{ kind = "distance", target = 10, each = 10 }',
            "does not say what it takes of the figure",
        ),
        (
            '{ kind = "rate", weight = 100 }',
            '{ kind = "bands", bands = [{ from = 0, points = 100 }] }',
            "rule → bands: does not begin with a step for the least values",
        ),
        ('{ kind = "rate", weight = 100 }', '{ kind = "manual" }', "`manual` takes"),
        ("weight = 1\n", "weight = 1\nis_counted = false\n", "does not count"),
        ("weight = 1\n", "is_counted = false\n", "none is counted"),
        (
            "[[dimension.item]]",
            'least = 5\nmost = 2\n[[dimension.item]]',
            "has `least` above `most`",
        ),
    ],
)  # fmt: skip
def test_one_mistake_is_told(old: str, new: str, words: str) -> None:
    assert old in SOUND

    assert any(words in line for line in problems(SOUND.replace(old, new, 1)))


def test_what_scores_without_fault_may_not_be_left_out() -> None:
    found = problems(SOUND + 'missing = "left_out"\n')

    assert any("a unit without data would score 0" in line for line in found)


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        (
            'item = "itme"\nnot_above = "item"',
            'unknown item "itme"; did you mean',
        ),
        ('item = "item"\nnot_above = "item"', "limits an item by itself"),
    ],
)
def test_caps_name_other_items(cap: str, words: str) -> None:
    text = SOUND.replace("[[dimension]]", f"[[cap]]\n{cap}\n[[dimension]]", 1)

    assert any(words in line for line in problems(text))


def test_weights_are_given_to_all_or_to_none() -> None:
    other = SOUND.split("[[dimension]]", 1)[1]
    other = other.replace("only", "more").replace('"item"', '"second"')
    text = SOUND + "[[dimension]]" + other.replace("weight = 1\n", "", 1)

    assert any("more has none" in line for line in problems(text))
    policy(text.replace("weight = 1\n", "", 1), vocabulary=WORDS)


def test_an_id_stands_once() -> None:
    item = SOUND[SOUND.index("[[dimension.item]]") :]

    assert any('item "item": stands twice' in line for line in problems(SOUND + item))


def test_a_category_has_one_review_rule() -> None:
    rule = '[[review.category]]\nkind = "MATTER"\ncode = "01"\nrequired = true\n'
    text = SOUND.replace("[[dimension]]", f"{rule}{rule}[[dimension]]", 1)

    assert any("MATTER:01: stands twice" in line for line in problems(text))
    wrong = problems(text.replace("MATTER", "MATER"))
    assert any('CATEGORY_KIND "MATER"; did you mean "MATTER"?' in one for one in wrong)


def test_a_filed_policy_is_called_like_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "other.toml").write_text(HEAD + SOUND, encoding="utf-8")
    (tmp_path / "other.toml").write_text(HEAD + SOUND, encoding="utf-8")

    load_policy(tmp_path / "other.toml", WORDS)
    with pytest.raises(FaultyDeclaration, match='is "test", and the file is called'):
        load_policy(folder / "other.toml", WORDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[policy\n", "line 1, column 8: not valid TOML"),
        ("", "policy: is no table; begin the file"),
        ("policy = 3", "policy: is no table; begin the file"),
        (HEAD + "dimension = 3", "write [dimension] below, not inside [policy]"),
        (HEAD + "[dimension]\nid = 'x1'", "dimension: is one table"),
        (HEAD + "[total]\nfull = 1", '"dimension" is missing'),
        (HEAD + "[[dimension]]\nid = 'x1'", '"item" is missing'),
        (HEAD + "[[dimension]]\nid = 'x1'\nitem = [3]", "is no table"),
    ],
)
def test_a_file_that_is_no_policy_is_told_so(text: str, words: str) -> None:
    with pytest.raises(FaultyDeclaration) as caught:
        parse_policy(text, Path("p.toml"), WORDS)

    assert words in caught.value.sentence
    assert "hub policy check p.toml" in caught.value.sentence
