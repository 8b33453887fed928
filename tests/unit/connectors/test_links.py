"""Addresses in answers: read as RFC 8288 says, followed only where they may lead."""

from __future__ import annotations

import pytest

from hub.connectors.links import Astray, Territory, join, next_link


@pytest.mark.parametrize(
    ("header", "target"),
    [
        # RFC 8288, 3.5, and the page headers of a large public interface.
        (
            '<http://example.com/TheBook/chapter2>; rel="previous"; '
            'title="previous chapter"',
            None,
        ),
        ('</>; rel="http://example.net/foo"', None),
        ('</terms>; rel="copyright"; anchor="#foo"', None),
        (
            "</TheBook/chapter2>; rel=\"previous\"; title*=UTF-8'de'letztes%20Kapitel, "
            '</TheBook/chapter4>; rel="next"; '
            "title*=UTF-8'de'n%c3%a4chstes%20Kapitel",
            "/TheBook/chapter4",
        ),
        (
            '<http://example.org/>; rel="start http://example.net/relation/other"',
            None,
        ),
        (
            '<https://a.example/r?page=3&per_page=100>; rel="next", '
            '<https://a.example/r?page=50&per_page=100>; rel="last"',
            "https://a.example/r?page=3&per_page=100",
        ),
        ("</p?2>;rel=next", "/p?2"),
        ('</p?2>; REL="Last Next"', "/p?2"),
        ('</a;b?x=1,2;y>; title="c, <d>; rel=next"; rel="next"', "/a;b?x=1,2;y"),
        ('</a>; title="say \\"rel=next\\""; rel=prev, </b>; rel=next', "/b"),
        ('</a>; rel=prev; rel=next, </b>; rel="next"', "/b"),
        ('</a>; rel=next; anchor="/other"', None),
        ('</first>; rel="next", </second>; rel="next"', "/first"),
        ("<>; rel=next", ""),
        ("</a>", None),
        ("rel=next", None),
        ("", None),
        (None, None),
    ],
)
def test_the_next_page_in_a_link_header(header: str | None, target: str | None) -> None:
    assert next_link(header) == target


@pytest.mark.parametrize(
    ("target", "address"),
    [
        # RFC 3986, 5.4.1, fragments taken off.
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y#s", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q"),
        ("", "http://a/b/c/d;p?q"),
        ("../g", "http://a/b/g"),
        ("../../g", "http://a/g"),
        ("g;x=1?t=%2B%26", "http://a/b/c/g;x=1?t=%2B%26"),
    ],
)
def test_an_address_is_seen_from_where_it_stands(target: str, address: str) -> None:
    assert join("http://a/b/c/d;p?q", target) == address


@pytest.mark.parametrize(
    ("base", "there"),
    [
        ("https://h.example/api", "https://h.example/other?p=2"),
        ("https://h.example", "https://H.EXAMPLE:443/x"),
        ("http://h.example:8080/api", "http://h.example:8080/"),
        ("http://h.example/api", "https://h.example/api"),
        ("https://h.example", "https://sso.example/token"),
        ("https://h.example", "https://files.example:8443/x"),
    ],
)
def test_the_partners_own_host_and_named_ones_are_asked(base: str, there: str) -> None:
    named = ("SSO.example", "files.example:8443")

    assert Territory(base, named).admit(there).host in there.lower()


@pytest.mark.parametrize(
    ("there", "seen"),
    [
        ("https://evil.example/", "to evil.example, and the partner is h.example"),
        ("https://h.example.evil.example/", "and the partner is h.example"),
        ("https://h.example:8443/", "to h.example:8443"),
        ("https://sso.example:8443/", "to sso.example:8443"),
        ("https://files.example/", "to files.example"),
        ("http://h.example/", "from https down to http"),
        ("http://sso.example/", "from https down to http"),
        ("https://me:pw@h.example/", "to h.example with a user name in it"),
        ("https://h.example@evil.example/", "with a user name in it"),
        ("https://h.example\\@evil.example/", "with a user name in it"),
        ("https://169.254.169.254/latest", "to 169.254.169.254"),
        ("https://[::1]/", r"to \[::1\]"),
        ("file:///etc/passwd", "to no web address"),
        ("ftp://h.example/", "to no web address"),
        ("/only/a/path", "to no web address"),
        ("https://h.example/\nx", "to no address"),
    ],
)
def test_everything_else_is_astray(there: str, seen: str) -> None:
    territory = Territory(
        "https://h.example/api", ("sso.example", "files.example:8443")
    )

    with pytest.raises(Astray, match=seen) as astray:
        territory.admit(there)

    assert "pw" not in str(astray.value)


def test_http_with_a_port_of_its_own_is_not_raised_to_https() -> None:
    with pytest.raises(Astray):
        Territory("http://h.example:8080").admit("https://h.example:8080/")
