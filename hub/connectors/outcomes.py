"""What an HTTP outcome means: words and numbers, no sending.

What lives here: a failure that may pass, a complete answer, and what headers say
about waiting, clocks and other places. What does not: requests (`transport`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from tenacity import RetryCallState, wait_exponential_jitter

PASSING_STATUS = frozenset({408, 429, 500, 502, 503, 504})
UNAUTHORISED = 401
NOT_FOUND = 404
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEPS_METHOD = frozenset({307, 308})
FAULT = 500
LONGEST_WAIT = 60.0
_NOTEWORTHY_SKEW = 30.0
# How OpenSSL words that the other side is not content with what we showed.
_ALERTS = ("ALERT_CERT", "ALERT_BAD_CERT", "ALERT_UNKNOWN_CA", "ALERT_HANDSHAKE")


class Passing(Exception):
    """A failure that may pass; tried again a few times.

    Args:
        seen: what happened, for the last message.
        wait: seconds the partner asked us to wait.
    """

    def __init__(self, seen: str, *, wait: float | None = None) -> None:
        super().__init__(seen)
        self.seen = seen
        self.wait = wait


class TokenGone(Exception):
    """The partner no longer knows the token that a request carried.

    Args:
        seen: what it answered, for the message if a new token does not help.
    """

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


@dataclass(frozen=True)
class Answer:
    """A complete answer, inflated.

    Attributes:
        status: HTTP status.
        headers: as sent.
        body: after inflating.
        url: the address that gave it.
    """

    status: int
    headers: httpx.Headers
    body: bytes
    url: str = ""


def read_break(error: httpx.TransportError, seconds: float) -> tuple[str, str | None]:
    """What a broken exchange means, in words.

    Args:
        error: how it broke.
        seconds: how long we waited.

    Returns:
        What was seen, and the next step where trying again cannot help.
    """
    if isinstance(error, httpx.TimeoutException):
        return f"no complete answer within {seconds:g} s", None
    if isinstance(error, httpx.UnsupportedProtocol):
        seen = "base_url does not begin with http:// or https://"
        return seen, "Compare the declaration with the partner's documentation."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        step = "Ask the partner; an authority of its own belongs in tls of [source]."
        return "its TLS certificate is not to be trusted", step
    if any(word in str(error) for word in _ALERTS):
        seen = "it ends the TLS handshake, as if it wants another certificate"
        return (
            seen,
            "Check cert and key in tls of [source], and whether they are valid.",
        )
    if isinstance(error, httpx.ConnectError):
        return "it could not be reached", None
    return f"the connection broke off ({type(error).__name__})", None


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, at most a minute."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(float(header), LONGEST_WAIT)
    left = _ahead(header)
    return None if left is None else min(max(left, 0.0), LONGEST_WAIT)


def clock_skew(header: str | None) -> str:
    """What a Date header says of the partner's clock, if it is far from ours."""
    ahead = _ahead(header) if header else None
    if ahead is None or abs(ahead) < _NOTEWORTHY_SKEW:
        return ""
    way = "ahead of" if ahead > 0 else "behind"
    return f", and its clock is {abs(ahead):.0f} s {way} ours"


def _ahead(header: str) -> float | None:
    """Seconds from now to an HTTP date."""
    instant = http_instant(header)
    return None if instant is None else (instant - datetime.now(UTC)).total_seconds()


def http_instant(header: str | None) -> datetime | None:
    """The instant of an HTTP date, aware; null where there is none."""
    try:
        instant = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


_backoff = wait_exponential_jitter(initial=1, max=LONGEST_WAIT)


def waiting_time(state: RetryCallState) -> float:
    """What the partner asked for, else longer each time, never in step with others."""
    failed = state.outcome.exception() if state.outcome else None
    if isinstance(failed, Passing) and failed.wait is not None:
        return failed.wait
    return float(_backoff(state))
