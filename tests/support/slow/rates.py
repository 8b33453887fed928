"""Sections 4 and 5 as a table: what one case counts for, in words of the definitions.

What lives here: denominator and numerator of every rate, as functions of one case
and a choice of calibers. What does not: cohorts and places (`counts`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from support.slow.atoms import Atoms
from support.slow.choices import (
    Choice,
    close_in_limit,
    intime_archive,
    intime_dispose,
    need_archive,
    overtime_dispose,
    overtime_to_dispose,
    step_in_limit,
)
from support.slow.loop import loop_closed

Part = Callable[[Atoms, Choice], bool]


@dataclass(frozen=True)
class Rate:
    """One rate: both parts, what is not known, and which limit it is judged by.

    Attributes:
        part: the numerator's own flag.
        whole: the denominator's flag.
        unknown: a null count takes the case out of the rate.
        no_limit: that a case has no limit takes it out under MD-2.
        registered: the denominator is "registered", which SU-2 makes smaller.
        loop: a figure of section 5: no END stage.
        stage: an indicator of stages that no stage flag tells: no END stage either.
    """

    part: Part
    whole: Part
    unknown: str | None = None
    no_limit: Part = lambda case, choice: False
    registered: Part = lambda case, choice: False
    loop: bool = False
    stage: bool = False


def always(case: Atoms, choice: Choice) -> bool:
    """Every case."""
    return True


def flag(name: str) -> Part:
    """A base flag that hangs on no caliber."""
    return lambda case, choice: bool(case[name])


def step(named: str, name: str) -> Part:
    """A step that was taken, and within its limit."""
    return lambda case, choice: case[named] and step_in_limit(case, name, choice)


def registration_base(case: Atoms, choice: Choice) -> bool:
    """RG-1, RG-2 or RG-3."""
    if choice("RG-1"):
        return case["accept"]
    return True if choice("RG-2") else case["register"]


def rework_base(case: Atoms, choice: Choice) -> bool:
    """RW-1, RW-2 or RW-3."""
    if choice("RW-1"):
        return need_archive(case, choice)
    return case["dispose"] if choice("RW-2") else case["register"]


def without_archive_limit(case: Atoms, choice: Choice) -> bool:
    """No limit to judge the close by, under the chosen OC."""
    return case["without_deadline" if choice("OC-A") else "without_close_limit"]


def without_loop_limit(case: Atoms, choice: Choice) -> bool:
    """No limit for handling or none for closing."""
    return case["without_deadline"] or case["without_close_limit"]


DEADLINE = flag("without_deadline")
REGISTER = flag("register")
DISPOSE = flag("need_dispose")
RATES: dict[str, Rate] = {
    "valid_report": Rate(REGISTER, always),
    "acceptance": Rate(flag("accept"), always),
    "registration": Rate(
        REGISTER, registration_base, registered=lambda case, choice: choice("RG-3")
    ),
    "on_time_registration": Rate(
        step("register", "register"),
        REGISTER,
        no_limit=flag("register_without_limit"),
        registered=always,
    ),
    "accurate_dispatch": Rate(
        lambda case, choice: case["dispatch"] and not case["returned"],
        flag("need_dispatch"),
        unknown="return_unknown",
        registered=always,
    ),
    "on_time_dispatch": Rate(
        step("dispatch", "dispatch"),
        flag("need_dispatch"),
        no_limit=flag("dispatch_without_limit"),
        registered=always,
    ),
    "handling": Rate(flag("dispose"), DISPOSE),
    "on_time_handling": Rate(intime_dispose, DISPOSE, no_limit=DEADLINE),
    "overtime_handling": Rate(overtime_dispose, DISPOSE, no_limit=DEADLINE),
    "overtime_pending": Rate(overtime_to_dispose, DISPOSE, no_limit=DEADLINE),
    "postponement": Rate(flag("postponed"), DISPOSE, unknown="extension_unknown"),
    "closing": Rate(
        flag("archive"), need_archive, registered=lambda case, choice: choice("SC-B")
    ),
    "on_time_closing": Rate(
        intime_archive,
        need_archive,
        no_limit=without_archive_limit,
        registered=lambda case, choice: choice("SC-B"),
    ),
    "late_closing": Rate(
        lambda case, choice: case["archive"] and not intime_archive(case, choice),
        need_archive,
        no_limit=without_archive_limit,
        registered=lambda case, choice: choice("SC-B"),
    ),
    "unclosed": Rate(lambda case, choice: not case["archive"], always),
    "rework": Rate(
        flag("rework"),
        rework_base,
        unknown="rework_unknown",
        registered=lambda case, choice: choice("RW-3"),
    ),
    "on_time_verification": Rate(
        step("verified", "verify"),
        flag("need_verify"),
        no_limit=flag("verify_without_limit"),
        stage=True,
    ),
    "on_time_check": Rate(
        step("checked", "check"),
        flag("need_check"),
        no_limit=flag("check_without_limit"),
        stage=True,
    ),
    "patrol_report": Rate(flag("patrol_report"), REGISTER, registered=always),
    "public_report": Rate(flag("by_public"), REGISTER, registered=always),
    "check_pass": Rate(flag("check_passed"), flag("checked"), stage=True),
    "return": Rate(flag("returned"), flag("received"), unknown="return_unknown"),
    "recurrence": Rate(flag("similar_earlier"), always),
    "on_time_acceptance": Rate(
        step("accept", "accept"), flag("accept"), no_limit=flag("accept_without_limit")
    ),
    "satisfaction": Rate(flag("satisfied"), flag("rated")),
    "closed_loop": Rate(lambda case, choice: loop_closed(case), always, loop=True),
    "on_time_closed_loop": Rate(
        lambda case, choice: (
            loop_closed(case)
            and intime_dispose(case, choice)
            and close_in_limit(case, choice)
        ),
        always,
        no_limit=without_loop_limit,
        loop=True,
    ),
    "first_pass": Rate(
        lambda case, choice: not case["rework"],
        flag("archive"),
        unknown="rework_unknown",
        loop=True,
    ),
    "self_discovery": Rate(
        flag("by_chief_roles"),
        lambda case, choice: case["by_chief_roles"] or case["by_public"],
        loop=True,
    ),
}


def judge(rate: Rate, case: Atoms, choice: Choice) -> tuple[bool, bool]:
    """(is in the denominator, is in the numerator), cohort and place apart."""
    if not case["in_population"] or case["duplicate"]:
        return False, False
    if (rate.loop or rate.stage) and case["ended"]:
        return False, False
    if case["hang"] and choice("SU-1"):
        return False, False
    if case["hang"] and choice("SU-2") and rate.registered(case, choice):
        return False, False
    if rate.unknown is not None and case[rate.unknown]:
        return False, False
    if choice("MD-2") and rate.no_limit(case, choice):
        return False, False
    counts = bool(rate.whole(case, choice))
    return counts, counts and bool(rate.part(case, choice))
