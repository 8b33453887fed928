"""What interfaces of simulated systems share: answers, refusals, keys, clocks.

What lives here: JSON answers and refusals in the `{code, msg, data}` envelope, reading
instants from a query, checking signatures. What does not: any system's rows.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import md5, sha256

import orjson
import polars as pl
from starlette.requests import Request
from starlette.responses import Response

from hub.demo.days import FORM, ZONE, Span

CLOCK_TOLERANCE_SECONDS = 600


class Refused(ValueError):
    """The system says no: a code and a message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def json_answer(body: str | bytes, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(body, status_code=status, media_type="application/json")


def refusal(no: Refused) -> Response:
    """A refusal with HTTP 200, as such systems do (trap T5)."""
    return json_answer(orjson.dumps({"code": no.code, "msg": str(no), "data": None}))


def instant(asked: Mapping[str, str], name: str) -> datetime:
    """A bound as naive local text."""
    try:
        naive = datetime.strptime(asked[name], FORM)  # noqa: DTZ007
    except (KeyError, ValueError):
        raise Refused(40001, f"{name} 缺失或格式错误") from None
    return naive.replace(tzinfo=ZONE).astimezone(UTC)


def epoch_span(asked: Mapping[str, str], since: str, until: str) -> Span:
    """Two bounds as milliseconds since 1970."""
    given = [asked.get(name, "") for name in (since, until)]
    if not all(one.isdecimal() for one in given):
        raise Refused(400, "起止时间缺失或格式错误")
    return Span(*(datetime.fromtimestamp(int(one) / 1000, UTC) for one in given))


def page_of(
    rows: pl.DataFrame, start: str | None, size: str, most: int
) -> tuple[pl.DataFrame, int | None]:
    """One page and where the next one begins; null after the last."""
    first = start or "0"
    if not (first.isdecimal() and size.isdecimal()) or int(size) > most:
        raise Refused(400, "分页参数错误")
    behind = int(first) + int(size)
    page = rows.slice(int(first), int(size))
    return page, behind if behind < len(rows) else None


class Token:
    """Checks a bearer token."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}"

    def check(self, request: Request) -> None:
        """Let the request pass.

        Raises:
            Refused: it carries no token or another one.
        """
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), self._expected.encode()):
            raise Refused(401, "令牌无效")


class SignedKeys:
    """Checks signed requests: key, clock, nonce, signature (dialect 4)."""

    def __init__(
        self,
        key: str,
        secret: str,
        *,
        algorithm: str = "hmac-sha256",
        milliseconds: bool = False,
        upper: bool = False,
    ) -> None:
        """Know the pair.

        Args:
            key: its public half.
            secret: its secret half.
            algorithm: "md5", "sha256" or "hmac-sha256".
            milliseconds: whether the clock counts these.
            upper: whether the signature must be upper-case hex; else any case will do.
        """
        self._key = key
        self._secret = secret
        self._algorithm = algorithm
        self._scale = 1000 if milliseconds else 1
        self._upper = upper
        self._nonces: set[str] = set()

    def check(
        self, request: Request, body: Mapping[str, str | int] | None = None
    ) -> None:
        """Let the request pass.

        Args:
            request: its query and headers.
            body: fields of its body, which are signed too.

        Raises:
            Refused: it is not signed as it should be.
        """
        given = request.headers
        if given.get("appkey") != self._key:
            raise Refused(40101, "appKey 无效")
        stamp, nonce = given.get("timestamp", ""), given.get("nonce", "")
        is_near = stamp.isdecimal() and (
            abs(time.time() - int(stamp) / self._scale) <= CLOCK_TOLERANCE_SECONDS
        )
        if not is_near:
            raise Refused(40102, "时间戳超出允许范围")
        if not nonce or nonce in self._nonces:
            raise Refused(40103, "请求重复")
        fields = dict(request.query_params)
        fields |= {name: str(value) for name, value in (body or {}).items()}
        fields |= {"appKey": self._key, "timestamp": stamp, "nonce": nonce}
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
        sign, given_sign = self._sign(text), given.get("sign", "")
        if self._upper:
            sign = sign.upper()
        else:
            given_sign = given_sign.lower()
        if not hmac.compare_digest(sign.encode(), given_sign.encode()):
            raise Refused(40104, "签名错误")
        self._nonces.add(nonce)

    def _sign(self, text: str) -> str:
        if self._algorithm == "md5":
            signed = (text + self._secret).encode()
            return md5(signed, usedforsecurity=False).hexdigest()
        if self._algorithm == "sha256":
            return sha256((text + self._secret).encode()).hexdigest()
        return hmac.new(self._secret.encode(), text.encode(), sha256).hexdigest()
