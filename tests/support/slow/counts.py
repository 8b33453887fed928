"""Figures of one town: cohorts, levels, shares; every case counted one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from support.slow.atoms import Atoms, atoms_of, of_issue
from support.slow.choices import Choice
from support.slow.loop import loop_atoms
from support.slow.near import first_of, other_source
from support.slow.places import places_of_issue
from support.slow.rates import RATES, judge
from support.slow.spans import span_values
from support.slow.steps import Trail
from support.slow.town import Row, Town

Key = tuple[str, str | None]
COHORTS = {
    "reported_in_period": "in_reported",
    "registered_in_period": "in_registered",
    "due_in_period": "in_due",
    "closed_in_period": "in_closed",
}


def share(part: int, whole: int) -> Decimal | None:
    """A share with six decimals, half up; nothing of nothing is not known."""
    if whole == 0:
        return None
    return (Decimal(part) / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def trail_of(town: Town, issue: Row, *, complete: bool = False) -> Trail:
    """What is filed for a case."""
    return Trail(
        of_issue(town.rows["issue_event"], issue),
        of_issue(town.rows["review"], issue),
        of_issue(town.rows["handling"], issue),
        complete,
    )


def all_atoms(town: Town, calendar: Sequence[Row] = ()) -> list[Atoms]:
    """Every case of the town with its flags, its places and (by calendar) its spans."""
    issues = town.rows["issue"]
    similar = first_of(issues)
    others = first_of(issues, other_source)
    found = []
    for issue in issues:
        trail = trail_of(town, issue)
        atoms = atoms_of(town, issue, trail)
        atoms |= loop_atoms(issue, trail, atoms)
        atoms["similar_earlier"] = issue["issue_id"] in similar
        atoms["near_duplicate"] = issue["issue_id"] in others
        atoms["near_duplicate_of_id"] = others.get(issue["issue_id"])
        atoms["places"] = places_of_issue(town, issue)
        # An assignment that is not on the roster names no road chief.
        atoms["assigned"] = atoms["places"]["chief"] is not None
        atoms["mode"] = issue["handling_mode_code"] or "UNKNOWN"
        atoms |= span_values(issue, trail, calendar) if calendar else {}
        found.append(atoms)
    return found


def in_any_cohort(case: Atoms) -> bool:
    """Whether some basis puts the case into the month."""
    return bool(case["in_due_instead"] or any(case[name] for name in COHORTS.values()))


def in_cohort(case: Atoms, basis: str, choice: Choice) -> bool:
    """Whether the case is one of the month."""
    instead = basis == "due_in_period" and choice("MD-1") and case["in_due_instead"]
    return bool(case[COHORTS[basis]] or instead)


def judged(
    cases: Sequence[Atoms], name: str, choice: Choice
) -> list[tuple[Atoms, bool]]:
    """Cases of the denominator whatever their month, and whether the numerator's."""
    verdicts = [(case, *judge(RATES[name], case, choice)) for case in cases]
    return [(case, is_part) for case, counts, is_part in verdicts if counts]


def tally(
    counted: Iterable[tuple[Atoms, bool]], basis: str, choice: Choice
) -> dict[Key, tuple[int, int]]:
    """(numerator, denominator) at every level that has a case of the cohort."""
    found: dict[Key, tuple[int, int]] = {}
    for case, is_part in counted:
        if in_cohort(case, basis, choice):
            for level, place in case["places"].items():
                if place is not None or level == "city":
                    part, whole = found.get((level, place), (0, 0))
                    found[level, place] = (part + is_part, whole + 1)
    return found


def values(
    cases: Sequence[Atoms], span: str, mode: str | None, basis: str, choice: Choice
) -> dict[Key, list[int]]:
    """Minutes of a span of every case that counts, by level and place."""
    column = f"{span}_shift_minutes" if choice("CB-2") else f"{span}_minutes"
    found: dict[Key, list[int]] = {}
    for case in cases:
        counts = in_cohort(case, basis, choice) and case["in_population"]
        if not counts or case["duplicate"] or case["ended"] or case[column] is None:
            continue
        if span == "handle" and not case["dispose"]:
            continue
        if mode is not None and case["mode"] != mode:
            continue
        if case["hang"] and choice("SU-1"):
            continue
        for level, place in case["places"].items():
            if place is not None or level == "city":
                found.setdefault((level, place), []).append(case[column])
    return found
