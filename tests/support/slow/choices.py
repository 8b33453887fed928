"""The calibers of section 3 and the flags that hang on them.

A choice is a set of caliber ids. What is asked of a family that the choice does not
name is the default of that family.
"""

from __future__ import annotations

from collections.abc import Iterable

from support.slow.atoms import Atoms

DEFAULTS = {
    "SC": "SC-A",
    "OC": "OC-A",
    "RW": "RW-1",
    "RG": "RG-1",
    "AP": "AP-1",
    "SU": "SU-3",
    "MD": "MD-1",
    "CB": "CB-1",
}


class Choice:
    """One caliber of each family."""

    def __init__(self, ids: Iterable[str] = (), **defaults: str) -> None:
        named = {one.split("-")[0]: one for one in ids}
        self._by_family = DEFAULTS | defaults | named

    def __call__(self, caliber: str) -> bool:
        """Whether this caliber is chosen."""
        return self._by_family[caliber.split("-")[0]] == caliber


def exempt(case: Atoms, choice: Choice) -> bool:
    """Whether a granted appeal takes the case out of the overdue figures."""
    return choice("AP-1") and case["exempt"]


def intime_dispose(case: Atoms, choice: Choice) -> bool:
    """按期处置."""
    if not case["dispose"]:
        return False
    if case["without_deadline"]:
        return choice("MD-1")
    if exempt(case, choice):
        return True
    return case["done_in_limit"]


def overtime_dispose(case: Atoms, choice: Choice) -> bool:
    """超期处置; without a deadline never under MD-2."""
    if case["without_deadline"] and choice("MD-2"):
        return False
    return case["dispose"] and not intime_dispose(case, choice)


def overtime_to_dispose(case: Atoms, choice: Choice) -> bool:
    """超期未处置."""
    return (
        case["to_dispose"]
        and case["overdue_now"]
        and not case["hang"]
        and not exempt(case, choice)
    )


def late_to_dispose(case: Atoms, choice: Choice) -> bool:
    """Dispatched, undisposed, overdue as of now; suspended or not."""
    return case["to_dispose"] and case["overdue_now"] and not exempt(case, choice)


def need_archive(case: Atoms, choice: Choice) -> bool:
    """应结案, by caliber SC. A case in an END stage never needs it."""
    if case["ended"]:
        return False
    if choice("SC-A"):
        return case["dispose"] or late_to_dispose(case, choice)
    if choice("SC-B"):
        waits = case["to_dispose"] and not late_to_dispose(case, choice)
        return case["register"] and not waits
    if choice("SC-C"):
        return case["dispose"]
    return case["archive"] or case["close_limit_passed"]


def close_in_limit(case: Atoms, choice: Choice) -> bool:
    """Closed at or before the limit of closing, else of handling; neither: MD.

    A granted appeal takes the case out of these overdue figures too (AP-1).
    """
    if case["without_close_limit"]:
        return choice("MD-1")
    return exempt(case, choice) or case["closed_in_limit"]


def intime_archive(case: Atoms, choice: Choice) -> bool:
    """按期结案, by caliber OC."""
    if choice("OC-A"):
        return case["archive"] and intime_dispose(case, choice)
    return case["archive"] and close_in_limit(case, choice)


def step_in_limit(case: Atoms, step: str, choice: Choice) -> bool:
    """Whether a step was taken within its limit; no limit: MD."""
    if case[f"{step}_without_limit"]:
        return choice("MD-1")
    return case[f"{step}_in_limit"]
