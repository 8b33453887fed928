"""What every route works with, and what it does first: who asks, and may they.

What lives here: the rooms of a server put together; recognising the caller, deciding,
and writing a refusal down before it is told. What does not: routes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from anyio import CapacityLimiter
from fastapi import Request

from hub.errors import HubError, MisuseError
from hub.flow.house import House
from hub.sharing.api.hand import Hand
from hub.sharing.api.journal import Journal
from hub.sharing.api.problems import UNKNOWN, Refusal, refusal_of
from hub.sharing.api.quotas import Quotas
from hub.sharing.api.tokens import Tokens
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.audit_log import filter_key, open_audit, told_condition
from hub.sharing.callers import Callers
from hub.sharing.decision import Rulebook, decide
from hub.sharing.granting import ANYBODY
from hub.sharing.join_keys import JoinKey, KnownMaster, join_key
from hub.sharing.masks import MASKS
from hub.sharing.shelf import Condition
from hub.sharing.submissions.desk import SubmissionDesk
from hub.sharing.submissions.refusals import Unauthorised
from hub.sharing.submissions.routes import by_key
from hub.sharing.views import Rulebooks
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.releases import Release
from hub.storage.turns import in_turn

TURN = "audit.turn"  # in the home
PAGES = 4  # made at once by a process


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a server serves.

    Attributes:
        per_minute: requests of one caller a minute.
        at_once: requests worked on at the same time.
        seconds: within which rows must be found.
        stream_seconds: within which a stream must have gone.
    """

    per_minute: int = 1200
    at_once: int = 100
    seconds: float = 20.0
    stream_seconds: float = 900.0


@dataclass(frozen=True)
class Caller:
    """Who asks: None without a key; and from which address.

    `look` asks anew who has the key, for answers that take their time.
    """

    who: Who | None
    address: str | None
    look: Callable[[], Who | Refused] | None = None

    @property
    def name(self) -> str:
        """The consumer's id."""
        return ANYBODY if self.who is None else self.who.consumer.id


