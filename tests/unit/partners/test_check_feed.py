"""A feed says what reading it needs, and nothing that has no meaning."""

from __future__ import annotations

import pytest

SQL = ('"rest"', '"sql"', 'base_url = "env:QK_URL"', 'url = "env:QK_URL"')
FILES = ('"rest"', '"files"', 'base_url = "env:QK_URL"', 'folder = "/drop"')
READ = '[feed.read]\npath = "/api/cases"\nrecords = "data.list"\n'


def swap(text: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (
            ('base_url = "env:QK_URL"', ""),
            'source: connector "rest" needs base_url; write base_url = "…" or '
            '"env:NAME"',
        ),
        (
            ('base_url = "env:QK_URL"', 'base_url = "env:A"\nfolder = "/x"'),
            'source → folder: has no meaning for connector "rest"; leave it out, or '
            "did "
            "you mean base_url?",
        ),
        (
            (READ, ""),
            'feed "cases" → read: needs either path or paths; paths is for several '
            "listings of one key space",
        ),
        (
            ('"Asia/Shanghai"', '"Asia/Shanghia"'),
            'partner → timezone: unknown zone "Asia/Shanghia"; did you mean '
            '"Asia/Shanghai"?',
        ),
        (
            ('"Asia/Shanghai"', '"Beijing time"'),
            'partner → timezone: unknown zone "Beijing time"; write one like '
            '"Asia/Shanghai"',
        ),
        (
            ('records = "data.list"', 'table = "t"'),
            'feed "cases" → read → table: has no meaning for connector "rest"; it '
            "belongs to sql",
        ),
        (
            ('records = "data.list"', 'page = { kind = "cursor" }'),
            'feed "cases" → read → page: kind "cursor" needs cursor; write the path of '
            "the next cursor in the answer",
        ),
        (
            (
                'records = "data.list"',
                'detail = { path = "/x", records = "a", into = "a" }',
            ),
            'feed "cases" → read → detail → path: holds no {key}; say where the key '
            "goes",
        ),
        (
            ('records = "data.list"', 'body = { a = { b = "{form}" } }'),
            'feed "cases" → read → body: unknown placeholder "{form}"; did you mean '
            '"{from}"?; allowed: {cursor}, {from}, {keys}, {page}, {size}, {to}',
        ),
        (
            ('records = "data.list"', 'params = { b = "{from}" }'),
            'feed "cases" → read: uses {from} but declares no window; add window = { '
            "… }",
        ),
        (
            (
                'key = ["recId"]',
                'key = ["recId"]\nmode = "changes"\ndeletes = { kind = "snapshot" }',
            ),
            'feed "cases" → deletes: kind "snapshot" in a feed of mode "changes" would '
            'delete what was merely not delivered; write mode = "snapshot" if every '
            "delivery is complete",
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\ndeletes = { kind = "marker" }'),
            'feed "cases" → deletes: kind "marker" needs field and values; e.g. '
            "field = "
            '"op_type", values = ["D"]',
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\ndeletes = { field = "op" }'),
            'feed "cases" → deletes: field and values have no meaning for kind "none"; '
            'write kind = "marker", or leave them out',
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\ndeadline = "8:00"'),
            'feed "cases" → deadline: is no time of day; write it as in "08:00"',
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\nschedule = "0 25 * * *"'),
            'feed "cases" → schedule: has no hour "25" from 0 to 23; write it as in '
            '"30 23 * * *", for 23:30 every day',
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\nas_of = { format = "%Y" }'),
            'feed "cases" → as_of: says no place; give file, header or envelope',
        ),
        (
            ('key = ["recId"]', "key = [\"recId\"]\nas_of = { file = '_\\d+.csv' }"),
            'feed "cases" → as_of → file: has 0 groups; put the date, and nothing '
            "else, "
            r"in brackets, e.g. _(\d{8})\.csv",
        ),
        (
            (
                'key = ["recId"]',
                'key = ["recId"]\nsame_as = { field = "no", partner = "platfrom" }',
            ),
            'feed "cases" → same_as → partner: unknown partner "platfrom"; did you '
            "mean "
            '"platform"?; allowed: platform',
        ),
        (
            (
                'key = ["recId"]',
                'key = ["recId"]\nsame_as = { field = "no", partner = "qiaokou" }',
            ),
            'feed "cases" → same_as → partner: is the partner itself; name the other '
            "system",
        ),
        (
            ('"GBT30428.2-2013"', '"GBT30428"'),
            'feed "cases" → category_system: unknown category system "GBT30428"; did '
            "you "
            'mean "GBT30428.2-2013"?; allowed: CJT214-2007, GBT30428.2-2013, '
            "GBT47678.5-2026, LOCAL-qiaokou",
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\nignore = ["code", "other"]'),
            'feed "cases" → ignore: "code" is mapped, and ignored too; take it out of '
            "one of the two",
        ),
        (
            ('key = ["recId"]', 'key = ["recId"]\nnever_land = ["recId"]'),
            'feed "cases" → never_land: "recId" is used, but cut before landing; '
            "take it "
            "out of one of the two",
        ),
        (
            (*SQL, READ, ""),
            'feed "cases" → read: needs either table, tables or query; write one of '
            "the three",
        ),
        (
            (*SQL, READ, 'read = { table = "t", query = "SELECT 1" }\n'),
            'feed "cases" → read: needs either table, tables or query; write one of '
            "the three",
        ),
        (
            (
                *SQL,
                READ,
                'read = { table = "t", acknowledge = '
                '{ field = "flag", new = ["0"], done = "1" } }\n',
            ),
            'feed "cases" → read → acknowledge: needs table, and a keyset that tells '
            'its rows apart; e.g. keyset = ["log_id"]',
        ),
        (
            (
                *SQL,
                READ,
                'read = { table = "t", keyset = ["id"], acknowledge = '
                '{ field = "flag", new = ["0"], done = "0" } }\n',
            ),
            'feed "cases" → read → acknowledge: done is one of new; rows would be read '
            "for ever",
        ),
        (
            (*FILES, READ, ""),
            'feed "cases" → read: needs files; write the pattern of the names, e.g. '
            '"cases_*.csv"',
        ),
    ],
)
def test_one_fault_is_one_line(problem_lines, add_partner, head, feed, pairs, expected):
    add_partner("", "platform")

    assert problem_lines(swap(head + feed, *pairs)) == [expected]


