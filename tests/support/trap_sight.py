"""A partner whose listing knows the time of creation only, and that asks for a sweep.

What lives here: its declaration, and nights after which it has forgotten a case. What
does not: any trap.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from support.partner_server import Reply, Request
from support.trap_partner import CASE, HTTP, NOW, Asked, asked, cases, partner

STATED = {"source_stage_id": '{ field = "状态", codes = "stage" }'}
STAGES = '[feed.codes.stage]\n"待办" = "DISPATCHED"\n"办结" = "CLOSED"\n'
WINDOW = 'path = "/cases"\nwindow = { from = "from", to = "to", overlap = "0s", '
SWEPT = partner(
    cases(WINDOW + 'chunk = "40d" }\nsweep = "open_issues"', more=STAGES, **STATED),
    source=HTTP,
)


def forgotten(folder: Path, nights: int) -> Asked:
    """So many nights: A1 is listed in the first, swept in the second, then gone."""
    answers = iter([[CASE | {"状态": "待办"}]] * 2)

    def forgetful(request: Request) -> Reply:
        is_first = request.params.get("to", "9") <= "2026-10-03 08:00:00"
        is_asked = is_first or "ids" in request.params
        return Reply(next(answers, []) if is_asked else [])

    runs = [NOW + timedelta(days=night) for night in range(nights)]
    return asked(folder, SWEPT, forgetful, runs=runs)
