"""A feed of a queue says all that is needed, and nothing that a queue cannot give."""

from __future__ import annotations

import pytest

QUEUE = """
[partner]
id = "qiaokou"
title = "硚口区 案件消息"
timezone = "Asia/Shanghai"

[source]
connector = "queue"
url = "env:QK_BROKER"

[[feed]]
name = "cases"
dataset = "issue"
key = ["recId"]
changed = "@timestamp"
changed_format = "epoch_s"
category_system = "GBT30428.2-2013"

[feed.read]
queue = "cg.cases"
records = "data.list"

[feed.columns]
case_no = "@message_id"
reported_at = "@headers.reported"
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = "code"
media_count = { value = 0 }
"""


def test_a_sound_queue_passes(problem_lines):
    assert problem_lines(QUEUE) == []


@pytest.mark.parametrize("url", ["amqp://broker", "amqps://broker:5671/cg"])
def test_an_address_without_a_password_may_stand_there(problem_lines, url):
    assert problem_lines(QUEUE.replace("env:QK_BROKER", url)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'queue = "cg.cases"\n',
            "",
            'feed "cases" → read: needs queue; write the name of the partner\'s queue',
        ),
        (
            'queue = "cg.cases"\n',
            'queue = "q"\nwindow = { from = "a", to = "b" }\n',
            'feed "cases" → read → window: has no meaning for connector "queue"; '
            "it belongs to rest and sql",
        ),
        (
            'queue = "cg.cases"\n',
            'queue = "q"\nformat = "csv"\n',
            'feed "cases" → read → format: unknown form of a message "csv"; '
            "allowed: json, xml",
        ),
        (
            'records = "data.list"\n',
            'format = "xml"\n',
            'feed "cases" → read: format "xml" needs records; write the names of the '
            'elements from the root on, e.g. "cases.case"',
        ),
        (
            'queue = "cg.cases"\n',
            'queue = "q"\nmax_messages = 70000\n',
            'feed "cases" → read → max_messages',
        ),
        (
            'changed = "@timestamp"\n',
            'changed = "@timestamp"\nmode = "snapshot"\n',
            'feed "cases" → mode: messages never tell everything there is; '
            'write mode = "changes", or "events" if rows never change',
        ),
        (
            'changed = "@timestamp"\n',
            'changed = "@timestamp"\ndeletes = { kind = "keys" }\n',
            'feed "cases" → deletes: kind "keys" needs complete deliveries, which a '
            'queue does not make; write kind = "marker" if a field says so, or leave '
            "it out",
        ),
        (
            'changed = "@timestamp"\n',
            'changed = "@timestamp"\nas_of = { header = "Date" }\n',
            'feed "cases" → as_of: has no meaning for connector "queue"; name the '
            'change time of a row, e.g. changed = "@timestamp"',
        ),
        (
            'url = "env:QK_BROKER"',
            'url = "kafka://broker:9092"',
            "source → url: is no address of a broker; "
            'write it as in "amqps://host/vhost"',
        ),
        (
            'url = "env:QK_BROKER"',
            'base_url = "amqp://broker"',
            'source: connector "queue" needs url; write url = "…" or "env:NAME"',
        ),
        (
            'url = "env:QK_BROKER"',
            'url = "amqp://hub:s3cret@broker/"',
            "source → url: spells out a password; put the whole address into a "
            'variable and write "env:NAME"',
        ),
        (
            'url = "env:QK_BROKER"\n',
            'url = "env:QK_BROKER"\nauth = { kind = "bearer", token = "env:T" }\n',
            'source → auth → kind: unknown credential for a queue "bearer"; '
            "allowed: basic, none",
        ),
    ],
)
def test_what_a_queue_cannot_do_is_told(problem_lines, old, new, expected):
    lines = problem_lines(QUEUE.replace(old, new, 1))

    assert any(line.startswith(expected) for line in lines), lines
    assert not any("s3cret" in line for line in lines)


def test_a_feed_of_its_own_source_is_judged_by_it(problem_lines, head, feed):
    own = '[feed.source]\nconnector = "queue"\nurl = "http://broker"\n'
    text = head + feed.replace("[feed.columns]", own + "\n[feed.columns]")

    lines = problem_lines(text)

    assert (
        'feed "cases" → read: needs queue; write the name of the partner\'s queue'
        in lines
    )
    assert any(line.startswith('feed "cases" → source → url') for line in lines)