@pytest.mark.parametrize(
    "pairs",
    [
        (*SQL, READ, 'read = { table = "cases", keyset = ["op_time", "id"] }\n'),
        (*FILES, READ, 'read = { files = "cases_*.csv", done = ".ok" }\n'),
        (
            'records = "data.list"',
            'window = { from = "a", to = "b" }\nparams = { since = "{from}", n = 3 }',
        ),
        (
            'key = ["recId"]',
            'key = ["recId"]\nsame_as = { field = "no", partner = "platform" }\n'
            'as_of = { envelope = "time" }\nnever_land = ["password"]',
        ),
        ('"GBT30428.2-2013"', '"LOCAL-qiaokou"'),
    ],
)
def test_sound_feeds_pass(problem_lines, add_partner, head, feed, pairs):
    add_partner("", "platform")

    assert problem_lines(swap(head + feed, *pairs)) == []


def test_a_sweep_of_open_cases_needs_a_feed_of_cases(problem_lines, head):
    text = """
[[feed]]
name = "units"
dataset = "org"
key = ["id"]
same_as = { field = "no", partner = "qiaokou" }
read = { path = "/units", sweep = "open_issues" }
[feed.columns]
org_name = "name"
org_level_code = { value = "DISTRICT" }
org_kind_code = { value = "HANDLING_DEPT" }
"""

    assert problem_lines(head + text)[:2] == [
        'feed "units" → same_as: is about cases, and the feed makes no issue; leave it '
        "out",
        'feed "units" → read → sweep: is about cases, and the feed makes no issue; '
        "leave "
        "it out",
    ]


def test_fields_of_a_list_element_are_not_those_of_the_row(problem_lines, head):
    text = """
[[feed]]
name = "steps"
dataset = "issue_event"
explode = "trail"
part = { field = "no" }
key = ["id"]
ignore = ["action", "no"]
read = { path = "/x" }
[feed.columns]
issue_id = { field = "../id", ref = "issue" }
action_code = { field = "action", codes = "action" }
happened_at = "at"
is_inferred = { value = false }
[feed.codes.action]
1 = "CLOSE"
"""

    assert problem_lines(head + text) == []
    assert problem_lines(head + text.replace('"action", "no"', '"trail.no"')) == [
        'feed "steps" → ignore: "trail.no" is mapped, and ignored too; take it out '
        "of one "
        "of the two"
    ]
