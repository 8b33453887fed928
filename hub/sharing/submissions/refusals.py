"""Why a submission is not taken or not shown, each with its HTTP status.

What lives here: one class per refusal. What does not: their wording over HTTP
(`problems`). Who may not see something is told the same as if it were not there.
"""

from __future__ import annotations

from typing import ClassVar

from hub.errors import HubError


class Refusal(HubError):
    """A submission that is not taken, or not shown."""

    code = "submission_refused"
    status: ClassVar[int] = 400


class KeyUnfit(Refusal):
    """The key under which it is sent is missing, or no key."""

    code = "idempotency_key"
    exit_code = 2


class CodingBroken(Refusal):
    """It is said to be packed, and cannot be unpacked."""

    code = "content_coding"


class Unauthorised(Refusal):
    """Nobody knows who sends it."""

    code = "unauthorised"
    status = 401


class NotThere(Refusal):
    """No such feed or submission for who asks."""

    code = "not_found"
    status = 404
    exit_code = 2


class NoWorkbook(Refusal):
    """Nothing of the submission is out, or nobody knows yet."""

    code = "no_workbook"
    status = 404


class KeyUsed(Refusal):
    """The key was used for something else."""

    code = "idempotency_conflict"
    status = 409


class TooMuch(Refusal):
    """It is larger than may be taken."""

    code = "submission_too_large"
    status = 413


class FormUnknown(Refusal):
    """It comes in a form that the feed does not take."""

    code = "submission_form"
    status = 415
    exit_code = 2


class Unreadable(Refusal):
    """It is not what its sender says."""

    code = "submission_unreadable"
    status = 422


class InboxFull(Refusal):
    """As much of its partner waits as may; it may be sent when that is taken in."""

    code = "inbox_full"
    status = 429
    transient = True


class Busy(Refusal):
    """It cannot be answered now; a later attempt may be."""

    code = "try_later"
    status = 503
    transient = True


def feed_not_there(partner: str, feed: str) -> NotThere:
    """The feed is not there, takes no submissions, or is not for who asks."""
    return NotThere(
        "find the feed",
        seen=f"there is no feed {partner}/{feed} that takes submissions from you",
        next_step="Check the address with the hub's operator.",
    )


def receipt_not_there(receipt: str) -> NotThere:
    """The submission is not there, or not for who asks."""
    return NotThere(
        "find the submission",
        seen=f"there is no submission {receipt[:24]}",
        next_step="Take the receipt from the answer to the submission.",
    )
