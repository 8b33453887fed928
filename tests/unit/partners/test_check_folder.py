"""Remote folders are judged from the partner file alone."""

from __future__ import annotations

import pytest

from hub.partners.check_source import find_source_problems
from hub.partners.source import Source

SFTP = "sftp://drop.example:2222/out"
KEY = {"kind": "key_file", "username": "hub", "key_file": "env:KEY"}
BASIC = {"kind": "basic", "username": "hub", "password": "env:PASSWORD"}
PAIR = {"kind": "access_key", "key": "env:KEY", "secret": "env:SECRET"}


def lines(**given: object) -> list[str]:
    source = Source.model_validate({"connector": "files"} | given)
    return [problem.line for problem in find_source_problems(source)]


@pytest.mark.parametrize(
    "given",
    [
        {"folder": "/srv/drop"},
        {"folder": "env:DROP", "known_hosts": "env:HOSTS", "auth": KEY},
        {"folder": SFTP, "known_hosts": "/etc/hub/known_hosts", "auth": KEY},
        {"folder": SFTP, "known_hosts": "k", "auth": KEY | {"password": "env:PASS"}},
        {"folder": "sftp://drop/~/out", "known_hosts": "env:HOSTS", "auth": BASIC},
        {"folder": "ftp://drop.example/"},
        {"folder": "ftp://drop.example/出口", "auth": BASIC},
        {
            "folder": "s3://bucket/出口",
            "endpoint": "env:S3",
            "region": "r",
            "auth": PAIR,
        },
        {"folder": "s3://open-bucket"},
    ],
)
def test_whole_declarations_have_no_problem(given: dict[str, object]) -> None:
    assert lines(**given) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"folder": "sfpt://drop/out"}, 'unknown scheme "sfpt"; did you mean "sftp"?'),
        ({"folder": "https://drop/out"}, "allowed: ftp, s3, sftp"),
        ({"folder": SFTP, "auth": KEY}, "needs known_hosts"),
        ({"folder": SFTP, "known_hosts": "k"}, "allowed: basic, key_file"),
        ({"folder": SFTP, "known_hosts": "env:a b", "auth": KEY}, "is no reference"),
        ({"folder": "sftp://hub@drop/out", "known_hosts": "k", "auth": KEY}, "a user"),
        ({"folder": "ftp://hub:pass@drop/out"}, "spells out a password"),
        ({"folder": "ftp://drop/out", "auth": KEY}, "for ftp://"),
        ({"folder": "ftp://drop/out", "known_hosts": "k"}, "a folder at sftp://"),
        ({"folder": "ftp://drop/out?x=1"}, "leave out ? and #"),
        ({"folder": "ftp:///out"}, 'write "ftp://host:port/path"'),
        ({"folder": "ftp://drop:x/out"}, "is no address"),
        ({"folder": "s3://bucket", "auth": BASIC}, "allowed: access_key, none"),
        (
            {"folder": "s3://bucket", "auth": PAIR | {"secret": "plain"}},
            "source → auth → secret: is written out",
        ),
        (
            {"folder": "s3://bucket", "auth": PAIR | {"key": "plain"}},
            "source → auth → key: is written out",
        ),
        (
            {"folder": SFTP, "known_hosts": "k", "auth": {"kind": "key_file"}},
            'kind "key_file" needs username',
        ),
        ({"folder": "/srv", "endpoint": "http://x"}, "without a folder at s3://"),
        ({"folder": "/srv", "auth": KEY}, "without a remote folder"),
        (
            {"connector": "rest", "base_url": "http://x", "known_hosts": "k"},
            "without a folder at sftp://",
        ),
    ],
)
def test_what_is_wrong_is_said_without_asking_a_server(
    given: dict[str, object], expected: str
) -> None:
    found = lines(**given)

    assert len([line for line in found if expected in line]) == 1, found
    assert "plain" not in "".join(found)
