"""Addresses that a partner hands us: may they be followed, and where do they stand.

What lives here: the rule for next links, redirects and token endpoints, and the
header `Link` (RFC 8288). An answer is data of somebody else; an address in it may
lead our credentials away. So it stays on the partner's own host and port, or on one
that the declaration names, and never goes from https down to http. What does not:
sending (`transport`), which page comes next (`paging`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx

_PORTS = {"http": 80, "https": 443}
# One link: the address in angle brackets, then parameters, quoted texts included.
_LINK = re.compile(r'<([^>]*)>((?:[^,"<]|"(?:\\.|[^"\\])*")*)')
_PARAM = re.compile(
    r';\s*([\w!#$&+^`|~.-]+\*?)\s*(?:=\s*("(?:\\.|[^"\\])*"|[^\s;,"]*))?'
)


class Astray(ValueError):
    """An address that is not to be followed; the message continues "it leads …"."""


class Territory:
    """Where requests to one partner may go."""

    def __init__(self, base: str, hosts: tuple[str, ...] = ()) -> None:
        """Take base_url and the further hosts that the declaration names."""
        self._secure = base.lower().startswith("https:")
        self._hosts = frozenset(host.lower() for host in hosts)
        try:
            self._own = httpx.URL(base)
        except httpx.InvalidURL:
            self._own = httpx.URL("")  # no address is its own; asking will say so

    def admit(self, address: str) -> httpx.URL:
        """The address, if requests may go there.

        Raises:
            Astray: it leads elsewhere, or is none.
        """
        try:
            there = httpx.URL(address)
        except httpx.InvalidURL:
            raise Astray("to no address") from None
        if there.scheme not in _PORTS or not there.host:
            raise Astray("to no web address")
        if self._secure and there.scheme == "http":
            raise Astray(f"from https down to http, on {there.host}")
        if there.userinfo:
            raise Astray(f"to {there.host} with a user name in it")
        port = there.port or _PORTS[there.scheme]
        names = {f"{there.host}:{port}"}
        if port == _PORTS[there.scheme]:
            names.add(there.host)
        if not self._is_own(there, port) and not names & self._hosts:
            own = self._own.netloc.decode()
            raise Astray(f"to {there.netloc.decode()}, and the partner is {own}")
        return there

    def _is_own(self, there: httpx.URL, port: int) -> bool:
        own = self._own
        if there.host != own.host:
            return False
        is_raised = (own.scheme, there.scheme) == ("http", "https")
        if is_raised and own.port is None and port == _PORTS["https"]:
            return True
        return there.scheme == own.scheme and port == (
            own.port or _PORTS.get(own.scheme)
        )


def join(here: str, target: str) -> str:
    """An address in an answer, seen from the address that gave it.

    Raises:
        Astray: it is none.
    """
    try:
        return str(httpx.URL(here).join(target.strip()).copy_with(fragment=None))
    except httpx.InvalidURL:
        raise Astray("to no address") from None


def next_link(header: str | None) -> str | None:
    """The address of the next page in a `Link` header; null on the last one.

    Of several with the relation the first counts; a link about another page (`anchor`)
    is none of ours. httpx's own reader cuts an address at its first semicolon and
    does not know that `rel` may hold several words.
    """
    for target, params in _links(header or ""):
        if "next" in params.get("rel", "").lower().split() and "anchor" not in params:
            return target
    return None


def _links(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    for match in _LINK.finditer(header):
        params: dict[str, str] = {}
        for name, given in _PARAM.findall(match[2]):
            text = given
            if text.startswith('"'):
                text = re.sub(r"\\(.)", r"\1", text[1:-1])
            params.setdefault(name.lower(), text)  # RFC 8288, 3.3: the first counts
        yield match[1], params
