"""One request out, one whole answer back, or a failure that says what kind it is.

What lives here: sending with a total deadline, polite pace, inflating, and the one
place where HTTP outcomes are told apart: passing (tried again, `Retry-After`
obeyed) or final. Nothing of the environment is trusted (`trust_env=False`). Redirects
are followed here, by our own rule (`links`): httpx would hand our headers to another
host. Messages name host and path, never the query, a header or the body. What does
not: what an answer says (`envelope`), which request comes next (`paging`).
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn, Self, TypeVar

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from hub.connectors import tally
from hub.connectors.asking import Ask
from hub.connectors.auth import Credentials
from hub.connectors.base import Place
from hub.connectors.deadline import DeadlineTransport, deadline
from hub.connectors.inflate import BodyBroken, BodyTooLarge, CodingUnknown, inflate
from hub.connectors.links import Astray, Territory, join
from hub.connectors.outcomes import (
    KEEPS_METHOD,
    NOT_FOUND,
    PASSING_STATUS,
    REDIRECTS,
    UNAUTHORISED,
    Answer,
    Passing,
    TokenGone,
    clock_skew,
    read_break,
    retry_after,
    waiting_time,
)
from hub.connectors.pace import Pace
from hub.errors import DeclarationError
from hub.partners.spec import Limits

T = TypeVar("T")
_MOST_REDIRECTS = 5
_CHECK_HOSTS = "Tell the partner; further hosts of its own stand in hosts of [source]."
_CHECK_AUTH = "Check [source] auth and the environment variables it names."


class Transport:
    """Requests to one partner."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        limits: Limits,
        *,
        context: ssl.SSLContext,
        hosts: tuple[str, ...] = (),
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: the address that every path continues.
            credentials: who we are, anew for each attempt.
            limits: pace, patience and size.
            context: what TLS trusts and shows.
            hosts: where addresses in answers may lead besides base_url's host.
            sleep: waits so many seconds.
            monotonic: seconds on a clock that never goes back.
        """
        for library in ("httpx", "httpcore"):
            # At INFO they log whole URLs, query and tokens included.
            logging.getLogger(library).setLevel(logging.WARNING)
        self._base = base_url.rstrip("/")
        self._territory = Territory(self._base, hosts)
        self._credentials = credentials
        self._limits = limits
        self._sleep = sleep
        self._login = credentials.login(self.fetch, monotonic)
        self._pace = Pace(limits.per_minute, sleep=sleep, monotonic=monotonic)
        self._client = httpx.Client(
            transport=DeadlineTransport(context, connections=limits.concurrency),
            headers={"Accept": "application/json", "Accept-Encoding": "gzip"},
            timeout=limits.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def fetch(self, ask: Ask, judge: Callable[[Answer], T], place: Place) -> T:
        """Send a request until an answer satisfies the judge.

        Args:
            ask: the request.
            judge: reads an answer; `Passing` from it means: try again.
            place: partner and feed, for errors.

        Raises:
            SourceUnavailable: every attempt failed in a way that may pass.
            SourceRejected: the partner said no.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self._limits.attempts),
            retry=retry_if_exception_type(Passing),
            wait=waiting_time,
            before=tally.counting(place),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(lambda: self._judged(ask, judge, place))
        except Passing as last:
            tries = self._limits.attempts
            raise place.unavailable(
                self._attempted(ask),
                f"{last.seen}, {tries} attempts" if tries > 1 else last.seen,
                "Try again later; if it stays so, tell the partner.",
            ) from None

    def _judged(self, ask: Ask, judge: Callable[[Answer], T], place: Place) -> T:
        """One attempt, and one more with a new token where the old one is gone."""
        login = None if ask.anonymous else self._login
        token = login.headers(place) if login else {}
        try:
            return judge(self._attempt(ask, place, token))
        except TokenGone as gone:
            if login is None:
                self._reject(ask, place, gone.seen)
        login.forget(token)
        try:
            return judge(self._attempt(ask, place, login.headers(place)))
        except TokenGone as gone:
            seen = f"it does not take the token that it has just given, {gone.seen}"
            self._reject(ask, place, seen, _CHECK_AUTH)

    def _attempt(self, ask: Ask, place: Place, token: dict[str, str]) -> Answer:
        """One answer that is no redirect."""
        asked = ask
        answer = self._exchange(asked, place, token)
        for _ in range(_MOST_REDIRECTS):
            if answer.status not in REDIRECTS:
                break
            if asked.method != "GET" and answer.status not in KEEPS_METHOD:
                seen = f"it redirects a {asked.method} (HTTP {answer.status})"
                self._reject(ask, place, seen)
            target = answer.headers.get("location", "")
            try:
                asked = replace(asked, address=join(answer.url, target), params={})
            except Astray as error:
                self._reject(ask, place, f"it leads {error}")
            answer = self._exchange(asked, place, token)
        if answer.status in REDIRECTS:
            self._reject(ask, place, f"it redirects more than {_MOST_REDIRECTS} times")
        return answer

    def _exchange(self, ask: Ask, place: Place, token: dict[str, str]) -> Answer:
        self._pace.wait()
        request = self._request(ask, place, token)
        try:
            with deadline(self._limits.timeout_seconds):
                response = self._client.send(request, stream=True)
                try:
                    self._judge_status(response, ask, place)
                    if response.status_code in REDIRECTS:
                        status, headers = response.status_code, response.headers
                        return Answer(status, headers, b"", str(request.url))
                    body = inflate(
                        response.iter_raw(),
                        response.headers.get("content-encoding", ""),
                        cap=self._limits.max_body_mb << 20,
                    )
                finally:
                    response.close()
        except httpx.TransportError as error:
            self._judge_break(error, ask, place)
        except BodyBroken as error:
            raise Passing(f"the answer is incomplete, {error}") from None
        except BodyTooLarge:
            cap = self._limits.max_body_mb
            self._reject(ask, place, f"the answer is larger than {cap} MB")
        except CodingUnknown as error:
            self._reject(ask, place, f"the answer is packed as {str(error)[:20]!r}")
        url = str(request.url)
        return Answer(response.status_code, response.headers, body, url)

    def _request(self, ask: Ask, place: Place, token: dict[str, str]) -> httpx.Request:
        headers = {} if ask.anonymous else self._credentials.headers(ask.fields())
        content = ask.content()
        params = ask.params
        if not ask.anonymous:
            fill = self._credentials.fill
            params = {name: fill(text, str) for name, text in params.items()}
            if content is not None:
                content = fill(content.decode(), ask.written).encode()
        if content is not None:
            headers["Content-Type"] = ask.media
        headers |= ask.headers | token
        try:
            url = self._address(ask)
            return self._client.build_request(
                ask.method,
                url.copy_merge_params(params) if params else url,
                content=content,
                headers=headers,
            )
        except Astray as error:
            self._reject(ask, place, f"it leads {error}", _CHECK_HOSTS)
        except httpx.InvalidURL:
            raise DeclarationError(
                ask.deed,
                seen="base_url and path make no address",
                next_step="Correct base_url in [source] or path in [feed.read].",
                partner=place.partner,
                feed=place.feed,
            ) from None

    def _address(self, ask: Ask) -> httpx.URL:
        """Where a request goes; every address from outside is held to the rule here."""
        if ask.address is not None:
            return self._territory.admit(ask.address)
        return httpx.URL(f"{self._base}/{ask.path.lstrip('/')}")

    def _judge_status(self, response: httpx.Response, ask: Ask, place: Place) -> None:
        status = response.status_code
        if 200 <= status < 300 or (ask.may_be_gone and status == NOT_FOUND):
            return
        if status in ask.tells:
            return
        if status in REDIRECTS and "location" in response.headers:
            return
        if status in PASSING_STATUS:
            asked = retry_after(response.headers.get("retry-after"))
            raise Passing(f"it answered HTTP {status}", wait=asked)
        if status == UNAUTHORISED and self._login and not ask.anonymous:
            raise TokenGone(f"HTTP {status}")
        if status in {UNAUTHORISED, 403}:
            skew = clock_skew(response.headers.get("date"))
            self._reject(
                ask,
                place,
                f"it refused our credentials (HTTP {status}){skew}",
                _CHECK_AUTH,
            )
        self._reject(ask, place, f"it answered HTTP {status}")

    def _judge_break(
        self, error: httpx.TransportError, ask: Ask, place: Place
    ) -> NoReturn:
        seen, step = read_break(error, self._limits.timeout_seconds)
        if step is not None:
            self._reject(ask, place, seen, step)
        raise Passing(seen) from None

    def _reject(
        self,
        ask: Ask,
        place: Place,
        seen: str,
        step: str = "Compare the declaration with the partner's documentation.",
    ) -> NoReturn:
        raise place.rejected(self._attempted(ask), seen, step)

    def _attempted(self, ask: Ask) -> str:
        return f"{ask.deed} {'of' if ask.anonymous else 'from'} {self._host()}"

    def _host(self) -> str:
        return httpx.URL(self._base).host or "no host"
