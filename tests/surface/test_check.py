"""`hub partner check` from outside: every mistake of a file in one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.file_city import FileCity

SECRET = "c4nary-in-plain-text"
WRONG = f"""
[partner]
id = "district"
title = "东区 案件系统"
timezone = "Asia/Shangai"
coordinates = "wgs84"
stewart = "案管科"

[source]
connector = "fils"
folder = "env:DISTRICT_DROP"
auth = {{ kind = "bearer", token = "{SECRET}" }}
limits = {{ attempts = "three" }}

[[feed]]
name = "cases"
dataset = "issue"
key = ["编号"]
changed = "更新时间"
category_system = "GBT30428.2-2013"
read = {{ files = "cases_*.csv" }}
expect = {{ max_age = "26 hours" }}

[feed.columns]
case_no = "编号"
reported_att = "上报时间"
handled_at = {{ sql = "uper(\\"处置时间\\")" }}
source_stage_id = {{ field = "状态", codes = "stage" }}
district_code = "区"
street_code = {{ field = "街道", codes = "streets" }}
source_channel_code = {{ value = "LZZZ" }}
category_kind_code = {{ value = "MATTER" }}
category_code = {{ value = "0110" }}

[feed.codes.stage]
"待派遣" = "REGISTRED"

[[feed]]
name = "notes"
dataset = "reviews"
key = "id"
read = {{ files = "notes_*.jsonl" }}

[feed.columns]
issue_id = {{ field = "case", ref = "issues" }}

[[feed]]
name = "notes"
dataset = "review"
key = ["id"]
changed = "at"
read = {{ files = "notes_*.jsonl" }}

[feed.columns]
issue_id = {{ field = "case", ref = "issue" }}
attempt_seq = {{ value = 1 }}
review_kind_code = {{ value = "CHECK" }}
result_code = {{ value = "PASS" }}
done_at = {{ field = "at", formt = "%Y" }}
media_count = 0
"""
# (where, what, remedy): pieces of the three texts of each message.
EXPECTED = [
    ("partner", 'unknown key "stewart"', '"steward"'),
    ("partner → timezone", 'zone "Asia/Shangai"', '"Asia/Shanghai"'),
    (
        "source → connector",
        'connector "fils"',
        '"files"?; allowed: files, push, queue, ',
    ),
    ("source → auth → token", "is written out", '"env:NAME"'),
    ("source → limits → attempts", "is text", "a whole number"),
    ('feed "cases" → expect → max_age', "not known", "s, m, h or d"),
    ('feed "cases" → columns', 'issue "reported_att"', '"reported_at"?; allowed:'),
    ('feed "cases" → columns', 'required column "media_count"', "{ value = … }"),
    ('feed "cases" → columns → handled_at → sql', "function uper", '"upper"'),
    ('feed "cases" → columns → street_code → codes', '"streets"', "allowed: stage"),
    ('feed "cases" → columns → source_channel_code → value', '"LZZZ"', '"LZZ"'),
    ('feed "cases" → codes → stage → "待派遣"', '"REGISTRED"', '"REGISTERED"'),
    ('feed "notes" → dataset', 'dataset "reviews"', '"review"?; allowed:'),
    ('feed "notes" → key', "is text", "a list of text"),
    ('feed "notes" → columns → issue_id → ref', '"issues"', '"issue"?; allowed:'),
    ('feed "notes" → columns', 'column "attempt_seq"', "map a field"),
    ('feed "notes" → columns → done_at', 'key "formt"', '"format"'),
    ('feed "notes"', "stands 2 times", "its own name"),
    ('feed "notes" → columns → media_count', "is a whole number", "a table"),
]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> FileCity:
    made = FileCity.made_in(tmp_path_factory.mktemp("wrong"))
    made.partner_file.write_text(WRONG, encoding="utf-8")
    return made


def test_every_mistake_is_told_in_one_run(wrong: FileCity) -> None:
    done = wrong.hub("partner", "check", "district", "--json")

    assert done.code == 1
    (told,) = done.json
    problems = told["problems"]
    missed = [
        expected
        for expected in EXPECTED
        if not any(
            one["where"] == expected[0]
            and expected[1] in one["problem"]
            and expected[2] in one["remedy"]
            for one in problems
        )
    ]
    assert not missed
    assert len({(one["where"], one["problem"]) for one in problems}) == len(problems)


def test_what_stands_in_for_a_mistake_is_not_told_itself(wrong: FileCity) -> None:
    (told,) = wrong.hub("partner", "check", "district", "--json").json

    notes = [one for one in told["problems"] if one["where"].startswith('feed "notes"')]
    assert not [one for one in notes if "media_count" in one["problem"]]
    assert not [one for one in told["problems"] if '"?"' in one["problem"]]


def test_no_secret_is_repeated(wrong: FileCity) -> None:
    plain = wrong.hub("partner", "check", "district")
    as_json = wrong.hub("partner", "check", "district", "--json")

    assert SECRET not in plain.out + plain.err + as_json.out + as_json.err


def test_a_misspelt_profile_hides_no_other_mistake(tmp_path: Path) -> None:
    made = FileCity.made_in(tmp_path)
    text = made.partner_file.read_text(encoding="utf-8")
    text = text.replace('connector = "files"', 'profile = "egovva"\npasword = "x"')
    made.partner_file.write_text(text, encoding="utf-8")

    (told,) = made.hub("partner", "check", "--json").json

    words = [f"{one['problem']}; {one['remedy']}" for one in told["problems"]]
    assert any('profile "egovva"; did you mean "egova"' in one for one in words)
    assert any('key "pasword"' in one for one in words)
