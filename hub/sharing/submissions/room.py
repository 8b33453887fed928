"""Whether one more submission may wait: a sender that runs wild fills no disk.

What lives here: the bounds of a partner's declaration against what the control database
counts, before the first byte and once more when a submission is entered, and finding
what is counted and was never kept. What does not: counting (`hub.storage`).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hub.sharing.submissions.refusals import InboxFull
from hub.storage.submission_room import Room
from hub.storage.submissions import Given, Submission, Submissions

if TYPE_CHECKING:
    from datetime import datetime

    from hub.sharing.submissions.upload import Claim

# Between a receipt and its place in the inbox there is one renaming.
LOST_AFTER = timedelta(hours=1)


def expect_room(claim: Claim, book: Submissions, inbox: Path, now: datetime) -> None:
    """Refuse before its first byte what could not be entered after its last one.

    Args:
        claim: what is to come; a key that was used before needs no room.
        book: where submissions are entered.
        inbox: the partner's part of the inbox.
        now: the hub's clock.

    Raises:
        InboxFull: as much waits as may.
    """
    partner, most = claim.partner.id, bounds(claim)
    if most.holds(book.room_taken(partner), 1):
        return
    if book.keyed(partner, claim.feed.name, claim.key) is not None:
        return
    _forget_lost(partner, book, inbox, now)
    if not most.holds(taken := book.room_taken(partner), 1):
        raise _full(claim, taken)


def enter(claim: Claim, given: Given, book: Submissions, inbox: Path) -> Submission:
    """Enter a submission, or the earlier one of its key.

    Args:
        claim: what it said before it came.
        given: what came.
        book: where submissions are entered.
        inbox: the partner's part of the inbox.

    Raises:
        InboxFull: it is new, and as much waits as may.
    """
    partner, most = claim.partner.id, bounds(claim)
    entered = book.enter(given, most)
    if entered is None:
        _forget_lost(partner, book, inbox, given.received_at)
        entered = book.enter(given, most)
    if entered is None:
        raise _full(claim, book.room_taken(partner))
    return entered


def bounds(claim: Claim) -> Room:
    """How much of a partner may wait."""
    limits = claim.partner.source.limits
    return Room(limits.max_waiting, limits.waiting_mb << 20)


def _forget_lost(partner: str, book: Submissions, inbox: Path, now: datetime) -> None:
    """Count no more what was entered by a process that died before it was kept."""
    lost = [
        one
        for one in book.waiting_since(partner, now - LOST_AFTER)
        if not (inbox / one.feed / one.receipt).exists()
    ]
    if lost:
        book.forget_waiting(lost)


def _full(claim: Claim, taken: Room) -> InboxFull:
    most, name = bounds(claim), claim.partner.id
    return InboxFull(
        "take the submission",
        seen=f"{taken.submissions} submissions of {name} with {taken.size >> 20} MB "
        f"wait to be taken in, and {most.submissions} with {most.size >> 20} MB may",
        next_step="Nothing was kept. Send it later under the same key.",
        partner=name,
        feed=claim.feed.name,
    )
