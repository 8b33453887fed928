"""The closed loop of one case and its first missing link (section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from support.slow.atoms import Atoms
from support.slow.steps import Trail
from support.slow.town import Row


def last_attempt(issue: Row, trail: Trail) -> int:
    """The number of the last attempt that anything is filed for; 1 where nothing is."""
    of_handling = [row["attempt_seq"] for row in trail.handlings]
    of_review = [
        row["attempt_seq"]
        for row in trail.reviews
        if row["review_kind_code"] in ("CHECK", "RECHECK")
    ]
    return max([1, *of_handling, *of_review])


def verdict(issue: Row, trail: Trail) -> str | None:
    """Result of the latest done check or re-check of the last attempt."""
    attempt = last_attempt(issue, trail)
    done = [
        row
        for row in trail.reviews
        if row["review_kind_code"] in ("CHECK", "RECHECK")
        and row["done_at"] is not None
        and row["attempt_seq"] == attempt
    ]
    done.sort(key=lambda row: (row["done_at"], row["review_id"]))
    return done[-1]["result_code"] or "UNKNOWN" if done else None


def loop_atoms(
    issue: Row,
    trail: Trail,
    atoms: Atoms,
    *,
    closed_at_source: bool = False,
    without_review: Sequence[tuple[str, str]] = (),
) -> Atoms:
    """Flags of the loop; `first_missing_link` is null where it is closed."""
    found: Atoms = {}
    kind = (issue["std_category_kind_code"], issue["std_category_code"])
    found["review_required"] = not atoms["self_handled"] and kind not in without_review
    result = verdict(issue, trail)
    found["reviewed"] = result is not None
    found["review_passed"] = result == "PASS"
    found["link_missing"] = link_missing(
        issue,
        needs_review=found["review_required"],
        needs_answer=atoms["feedback_required"],
        closed_at_source=closed_at_source,
    )
    found["first_missing_link"] = first_missing(atoms | found)
    return found


def link_missing(
    issue: Row, *, needs_review: bool, needs_answer: bool, closed_at_source: bool
) -> bool:
    """A later link's time is present and an earlier one's absent; or CLOSED untimed.

    Links that the case does not need are none of its loop.
    """
    if closed_at_source and issue["closed_at"] is None:
        return True
    times = [issue["handled_at"]]
    times += [issue["checked_at"]] if needs_review else []
    times += [issue["closed_at"]]
    times += [issue["fed_back_at"]] if needs_answer else []
    return any(
        earlier is None and later is not None
        for number, earlier in enumerate(times)
        for later in times[number + 1 :]
    )


def loop_closed(atoms: Atoms) -> bool:
    """Handled and reviewed (if required) and closed and fed back (if required)."""
    return (
        atoms["dispose"]
        and (atoms["review_passed"] or not atoms["review_required"])
        and atoms["archive"]
        and (atoms["feed_back"] or not atoms["feedback_required"])
    )


def first_missing(atoms: Atoms) -> str | None:
    """The first broken link, missing data first; null where the loop is closed."""
    if atoms["ended"] or loop_closed(atoms):
        return None
    if atoms["link_missing"]:
        return "DATA_MISSING"
    if not atoms["dispose"]:
        return "NOT_HANDLED"
    if atoms["review_required"] and not atoms["reviewed"]:
        return "NOT_REVIEWED"
    if atoms["review_required"] and not atoms["review_passed"]:
        return "REVIEW_FAILED"
    if not atoms["archive"]:
        return "NOT_CLOSED"
    return "NOT_FED_BACK"
