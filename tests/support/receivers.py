"""Receivers that behave badly, and what they end up with.

What lives here: an HTTP receiver that keeps idempotency keys and rows, loses answers
and refuses as it is told. A change that would not change anything is noted as one that
was applied twice. What does not: databases and folders; tests look into those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from support.partner_server import Reply, Request

FAULTS = ("ok", "lost", "unheard", "500", "500 late", "429", "400", "409")
KEY = "编号"


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Receiver:
    """What a district's system has.

    Attributes:
        faults: what to do with the requests to come; the rest is answered well.
        rows: key → row, less `op`.
        answers: idempotency key → what was answered; such a request is not applied.
        twice: changes that would change nothing, or that fit nothing.
    """

    key: str = KEY
    faults: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    twice: list[dict[str, Any]] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        """As the test tells it."""
        fault = self.faults.pop(0) if self.faults else "ok"
        is_known = request.headers["idempotency-key"] in self.answers
        if fault == "unheard":
            return _broken()
        if fault in ("500", "429", "409"):
            return Reply({"error": "try again"}, status=int(fault))
        if fault == "400" and not is_known:
            return Reply({"error": "no"}, status=400)
        body = self._take(request)
        if fault == "lost":
            return _broken()
        return Reply(body, status=500 if fault == "500 late" else 200)

    def _take(self, request: Request) -> bytes:
        key = request.headers["idempotency-key"]
        if key not in self.answers:
            body = request.body
            self.apply(body.get("list", [body]))
            self.answers[key] = b'{"code": 0, "receipt": "R%d"}' % len(self.answers)
        return self.answers[key]

    def apply(self, rows: Iterable[dict[str, Any]]) -> None:
        """Do what the rows say, and note what makes no difference."""
        for row in rows:
            self.seen.append(row)
            key, op = row[self.key], row["op"]
            content = {name: row[name] for name in row if name != "op"}
            before = self.rows.get(key)
            fits = {"I": before is None, "U": before not in (None, content)}
            if not fits.get(op, before is not None):
                self.twice.append(row)
            if op == "D":
                self.rows.pop(key, None)
            else:
                self.rows[key] = content


def _broken() -> Reply:
    """Headers, and then the connection is closed."""
    return Reply(headers={"Content-Length": "99"}, write=lambda _file: None)
