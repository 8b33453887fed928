"""A feed of submissions names who sends, and nothing that a submission cannot tell."""

from __future__ import annotations

import pytest

PUSH = """
[partner]
id = "qiaokou"
title = "硚口区 案件报送"
timezone = "Asia/Shanghai"

[source]
connector = "push"
consumer = "qiaokou"
formats = ["csv", "xlsx"]
limits = { max_body_mb = 32 }

[[feed]]
name = "cases"
dataset = "issue"
key = ["编号"]
changed = "更新时间"
category_system = "GBT30428.2-2013"
read = { sheet = "案件", delimiter = ";", records = "data" }

[feed.columns]
reported_at = "上报时间"
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = "类别"
media_count = { value = 0 }
"""


def test_a_sound_feed_passes(problem_lines):
    assert problem_lines(PUSH) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'consumer = "qiaokou"\n',
            "",
            'source: connector "push" needs consumer; name the consumer that sends, '
            'e.g. consumer = "qiaokou"',
        ),
        (
            'consumer = "qiaokou"',
            'consumer = "硚口"',
            "source → consumer: is no name of a consumer; take it from "
            "`hub consumer list`",
        ),
        (
            'formats = ["csv", "xlsx"]',
            "formats = []",
            'source → formats: names none; write e.g. formats = ["csv", "xlsx"]',
        ),
        (
            "max_body_mb = 32",
            "max_body_mb = 32, max_waiting_mb = 31",
            "source → limits → max_waiting_mb: is less than max_body_mb, 32: the "
            "largest submissions could never come in; write at least 32, or a smaller "
            "max_body_mb",
        ),
        (
            'connector = "push"\nconsumer = "qiaokou"\nformats = ["csv", "xlsx"]\n'
            "limits = { max_body_mb = 32 }",
            'connector = "files"\nfolder = "env:DROP"\nlimits = { max_waiting = 3 }',
            'source → limits → max_waiting: has no meaning for connector "files": '
            "nothing waits in the inbox; leave it out; it belongs to push",
        ),
        (
            "[[feed]]",
            'auth = { kind = "bearer", token = "env:T" }\n\n[[feed]]',
            'source → auth: has no meaning for connector "push": the partner comes '
            "with a key of ours; leave it out; `hub consumer add` makes the key",
        ),
        (
            'sheet = "案件"',
            'sheet = "案件", files = "*"',
            'feed "cases" → read → files: has no meaning for connector "push"; it '
            "belongs to files",
        ),
        (
            'changed = "更新时间"',
            "as_of = { file = '(\\d{8})', format = \"%Y%m%d\" }",
            'feed "cases" → as_of: has no meaning for connector "push"; a submission '
            "is dated by the instant at which it was received; name the change time of "
            "a row with changed",
        ),
        (
            'connector = "push"\nconsumer = "qiaokou"',
            'connector = "files"\nfolder = "env:DROP"',
            'source → formats: has no meaning for connector "files"; leave it out; '
            "[feed.read] format says what a file is",
        ),
    ],
)
def test_what_is_wrong_is_named(problem_lines, old, new, expected):
    assert old in PUSH

    assert expected in problem_lines(PUSH.replace(old, new))
