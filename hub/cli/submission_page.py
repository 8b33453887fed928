"""How submissions look: as JSON, and on a terminal.

What lives here: shapes and tables. What does not: the commands (`submission`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.sharing.submissions.status import Status

# Findings are read out of quarantine, which a list does not open.
OF_ONE = ("held", "rules", "findings", "findings_in_all")


def listed(one: Status) -> dict[str, Any]:
    """A submission in a list, for programs."""
    told = one.as_data()
    return {name: value for name, value in told.items() if name not in OF_ONE}


def show_listed(page: Page, told: Sequence[Mapping[str, Any]]) -> None:
    """A line per submission."""
    page.table(
        ("receipt", "feed", "received at", "form", "state", "rows", "quarantined"),
        (
            (
                one["receipt"],
                f"{one['partner']}/{one['feed']}",
                one["received_at"],
                one["format"],
                one["state"],
                one["received"],
                one["quarantined"],
            )
            for one in told
        ),
        empty="No submission yet: partners send over HTTP, `hub submission send` here.",
    )


def show_one(page: Page, told: Status) -> None:
    """A submission with its counts and what was found."""
    sent, batch = told.submission, told.told
    page.line(f"{sent.receipt} {sent.partner}/{sent.feed}", style="bold")
    page.facts(
        [
            ("state 状态", told.state),
            ("received at 收到时间", sent.received_at),
            ("file 文件", sent.name),
            ("form 格式", sent.form),
            ("bytes 字节数", sent.size),
            ("by 报送方", sent.consumer or "console"),
            ("batch 批次", batch.id if batch else None),
            ("rows 收到", batch.received if batch else None),
            ("accepted 通过", batch.accepted if batch else None),
            ("quarantined 退回", batch.quarantined if batch else None),
            ("duplicate 重复", batch.duplicate if batch else None),
            ("out today 仍未通过", told.held),
        ]
    )
    if batch and batch.error:
        page.line(str(batch.error["message"]), style="red")
    if told.rules:
        page.title("Findings 问题")
        page.table(
            ("rule", "column 字段", "sender's field 来源字段", "count", "问题"),
            (
                (
                    one["rule"],
                    one["label"] or one["column"],
                    "、".join(one["fields"]),
                    one["count"],
                    one["message"],
                )
                for one in told.rules
            ),
        )
    if told.held and told.state == "done":
        page.line()
        page.command(
            f"hub submission workbook {sent.receipt} {sent.receipt}.xlsx",
            "rows to correct and send in again",
        )
