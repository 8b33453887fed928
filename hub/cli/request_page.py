"""How a request looks: as JSON, and on a terminal.

What lives here: shapes and tables. What does not: the commands (`request`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.sharing.request_deadlines import Standing

KINDS = {
    "correction": "correction 校核",
    "access": "access 申请",
    "catalogue": "catalogue 目录",
}
STATES = {
    "waiting": "waiting 待答复",
    "overdue": "overdue 逾期",
    "answered": "answered 已答复",
    "delivered": "delivered 已提供",
    "closed": "closed 已办结",
}
STEPS = {
    "accepted": "accepted 同意",
    "rejected": "rejected 不同意",
    "delivered": "delivered 已提供",
    "closed": "closed 办结",
}
Told = Mapping[str, Any]


def request_shape(standing: Standing) -> dict[str, Any]:
    """A request for programs, as it stands."""
    one, due = standing.request, standing.due
    verdict = one.taken("accepted", "rejected")
    return {
        "request": one.number,
        "kind": one.kind,
        "consumer": one.consumer,
        "dataset": one.dataset,
        "columns": list(one.columns),
        "row": one.row_key,
        "partner": one.partner,
        "proposed": one.proposed,
        "purpose": one.purpose,
        "reason": one.reason,
        "state": standing.state,
        "verdict": None if verdict is None else verdict.step,
        "grant": one.grant,
        "due": None
        if due is None
        else {
            "what": due.what,
            "since": due.since,
            "working_days": due.days,
            "on": due.on,
            "is_final": due.is_final,
        },
        "made_at": one.made_at,
        "made_by": one.made_by,
        "history": [
            {
                "step": step.step,
                "reason": step.reason,
                "grant": step.grant,
                "at": step.at,
                "author": step.author,
            }
            for step in one.steps
        ],
    }


def show_requests(page: Page, told: Sequence[Told]) -> None:
    """A line per request."""
    page.table(
        ("no", "kind", "consumer", "dataset", "columns", "for", "due", "state"),
        (
            (
                one["request"],
                KINDS[one["kind"]],
                one["consumer"],
                one["dataset"],
                one["columns"] or None,
                one["partner"],
                _day(one["due"]),
                STATES[one["state"]],
            )
            for one in told
        ),
        empty="No request.",
    )


def show_request(page: Page, told: Told) -> None:
    """A request with its history."""
    page.line(
        f"{told['request']} {KINDS[told['kind']]}: {told['dataset']}", style="bold"
    )
    page.facts(
        [
            ("state 状态", STATES[told["state"]]),
            ("due 期限", _due(told["due"])),
            ("asked by 申请方", told["consumer"]),
            ("columns 信息项", told["columns"] or None),
            ("row 数据行", told["row"]),
            ("source 数源", told["partner"]),
            ("proposed 建议值", told["proposed"]),
            ("purpose 用途", told["purpose"]),
            ("reason 理由", told["reason"]),
            ("grant 授权", told["grant"]),
            ("entered 登记", told["made_at"]),
            ("by 登记人", told["made_by"]),
        ]
    )
    if told["history"]:
        page.title("History 办理记录")
        page.table(
            ("at", "step", "reason", "grant", "by"),
            (
                (s["at"], STEPS[s["step"]], s["reason"], s["grant"], s["author"])
                for s in told["history"]
            ),
        )


def _day(due: Told | None) -> str | None:
    """Until when; a line has no room to say for what, which kind and state tell."""
    if due is None:
        return None
    if due["on"] is None:
        return "no calendar"
    return str(due["on"]) + ("" if due["is_final"] else " 预估")


def _due(due: Told | None) -> str | None:
    if due is None:
        return None
    if due["on"] is None:
        return f"{due['what']}: the calendar does not say"
    doubt = "" if due["is_final"] else " (estimated 预估)"
    return f"{due['what']} {due['on']}{doubt}"
