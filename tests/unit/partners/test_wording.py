"""Wrong keys and wrong types, each in one sentence that says where and what."""

from __future__ import annotations

import pytest

FEED_KEYS = (
    "alarm, as_of, category_system, changed, changed_format, codes, columns, "
    "dataset, "
    "deadline, "
    "deletes, emit, encoding, events_complete, expect, explode, ignore, key, mode, "
    "name, "
    "never_land, omit, owner, part, read, same_as, schedule, source, split, when"
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"rest"',
            '"rset"',
            'source → connector: unknown connector "rset"; did you mean "rest"?; '
            "allowed: files, push, queue, rest, sql",
        ),
        (
            'title = "硚口区城管执法局 案件系统"',
            "",
            'partner: "title" is missing; What people call it.',
        ),
        (
            "[source]",
            "[sorce]\n[source]",
            'unknown key "sorce"; did you mean "source"?; allowed: delivery, feed, '
            "partner, source",
        ),
        (
            'key = ["recId"]',
            'key = ["recId"]\nmod = "changes"',
            'feed "cases": unknown key "mod"; did you mean "mode"?; allowed: '
            + FEED_KEYS,
        ),
        (
            'key = ["recId"]',
            'key = "recId"',
            'feed "cases" → key: is text; write a list of text',
        ),
        (
            'key = ["recId"]',
            "key = []",
            'feed "cases" → key: is empty; give at least one',
        ),
        (
            'key = ["recId"]',
            'key = ["recId"]\nmode = "change"',
            'feed "cases" → mode: unknown mode "change"; did you mean "changes"?; '
            "allowed: changes, events, snapshot",
        ),
        (
            'name = "cases"',
            'name = "Cases"',
            'feed "Cases" → name: is written in a way that is not known; write '
            "lower-case letters, digits and _, a letter first, 2 to 40 of them",
        ),
        (
            'records = "data.list"',
            'page = { kind = "numbers" }',
            'feed "cases" → read → page → kind: unknown kind "numbers"; did you mean '
            '"number"?; allowed: cursor, keyset, link_header, next_link, none, '
            "number, offset",
        ),
        (
            'records = "data.list"',
            "page = { siz = 100 }",
            'feed "cases" → read → page: unknown key "siz"; did you mean "size"?; '
            "allowed: cursor, field, first, inclusive, kind, link, param, size, "
            "size_param, total, total_header",
        ),
        (
            'records = "data.list"',
            "page = { size = 0 }",
            'feed "cases" → read → page → size: is too small; write at least 1',
        ),
        (
            'records = "data.list"',
            'window = { from = "a", to = "b", overlap = "2 hours" }',
            'feed "cases" → read → window → overlap: is written in a way that is not '
            'known; write a number and s, m, h or d, e.g. "2h"',
        ),
        (
            'records = "data.list"',
            'window = { from = "a", to = "b", reach = "30 days" }',
            'feed "cases" → read → window → reach: is written in a way that is not '
            'known; write a number and s, m, h or d, e.g. "2h"',
        ),
        (
            'records = "data.list"',
            'window = { from = "a" }',
            'feed "cases" → read → window: "to" is missing; Request name of the upper '
            "bound, itself outside.",
        ),
        (
            'records = "data.list"',
            'sweep = "open_isues"',
            'feed "cases" → read → sweep → kind: unknown kind "open_isues"; did you '
            'mean "open_issues"?; allowed: open_issues',
        ),
        (
            'base_url = "env:QK_URL"',
            'base_url = "env:QK_URL"\nauth = { kind = "kerberos" }',
            'source → auth → kind: unknown kind "kerberos"; allowed: access_key, '
            "api_key, basic, bearer, key_file, login, none, oauth2, signed, template",
        ),
        (
            'base_url = "env:QK_URL"',
            'base_url = "env:QK_URL"\nlimits = { concurrency = 99 }',
            "source → limits → concurrency: is too large; write at most 32",
        ),
        (
            "{ value = 0 }",
            "{ value = 0, feild = 1 }",
            'feed "cases" → columns → media_count: unknown key "feild"; did you mean '
            '"field"?; allowed: by, codes, field, format, partner, ref, split, sql, '
            "type, unit, value, within",
        ),
        (
            'category_code = "code"',
            "category_code = 110",
            'feed "cases" → columns → category_code: is a whole number; write a table',
        ),
        (
            'dataset = "issue"\n',
            "",
            'feed "cases": says neither dataset nor [[feed.emit]]; name the dataset '
            "that its rows turn into",
        ),
        (
            'dataset = "issue"\n',
            'dataset = "issue"\nomit = ["media_count"]\n',
            'feed "cases" → omit: takes out columns of a profile, and there is none '
            "here; leave the column out instead",
        ),
    ],
)
def test_a_wrong_key_or_value_is_one_sentence(
    problem_lines, head, feed, old, new, expected
):
    text = head + feed
    assert old in text

    assert expected in problem_lines(text.replace(old, new))


def test_a_single_fault_is_a_single_line(problem_lines, head, feed):
    text = (head + feed).replace('"data.list"', '"data.list"\npage = { siz = 1 }')

    assert len(problem_lines(text)) == 1


def test_paths_name_the_emit_where_a_feed_has_several(problem_lines, head):
    text = (
        head
        + """
[[feed]]
name = "cases"
key = ["id"]
read = { path = "/x" }
[[feed.emit]]
dataset = "handling"
[feed.emit.columns]
issue_id = { field = "id", ref = "issue", bye = "case_no" }
attempt_seq = "n"
org_id = { field = "u", ref = "org" }
media_count = { value = 0 }
[[feed.emit]]
dataset = "review"
explod = "list"
[feed.emit.columns]
issue_id = { field = "id", ref = "issue" }
attempt_seq = "n"
review_kind_code = { value = "CHECK" }
media_count = { value = 0 }
"""
    )

    assert problem_lines(text) == [
        'feed "cases" → emit 2: unknown key "explod"; did you mean "explode"?; '
        "allowed: "
        "codes, columns, dataset, explode, key, omit, part, split, when",
        'feed "cases" → emit "handling" → columns → issue_id: unknown key "bye"; did '
        'you mean "by"?; allowed: by, codes, field, format, partner, ref, split, sql, '
        "type, unit, value, within",
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            '4.1 = "CLOSED"',
            'feed "cases" → codes → stage: "4" has tables below it; a source value '
            "with "
            'a dot needs quotes: "4.1" = …',
        ),
        (
            "3 = 30",
            'feed "cases" → codes → stage → "3": is not text; write codes in quotes, '
            "one "
            "or a list",
        ),
    ],
)
def test_traps_of_value_tables(problem_lines, head, feed, table, expected):
    text = feed + 'source_stage_id = { field = "s", codes = "stage" }\n'

    assert problem_lines(f"{head}{text}[feed.codes.stage]\n{table}\n") == [expected]


def test_a_date_as_a_constant_is_told_to_be_text(problem_lines, head, feed):
    lines = problem_lines(
        head + feed.replace("{ value = 0 }", "{ value = 2021-08-31 }")
    )

    assert lines[0] == (
        'feed "cases" → columns → media_count → value: is a date or time, which is '
        "text "
        "here: use quotes; write text or a whole number or a number or true or false "
        "or "
        "a list of text"
    )
