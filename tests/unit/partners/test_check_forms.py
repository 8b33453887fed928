"""XML and SOAP are declared completely, or not at all."""

from __future__ import annotations

import pytest

READ = '[feed.read]\npath = "/api/cases"\nrecords = "data.list"\n'
XML = """
[feed.read]
path = "/api/cases"
format = "xml"
records = "E.Body.return.R.case"
inner = "E.Body.return"
"""
SOAP = (
    XML
    + """
method = "POST"
soap_action = "urn:x"
page = { kind = "number" }
window = { from = "a", to = "b" }
envelope = '''
<e><from>{from}</from><to>{to}</to>
<page>{page}</page></e>
'''
"""
)


@pytest.mark.parametrize("read", [XML, SOAP])
def test_sound_forms_pass(problem_lines, head, feed, read):
    assert problem_lines(head + feed.replace(READ, read)) == []


@pytest.mark.parametrize(
    ("read", "old", "new", "expected"),
    [
        (
            XML,
            '"xml"',
            '"csv"',
            [
                'feed "cases" → read → format: unknown form of an answer "csv"; '
                "allowed: xml",
                'feed "cases" → read → inner: needs format = "xml"; or leave it out',
            ],
        ),
        (
            XML,
            'records = "E.Body.return.R.case"\ninner = "E.Body.return"\n',
            "",
            [
                'feed "cases" → read: format "xml" needs records; write the names of '
                'the elements from the root on, e.g. "cases.case"'
            ],
        ),
        (
            XML,
            "E.Body.return.R.case",
            "R.case",
            [
                'feed "cases" → read → records: does not begin with inner; write it as '
                '"E.Body.return.…", the names inside that document after it'
            ],
        ),
        (
            XML,
            'format = "xml"',
            'format = "xml"\nsoap_action = "x"',
            [
                'feed "cases" → read → soap_action: goes with envelope; leave it out',
            ],
        ),
        (
            SOAP,
            'method = "POST"',
            'body = { a = "1" }',
            [
                'feed "cases" → read → envelope: needs method = "POST" and '
                'format = "xml"',
                'feed "cases" → read → envelope: stands beside body; send one of the '
                "two",
            ],
        ),
        (
            SOAP,
            "{page}",
            "1",
            ['feed "cases" → read → envelope: holds no {page}; say where it goes'],
        ),
        (
            SOAP,
            "{to}",
            "{too}",
            [
                'feed "cases" → read → envelope: unknown placeholder "{too}"; did you '
                'mean "{to}"?; allowed: {cursor}, {from}, {keys}, {page}, {size}, {to}',
                'feed "cases" → read → envelope: holds no {to}; say where it goes',
            ],
        ),
        (
            SOAP,
            "<page>",
            "<w:Password>hunter2</w:Password><page>",
            [
                'feed "cases" → read → envelope → Password: looks like a secret that '
                "is written out; credentials belong in [source] auth"
            ],
        ),
        (
            XML,
            'format = "xml"',
            'format = "xml"\nverdict = { field = "a", good = ["0"], expired = ["1"] }',
            [
                'feed "cases" → read → verdict → expired: has no meaning for auth of '
                'kind "none"; leave it out'
            ],
        ),
        (
            SOAP,
            "</page>",
            "",
            ['feed "cases" → read → envelope: is not XML in its line 2; correct it'],
        ),
    ],
)
def test_a_form_that_does_not_fit(problem_lines, head, feed, read, old, new, expected):
    assert old in read

    assert problem_lines(head + feed.replace(READ, read.replace(old, new))) == expected