class Service:
    """The rooms of one server process."""

    def __init__(self, house: House, options: Options) -> None:
        self.house = house
        self.options = options
        self._books = Rulebooks(house.city)
        self.callers = Callers(house.control.engine)
        self.quotas = Quotas(per_minute=options.per_minute, at_once=options.at_once)
        self.hand = Hand(house)
        turn = partial(in_turn, house.settings.home.absolute() / TURN)
        self.journal = Journal(open_audit(house), house.now, turn)
        self._master = KnownMaster(house.settings.home.absolute())
        self.tokens = Tokens(self._master().secret)
        self.desk = SubmissionDesk(house)
        self.lane = CapacityLimiter(PAGES)
        self._home: Path = house.settings.home.absolute()
        self._filter_key = filter_key(self._home)

    @property
    def book(self) -> Rulebook:
        """The rules of now."""
        return self._books.now()

    def close(self) -> None:
        """Stop the threads."""
        self.hand.close()
        self.journal.close()

    def caller(self, request: Request) -> Caller:
        """Who asks, counted.

        Raises:
            Refusal: 401 for a key that is wrong or not in force, 429 beyond the quota.
        """
        address = request.client.host if request.client else None
        given = request.headers.get("authorization")
        if given is None:
            self.quotas.count(f"address {address}")
            return Caller(None, address)
        kind, _, key = given.partition(" ")
        look = partial(self.callers.recognise, key.strip())
        found = (
            look()
            if kind.lower() == "bearer"
            else Refused(kind="unauthorised", reason="no bearer key")
        )
        if isinstance(found, Refused):
            self.quotas.count(f"address {address}")
            self._write(
                HandOver(system=ANYBODY, dataset="-", address=address),
                Outcome(result="refused", reason=found.reason),
            )
            raise refusal_of(found)
        self.quotas.count(found.consumer.id)
        caller = Caller(found, address, look)
        # Of nothing in particular: a key that is not in force opens no route at all.
        about = Ask(dataset="-", at=self.house.now(), form="api")
        standing = decide(found, about, self.book)
        if isinstance(standing, Refused) and standing.status == 401:
            raise self.refused(caller, request.path_params.get("name", "-"), standing)
        return caller

    def sender(self, request: Request) -> Who:
        """Who submits, counted.

        Raises:
            Unauthorised: there is no valid key.
            Refusal: 429 beyond the quota.
        """
        address = request.client.host if request.client else None
        try:
            who = by_key(self.callers)(request)
        except Unauthorised:
            self.quotas.count(f"address {address}")
            raise
        self.quotas.count(who.consumer.id)
        return who

    def release(self, text: str | None, *, at_hand: bool = True) -> Release:
        """The release asked for; where only it is told of, it need not be at hand.

        Raises:
            Refusal: 404, there is none.
            NotReady: it is being made ready; its answer is 503.
            ReleaseGone: it was recalled, or its retention ended.
        """
        try:
            return self.hand.release(text) if at_hand else self.hand.known(text)
        except MisuseError:
            raise Refusal(404, "unknown", UNKNOWN) from None

    def decided(self, caller: Caller, ask: Ask) -> Allowed:
        """The decision about an ask; a refusal is written down first.

        Raises:
            Refusal: it may not.
            AuditUnwritable: the refusal could not be written.
        """
        found = decide(caller.who, ask, self.book)
        if isinstance(found, Allowed):
            return found
        raise self.refused(caller, ask.dataset, found)

    def refused(self, caller: Caller, dataset: str, why: Refused) -> Refusal:
        """The problem that tells of a refusal, which is written down first.

        Raises:
            AuditUnwritable: the refusal could not be written.
        """
        about = Ask(dataset=dataset, at=self.house.now(), form="api")
        self._write(
            self.handover(caller, dataset, about),
            Outcome(result="refused", reason=f"{why.kind}: {why.reason}"),
        )
        return refusal_of(why)

    def objection(
        self, caller: Caller, ask: Ask, given: Allowed, release: Release
    ) -> str | None:
        """Why what was allowed may be handed over no longer; None where it may.

        For answers that take their time: as new as the memory of callers and of
        releases, so within a minute of a revocation.
        """
        who = caller.who if caller.look is None else caller.look()
        if isinstance(who, Refused):
            return "the key is no longer known"
        now = decide(who, replace(ask, at=self.house.now()), self.book)
        if isinstance(now, Refused):
            return f"{now.kind}: {now.reason}"
        if not set(given.columns) <= set(now.columns):
            return "columns are no longer granted"
        if not (now.rows.is_all or now.rows == given.rows):
            return "rows are no longer granted"
        try:
            self.hand.known(release.id)
        except HubError:
            return "the release was recalled or has expired"
        return None

    def may(self, caller: Caller, ask: Ask) -> Allowed | None:
        """What of an ask may be handed over beside something else; None for nothing."""
        found = decide(caller.who, ask, self.book)
        return found if isinstance(found, Allowed) else None

    def sees(self, caller: Caller, dataset: str, at: datetime) -> Allowed | None:
        """What a caller may see of a dataset in all; nothing is handed over by it."""
        ask = Ask(dataset=dataset, at=at, form="api")
        found = decide(caller.who, ask, self.book)
        if isinstance(found, Refused) and caller.who is not None:
            for purpose in caller.who.consumer.purposes:
                ask = Ask(dataset=dataset, at=at, form="api", purpose=purpose)
                found = decide(caller.who, ask, self.book)
                if isinstance(found, Allowed):
                    break
        return found if isinstance(found, Allowed) else None

    def handover(
        self,
        caller: Caller,
        dataset: str,
        given: Allowed | Ask,
        *,
        version: str | None = None,
        conditions: Sequence[Condition] = (),
        key: JoinKey | None = None,
    ) -> HandOver:
        """What the audit is told of a hand-over."""
        about = HandOver(
            system=caller.name,
            org=None if caller.who is None else caller.who.consumer.org,
            person=None
            if caller.who is None or caller.who.key is None
            else f"key {caller.who.key.prefix}",
            dataset=_name(dataset),
            version=version,
            conditions=tuple(
                told_condition(one.column, one.operator, one.told, key=self._filter_key)
                for one in conditions
            ),
            address=caller.address,
            pseudonym_key_id=None if key is None else key.id,
        )
        if isinstance(given, Ask):
            return about
        return HandOver(
            **{
                **vars(about),
                "grant_id": ",".join(map(str, given.grants)) or None,
                "purpose": given.purpose,
                "valid_until": given.valid_until,
                "columns": tuple(one.name for one in given.columns),
                "mask_profile": profile(given),
            }
        )

    def join_key(self, caller: Caller, given: Allowed) -> JoinKey | None:
        """The recipient's key, where a mask needs one; the public has its own."""
        if not any(MASKS[mask].keyed for mask in given.masks.values()):
            return None
        purpose = given.purpose or "open"
        return join_key(self._master(), caller.name, purpose)

    def _write(self, handover: HandOver, outcome: Outcome) -> None:
        self.journal.put(handover, outcome).result()


def _name(text: str) -> str:
    """A dataset's name as the audit keeps it: what somebody made up may be anything."""
    fit = text.isascii() and text.isprintable() and len(text) <= 60
    return text if fit else "?"


def profile(given: Allowed) -> str | None:
    """Short name of the masks in force: the same masks, the same name."""
    if not given.masks:
        return None
    told = ",".join(f"{name}={mask}" for name, mask in sorted(given.masks.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
