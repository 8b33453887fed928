"""A feed that comes from elsewhere than its partner's other feeds."""

from __future__ import annotations

TRAIL = """
[[feed]]
name = "trail"
dataset = "issue_event"
key = ["step_id"]

[feed.source]
connector = "sql"
url = "env:QK_DB_URL"

[feed.read]
table = "steps"

[feed.columns]
issue_id = { field = "case_id", ref = "issue" }
action_code = { value = "CLOSE" }
happened_at = { field = "happened", format = "%Y-%m-%d %H:%M:%S" }
is_inferred = { value = false }
"""


def test_a_feed_is_read_from_its_own_source_and_the_others_from_the_partners(
    head, feed, load
):
    partner = load(head + feed + TRAIL)

    cases, trail = partner.feeds
    assert partner.reading(cases).source.connector == "rest"
    assert partner.reading(trail).source.url == "env:QK_DB_URL"
    assert partner.reading(trail).id == partner.id


def test_what_a_feed_reads_must_fit_its_own_source(head, feed, problem_lines):
    text = head + feed + TRAIL.replace('table = "steps"', 'path = "/steps"')

    lines = problem_lines(text)

    assert any('"sql"' in line and 'feed "trail" → read' in line for line in lines)


def test_the_address_of_a_feed_is_judged_like_the_partners(head, feed, problem_lines):
    text = head + feed + TRAIL.replace('url = "env:QK_DB_URL"', 'folder = "/drop"')

    lines = problem_lines(text)

    assert any(line.startswith('feed "trail" → source') for line in lines)


def test_a_key_that_no_source_has_is_told(head, feed, problem_lines):
    text = head + feed + TRAIL.replace("[feed.read]", 'ulr = "x"\n[feed.read]')

    assert any('unknown key "ulr"' in line for line in problem_lines(text))
