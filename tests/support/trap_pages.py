"""A partner over HTTP that answers in numbered pages of cases.

What lives here: its rows, its answers and the declaration that reads them. What does
not: any trap; those stand in `tests/traps`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.partner_server import Reply, Request
from support.trap_partner import CASE, HTTP, cases, partner

PAGED = 'path = "/cases"\nrecords = "rows"\npage = { kind = "number", size = 2, '


def row(key: object, **more: object) -> dict[str, object]:
    return {**CASE, "编号": key, **more}


def over(read: str, **columns: str | None) -> str:
    return partner(cases(read, **columns), source=HTTP)


def pages(*listed: list[Any], **beside: Any) -> Callable[[Request], Reply]:
    """Numbered pages of an envelope; behind them an empty one."""

    def answer(request: Request) -> Reply:
        at = int(request.params["page"]) - 1
        return Reply({"rows": listed[at] if at < len(listed) else [], **beside})

    return answer
