"""Handing out the workbook of rejected rows, with its entry in the audit.

What lives here: making the workbook of a submission whole, writing down who gets it,
and only then giving its first byte. What does not: who may have it (`desk`), what
stands in it (`rejected`, `workbook`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from hub.flow.house import House
from hub.partners.spec import Feed, Partner
from hub.sharing.asks import Who
from hub.sharing.audit_log import open_audit
from hub.sharing.submissions.refusals import NoWorkbook, receipt_not_there
from hub.sharing.submissions.rejected import rejected_rows
from hub.sharing.submissions.status import brief_status
from hub.sharing.submissions.workbook import write_workbook
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.submissions import Submission

IN_MEMORY = 8 << 20
PIECE = 1 << 18
CONSOLE = "console"


@contextmanager
def hand_out(
    house: House,
    partner: Partner,
    feed: Feed,
    sent: Submission,
    who: Who | None,
    address: str | None,
) -> Iterator[tuple[BinaryIO, int]]:
    """The workbook of a submission, and how many rows stand in it.

    Args:
        house: the hub.
        partner, feed: where it was sent.
        sent: the submission.
        who: who gets it; None at the hub's console.
        address: network address that it goes to.

    Raises:
        NotThere: nothing was kept of it.
        NoWorkbook: nothing of it is out, it waits, or it was refused as a whole.
        AuditUnwritable: the entry could not be written; nothing is handed out.
    """
    status = brief_status(house, sent)
    if status is None:
        raise receipt_not_there(sent.receipt)
    if status.state != "done" or status.delivery is None:
        raise _no_workbook(sent, f"its state is {status.state}")
    rejected = rejected_rows(house, partner, feed, status.delivery)
    rows = len(rejected.reasons)
    if not rows:
        raise _no_workbook(sent, "none of its rows is out today")
    with SpooledTemporaryFile(IN_MEMORY) as spooled:
        out = cast(BinaryIO, spooled)
        write_workbook(rejected, feed, sent.receipt, out)
        out.seek(0)
        digest = hashlib.sha256()
        while piece := out.read(PIECE):
            digest.update(piece)
        outcome = Outcome(
            result="delivered",
            row_count=rows,
            byte_count=out.tell(),
            digest=digest.hexdigest(),
        )
        open_audit(house).record(
            _hand_over(sent, who, address), outcome, at=house.now()
        )
        out.seek(0)
        yield out, rows


def record_refusal(
    house: House, sent: Submission, who: Who, address: str | None
) -> None:
    """Rows of somebody else that were asked for are in the audit too.

    Raises:
        AuditUnwritable: the entry could not be written.
    """
    outcome = Outcome(result="refused", reason="submitted by another consumer")
    open_audit(house).record(_hand_over(sent, who, address), outcome, at=house.now())


def _hand_over(sent: Submission, who: Who | None, address: str | None) -> HandOver:
    return HandOver(
        system=CONSOLE if who is None else who.consumer.id,
        org=None if who is None else who.consumer.org,
        purpose="退回更正",
        dataset=f"quarantine/{sent.partner}/{sent.feed}",
        version=sent.receipt,
        means="file",
        address=address,
    )


def _no_workbook(sent: Submission, seen: str) -> NoWorkbook:
    return NoWorkbook(
        "write the workbook of rejected rows",
        seen=seen,
        next_step="Only a submission with rows that are out has one.",
        partner=sent.partner,
        feed=sent.feed,
    )
