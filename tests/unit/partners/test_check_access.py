"""Tokens, certificates and further hosts are declared completely, or not at all."""

from __future__ import annotations

import pytest

OAUTH2 = (
    'auth = { kind = "oauth2", key = "env:C", secret = "env:S", '
    'oauth2 = { token_url = "/token" } }'
)
TLS = 'tls = { cert = "env:C", key = "env:K", password = "env:P", ca = "env:A" }'


@pytest.mark.parametrize(
    "more",
    [
        OAUTH2,
        OAUTH2.replace('"/token"', '"https://sso.example/t?x=1", scope = "a b"')
        + '\nhosts = ["sso.example"]',
        TLS,
        'tls = { ca = "env:A" }',
        'hosts = ["a.example", "127.0.0.1:8443", "a-b.example"]',
        'auth = { kind = "signed", key = "k", secret = "env:S", algorithm = "sm3", '
        'nonce = "" }',
    ],
)
def test_sound_access_passes(problem_lines, head, feed, more):
    assert problem_lines(f"{head}{more}\n{feed}") == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            'auth = { kind = "oauth2", key = "env:C" }',
            [
                'source → auth: kind "oauth2" needs secret; write secret = …',
                'source → auth: kind "oauth2" needs oauth2; write oauth2 = …',
            ],
        ),
        (
            OAUTH2.replace("env:S", "hunter2"),
            [
                "source → auth → secret: is written out; put it into a variable and "
                'write secret = "env:NAME"'
            ],
        ),
        (
            OAUTH2.replace('kind = "oauth2"', 'kind = "signed"'),
            [
                'source → auth → oauth2: has no meaning for kind "signed"; write kind '
                '= "oauth2", or leave it out'
            ],
        ),
        (
            OAUTH2.replace("/token", "token"),
            [
                "source → auth → oauth2 → token_url: is no address; write "
                '"/path" below base_url, or a whole "https://…"'
            ],
        ),
        (
            OAUTH2.replace("/token", "https://c:hunter2@sso.example/"),
            [
                "source → auth → oauth2 → token_url: spells out a password; key and "
                "secret have their places"
            ],
        ),
        (
            OAUTH2.replace(
                '"/token"', '"/token", params = { client_secret = "hunter2" }'
            ),
            [
                "source → auth → oauth2 → params → client_secret: looks like a secret "
                'that is written out; the client\'s own is secret = "env:NAME" in auth'
            ],
        ),
        (
            OAUTH2.replace('"/token"', '"/token", client_in = "query"'),
            [
                'source → auth → oauth2 → client_in: unknown client_in "query"; '
                "allowed: body, header"
            ],
        ),
        (
            OAUTH2.replace('token_url = "/token"', 'scope = "a"'),
            [
                'source → auth → oauth2: "token_url" is missing; Token endpoint: a '
                "path below base_url, or a whole address on its host or one of `hosts`."
            ],
        ),
        ("tls = {}", ["source → tls: says nothing; give cert and key, or ca, or all"]),
        (
            'tls = { key = "env:K", ca = "env:A" }',
            ['source → tls → key: needs cert; add cert = "env:NAME"'],
        ),
        (
            'tls = { cert = "/etc/hub.pem" }',
            [
                "source → tls → cert: is no reference to a variable; put it into a "
                'variable and write cert = "env:NAME"'
            ],
        ),
        (
            'hosts = ["https://a.example/"]',
            [
                'source → hosts: holds something that is no host; write "name" or '
                '"name:port", without https:// and path'
            ],
        ),
        (
            'auth = { kind = "signed", key = "k", secret = "env:S", '
            'algorithm = "sm2" }',
            [
                'source → auth → algorithm: unknown algorithm "sm2"; did you mean '
                '"sm3"?; allowed: hmac-sha256, hmac-sm3, md5, sha256, sm3'
            ],
        ),
    ],
)
def test_access_that_does_not_fit(problem_lines, head, feed, more, expected):
    lines = problem_lines(f"{head}{more}\n{feed}")

    assert len(lines) == len(expected)
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(start)
    assert "hunter2" not in "".join(lines)


def test_certificates_need_https(problem_lines, head, feed):
    plain = head.replace("env:QK_URL", "http://h.example")

    assert problem_lines(f"{plain}{TLS}\n{feed}") == [
        "source → tls: shows certificates, and base_url is http; write https:// in "
        "base_url"
    ]


def test_a_database_has_neither_hosts_nor_certificates(problem_lines, head, feed):
    sql = head.replace('"rest"', '"sql"').replace("base_url", "url")
    read = '[feed.read]\npath = "/api/cases"\nrecords = "data.list"\n'
    text = feed.replace(read, '[feed.read]\ntable = "t"\n')

    assert problem_lines(f'{sql}{TLS}\nhosts = ["a.example"]\n{text}') == [
        'source → tls: has no meaning for connector "sql"; it belongs to rest',
        'source → hosts: has no meaning for connector "sql"; it belongs to rest',
    ]


def test_an_expired_verdict_goes_with_oauth2_too(problem_lines, head, feed):
    verdict = 'verdict = { field = "c", good = ["0"], expired = ["1"] }\n'
    text = feed.replace("[feed.columns]", f"{verdict}\n[feed.columns]")

    assert problem_lines(f"{head}{OAUTH2}\n{text}") == []
