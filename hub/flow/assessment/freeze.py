"""Freezing a month: its rows into the lake, then one entry that makes them true.

What lives here: the first freeze and later revisions, with what each must be told and
must not be. What does not: computing a month (`draft`), comparing revisions
(`difference`).

Rows come first and are read by nobody until the control database names them in one
transaction. Whoever is killed between the two leaves nothing that anybody sees, and
the next to freeze takes over. Last the metric tables follow (`shown`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hub.errors import MisuseError
from hub.flow.assessment.draft import Draft, draft_month
from hub.flow.assessment.frozen_rows import digest_of_rows, write_rows
from hub.flow.assessment.policies import GivenPolicy, kept, policies_of
from hub.flow.assessment.revisions import find_revision, refuse_future
from hub.flow.assessment.shown import show_frozen
from hub.flow.house import House
from hub.storage.assessments import Assessments, KeptPolicy, Revision
from hub.storage.holders import this_process

APP = "assessment"
LEASE = timedelta(minutes=30)
FIRST_REASON = "first freeze 首次冻结"


def freeze_month(
    house: House,
    period: str,
    *,
    policies: Sequence[GivenPolicy],
    author: str,
    approver: str | None = None,
    release: str | None = None,
) -> Revision:
    """Freeze a month for the first time.

    Raises:
        MisuseError: no author or policy is named, the month has not ended or is
            frozen already, no release knows it whole, or posts are to be scored
            and no roster was published.
    """
    refuse_future(house, period)
    _refuse_unnamed(author, "author")
    if not policies:
        raise MisuseError(
            f"freeze {period}",
            seen="no policy was named",
            next_step="Name one per level with --policy.",
        )
    known = Assessments(house.control.engine).current(period)
    if known is not None:
        raise MisuseError(
            f"freeze {period}",
            seen=f"it is frozen already, as revision {known.number}",
            next_step="`hub assessment revise` makes the next revision.",
        )
    with house.leases.hold(f"assessment/{period}", this_process(APP), LEASE):
        draft = draft_month(house, period, policies=policies, release=release)
        _refuse_unfit(draft)
        return _keep(house, draft, 1, FIRST_REASON, author, approver)


def revise_month(
    house: House,
    period: str,
    *,
    reason: str,
    author: str,
    approver: str | None = None,
    release: str | None = None,
    policies: Sequence[GivenPolicy] = (),
) -> Revision:
    """Make the next revision of a frozen month; the ones before stay as they are.

    Args:
        house: the hub.
        period: month `YYYY-MM`.
        reason: why.
        author: who.
        approver: who signed it, where somebody did.
        release: what it is computed from; the newest where none is named.
        policies: in place of those of the current revision, level by level.

    Raises:
        MisuseError: as for a freeze; or nothing would differ.
    """
    refuse_future(house, period)
    _refuse_unnamed(author, "author")
    _refuse_unnamed(reason, "reason")
    with house.leases.hold(f"assessment/{period}", this_process(APP), LEASE):
        before = find_revision(house, period)
        show_frozen(house, period)  # in case the run that made it could not
        by_level = {one.level: one for one in policies_of(before)}
        by_level |= {one.level: one for one in policies}
        chosen = [by_level[level] for level in sorted(by_level)]
        draft = draft_month(house, period, policies=chosen, release=release)
        _refuse_unfit(draft)
        last = max(
            one.number for one in Assessments(house.control.engine).revisions(period)
        )
        return _keep(house, draft, last + 1, reason, author, approver, before)


def _keep(
    house: House,
    draft: Draft,
    number: int,
    reason: str,
    author: str,
    approver: str | None,
    before: Revision | None = None,
) -> Revision:
    policies = tuple(kept(one) for one in draft.policies)
    if before is not None and _is_same(draft, policies, before):
        raise MisuseError(
            f"revise {draft.period}",
            seen=f"nothing would differ from revision {before.number}",
            next_step="Revise it once a release, a policy or an input says otherwise.",
        )
    frozen = write_rows(house, draft.period, number, draft.tables)
    made = Revision(
        period=draft.period,
        number=number,
        release=draft.release.number,
        as_of=draft.as_of,
        terms=draft.terms,
        definitions=draft.definitions,
        reason=reason.strip(),
        author=author.strip(),
        approver=approver.strip() if approver else None,
        made_at=house.now(),
        is_current=True,
        policies=policies,
        tables=frozen,
    )
    Assessments(house.control.engine).record(made)
    show_frozen(house, draft.period)
    return made


def _is_same(draft: Draft, policies: Sequence[KeptPolicy], before: Revision) -> bool:
    told = {one.name: one.digest for one in before.tables}
    fresh = {name: digest_of_rows(frame) for name, frame in draft.tables.items()}
    return told == fresh and before.policies == tuple(policies)


def _refuse_unnamed(text: str, what: str) -> None:
    if not text.strip():
        raise MisuseError(
            "freeze a month",
            seen=f"no {what} is named",
            next_step=f"Name one with --{what}.",
        )


def _refuse_unfit(draft: Draft) -> None:
    """Refuse a month that is not over, or posts without a roster."""
    if "MONTH_RUNS" in draft.remarks:
        raise MisuseError(
            f"freeze {draft.period}",
            seen="the month is not over by the hub's clock, or nothing that came "
            f"since its end is in {draft.release.id}",
            next_step="Wait, then `hub run` and freeze; `hub assessment compute` "
            "drafts it meanwhile.",
        )
    if "NO_ROSTER" in draft.remarks and any(one.needs_roster for one in draft.policies):
        raise MisuseError(
            f"freeze {draft.period}",
            seen=f"{draft.release.id} has no roster, and the policy scores posts",
            next_step="Let the areas and posts be delivered, or name a policy without "
            "coverage and action.",
        )
