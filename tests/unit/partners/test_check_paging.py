"""Pagers and forms are declared completely, or not at all."""

from __future__ import annotations

import pytest

READ = '[feed.read]\npath = "/api/cases"\nrecords = "data.list"\n'
AT = 'feed "cases" → read'


@pytest.mark.parametrize(
    "more",
    [
        'page = { kind = "next_link", link = "paging.next", total = "total" }',
        'page = { kind = "link_header", total_header = "X-Total-Count" }',
        'page = { kind = "keyset", param = "after", field = "id", total = "total" }',
        'page = { kind = "keyset", param = "since", field = "at", inclusive = true, '
        "size = 100 }",
        'method = "POST"\nsend = "form"\nbody = { "page.no" = "{page}" }\n'
        'page = { kind = "number", param = "page.no" }',
        'count = { path = "/api/count", total = "data" }',
        'window = { from = "a", to = "b" }\ncount = { path = "/api/count", '
        'total = "data", from = "c", to = "d", params = { kind = 1 } }',
    ],
)
def test_sound_listings_pass(problem_lines, head, feed, more):
    assert problem_lines(head + feed.replace(READ, READ + more + "\n")) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            'page = { kind = "next_link" }',
            [
                f'{AT} → page: kind "next_link" needs link; write the path of the next '
                "page's address in the answer"
            ],
        ),
        (
            'page = { kind = "keyset", param = "after" }',
            [
                f'{AT} → page: kind "keyset" needs field; write the field by which the '
                "listing ascends"
            ],
        ),
        (
            'page = { kind = "link_header", link = "a", param = "p", field = "id" }',
            [
                f'{AT} → page → link: has no meaning for kind "link_header"; it '
                "belongs to next_link",
                f'{AT} → page → field: has no meaning for kind "link_header"; it '
                "belongs to keyset",
                f'{AT} → page → param: has no meaning for kind "link_header"; it '
                "belongs to number and offset and cursor and keyset",
            ],
        ),
        (
            'page = { kind = "number", total = "a", total_header = "b" }',
            [f"{AT} → page: has total and total_header; write one of the two"],
        ),
        (
            'page = { kind = "keyset", field = "at", inclusive = true, total = "t" }',
            [
                f"{AT} → page: inclusive needs size; write how many rows a page really "
                "holds: a shorter one is the last",
                f"{AT} → page: inclusive and a total do not go together; leave the "
                "total out: rows that come twice would be counted twice",
            ],
        ),
        (
            'method = "POST"\npage = { kind = "link_header" }',
            [
                f'{AT} → page: kind "link_header" follows addresses, which are asked '
                'for by GET; write method = "GET", or page in another way'
            ],
        ),
        (
            'count = { path = "/c", total = "n", from = "a", '
            'params = { at = "{until}", password = "x" } }',
            [
                f"{AT} → count → params → password: looks like a secret that is "
                "written out; credentials belong in [source] auth",
                f"{AT} → count → from: needs window; leave it out",
                f'{AT} → count → params: unknown placeholder "{{until}}"; allowed: '
                "{cursor}, {from}, {keys}, {page}, {size}, {to}",
            ],
        ),
        (
            'page = { kind = "keyset", field = "at", inclusive = true, size = 9 }\n'
            'count = { path = "/c", total = "n" }',
            [
                f"{AT} → count: and inclusive do not go together; leave the count "
                "out: rows that come twice would be counted twice"
            ],
        ),
        (
            'send = "form"\nbody = { paging = { no = "{page}" } }',
            [
                f'{AT} → send: "form" needs method = "POST"',
                f"{AT} → body → paging: is a table, and a form is flat; write the "
                'names as the partner does, e.g. "page.size" = "{size}"',
            ],
        ),
        (
            'send = "forms"',
            [
                f'{AT} → send: unknown send "forms"; did you mean "form"?; allowed: '
                "form, json",
                f'{AT} → send: "form" needs method = "POST"',
            ],
        ),
        (
            'page = { kind = "next_links", link = "a" }',
            [
                f'{AT} → page → kind: unknown kind "next_links"; did you mean '
                '"next_link"?; allowed: cursor, keyset, link_header, next_link, none, '
                "number, offset"
            ],
        ),
        (
            'page = { kind = "cursor", cursor = 7 }',
            [
                f"{AT} → page → cursor: is a whole number; write text",
                f'{AT} → page: kind "cursor" needs cursor; write the path of the next '
                "cursor in the answer",
            ],
        ),
    ],
)
def test_a_listing_that_does_not_fit(problem_lines, head, feed, more, expected):
    assert problem_lines(head + feed.replace(READ, READ + more + "\n")) == expected


def test_a_form_does_not_stand_beside_an_envelope(problem_lines, head, feed):
    read = (
        '[feed.read]\npath = "/x"\nformat = "xml"\nrecords = "a.b"\nmethod = "POST"\n'
        'send = "form"\nenvelope = "<a/>"\n'
    )

    assert problem_lines(head + feed.replace(READ, read)) == [
        f"{AT} → send: stands beside envelope; send one of the two"
    ]


def test_a_database_has_no_forms(problem_lines, head, feed):
    head = head.replace('"rest"', '"sql"').replace("base_url", "url")
    read = '[feed.read]\ntable = "t"\nsend = "json"\n'

    assert problem_lines(head + feed.replace(READ, read)) == [
        f'{AT} → send: has no meaning for connector "sql"; it belongs to rest'
    ]
