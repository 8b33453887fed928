"""One submission on its way in: written aside, proven, entered, and put into the inbox.

What lives here: the order of steps that makes an answer true. The bytes are on the disk
and proven before a receipt is made, the receipt is in the database before the inbox has
it, and both are before anybody is told. Whatever breaks off earlier leaves nothing that
could be taken for a delivery. What does not: who may send (`desk`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from typing import BinaryIO, Self

from hub.connectors.base import Delivery
from hub.connectors.file_parts import Sent
from hub.connectors.file_proof import FileUnfit
from hub.connectors.inbox import ABOUT, BODY, About
from hub.connectors.packed import TooLarge
from hub.connectors.push import expect_titles, prove
from hub.connectors.scratch import Scratch
from hub.partners.spec import Feed, Partner
from hub.sharing.submissions import room
from hub.sharing.submissions.refusals import KeyUsed, TooMuch, Unreadable
from hub.storage import durable
from hub.storage.submissions import Given, Submission, Submissions

# A workbook is held in memory as a whole while it is looked at.
_PROVING = BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a sender says before its first byte.

    Attributes:
        partner, feed: where it is to go; the partner as the feed sees it.
        key: the sender's name for this attempt.
        consumer: who sends; null = somebody at the hub's console.
        form: json, jsonl, csv or xlsx.
        encoding: codec of a text, where the sender names one.
        name: what the sender calls it.
    """

    partner: Partner
    feed: Feed
    key: str
    consumer: str | None
    form: str
    encoding: str | None = None
    name: str | None = None

    @property
    def most(self) -> int:
        """Bytes that it may have."""
        return self.partner.source.limits.max_body_mb << 20


class Upload:
    """Takes the bytes of one submission; a context manager that leaves nothing behind.

    To enter it raises `InboxFull` where as much of the partner waits as may.

    Args:
        claim: what it is.
        folder: the feed's part of the inbox.
        book: where submissions are entered.
        is_known: whether a receipt's batch is in the ledger.
        now: the hub's clock.
    """

    def __init__(
        self,
        claim: Claim,
        folder: Path,
        book: Submissions,
        *,
        is_known: Callable[[Submission], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._claim = claim
        self._folder = folder
        self._book = book
        self._is_known = is_known
        self._now = now
        self._digest = hashlib.sha256()
        self._size = 0
        self._stack = ExitStack()
        self._draft: Path | None = None
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        room.expect_room(self._claim, self._book, self._folder.parent, self._now())
        durable.make_folder(self._folder)
        self._draft = self._stack.enter_context(durable.aside(self._folder))
        with durable.writing("a submission"):
            self._draft.mkdir(mode=0o700)
            opened = (self._draft / BODY).open("wb")
        self._file = self._stack.enter_context(opened)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def add(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooMuch: they are more than the feed takes; nothing was kept.
        """
        assert self._file is not None
        self._size += len(piece)
        if self._size > self._claim.most:
            raise too_much(self._claim)
        self._digest.update(piece)
        with durable.writing("a submission"):
            self._file.write(piece)

    def finish(self) -> tuple[Submission, bool]:
        """Prove, enter and keep what came.

        Returns:
            The submission, and whether it is new; one that was sent before under the
            same key is the earlier one.

        Raises:
            KeyUsed: the key was used for other bytes.
            InboxFull: as much of the partner waits as may.
            TooMuch, Unreadable: they are not what may be taken.
        """
        assert self._draft is not None
        assert self._file is not None
        with durable.writing("a submission"):
            self._file.close()
        claim, digest = self._claim, self._digest.hexdigest()
        given = Given(
            partner=claim.partner.id,
            feed=claim.feed.name,
            key=claim.key,
            consumer=claim.consumer,
            sha256=digest,
            size=self._size,
            form=claim.form,
            encoding=claim.encoding,
            name=claim.name,
            received_at=self._now(),
        )
        earlier = self._book.keyed(claim.partner.id, claim.feed.name, claim.key)
        if earlier is None:
            self._prove(digest)
        elif not earlier.is_same(given):
            raise _key_used(claim)
        entered = room.enter(claim, given, self._book, self._folder.parent)
        if not entered.is_same(given):
            raise _key_used(claim)
        self._keep(entered)
        return entered, earlier is None

    def _prove(self, digest: str) -> None:
        """Refuse here what could not be read later."""
        assert self._draft is not None
        claim, scratch = self._claim, Scratch()
        if not self._size:
            raise _unreadable(claim, "it is empty")
        sent = Sent(claim.name or "body", claim.form, claim.encoding)
        delivery = Delivery("body", content=digest)
        try:
            with _PROVING:
                part = prove(
                    claim.feed, delivery, self._draft / BODY, sent, scratch, claim.most
                )
                expect_titles(claim.feed, part)
        except TooLarge:
            raise too_much(claim) from None
        except FileUnfit as error:
            raise _unreadable(claim, str(error)) from None
        finally:
            scratch.close()

    def _keep(self, entered: Submission) -> None:
        """Put it into the inbox, unless it is there or has been taken in."""
        assert self._draft is not None
        target = self._folder / entered.receipt
        if target.exists() or self._is_known(entered):
            durable.sync(self._folder)
            return
        about = About(
            form=entered.form,
            encoding=entered.encoding,
            name=entered.name,
            sha256=entered.sha256,
            received_at=entered.received_at,
        )
        with durable.writing("a submission"):
            (self._draft / ABOUT).write_bytes(about.as_json())
        durable.sync(self._draft / BODY)
        durable.sync(self._draft / ABOUT)
        durable.sync(self._draft)
        try:
            self._draft.rename(target)
        except OSError:
            # Of two that send the same at once one is first; both bring the same bytes.
            if not target.exists() and not self._is_known(entered):
                raise
        durable.sync(self._folder)


def too_much(claim: Claim) -> TooMuch:
    """The refusal of what is larger than the feed takes."""
    most = claim.partner.source.limits.max_body_mb
    return TooMuch(
        "take the submission",
        seen=f"it is larger than {most} MB, which is the most that the feed takes "
        f"超过 {most} MB 的上限; a workbook counts with what is packed in it, a gzip "
        "unpacked 表格和压缩包按解压后的大小计算",
        next_step="Nothing was kept. Send the rows in several parts 请分几次报送.",
        partner=claim.partner.id,
        feed=claim.feed.name,
    )


def _unreadable(claim: Claim, seen: str) -> Unreadable:
    return Unreadable(
        "take the submission",
        seen=seen,
        next_step="Nothing was kept. Send it again in the agreed form.",
        partner=claim.partner.id,
        feed=claim.feed.name,
    )


def _key_used(claim: Claim) -> KeyUsed:
    return KeyUsed(
        "take the submission",
        seen="its Idempotency-Key was used for another body",
        next_step="Use a new key for each submission, the same one to repeat it.",
        partner=claim.partner.id,
        feed=claim.feed.name,
    )
