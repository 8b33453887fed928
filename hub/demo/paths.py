"""The lives that a case can lead, step by step, and where each step leaves it.

What lives here: the closed list of paths with their shares. Every step says what
the platform writes for it (workflow item, properties, state, time field) and, by
its author's own reading of the domain, which stage of the hub's chain the case is
in afterwards. That reading is the truth which a run is compared with; no code of
the pipeline takes part in it. What does not: when a step happens (`lives`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

DAY = 24 * 60


class Step(NamedTuple):
    """One step of a case.

    Attributes:
        item: workflow item of the platform's trail; None = no line in the trail.
        left: workflow property that the case leaves.
        entered: workflow property that it enters.
        state: `eventStateId` afterwards.
        stage: stage of the hub's chain afterwards.
        least: minutes since the step before, at least.
        most: minutes since the step before, less than this.
        sets: time field that takes the instant.
        counts: what it adds one to: rework, back, postpone or hang.
        actor: who acts: the supervision centre or the street's own unit.
    """

    item: str | None
    left: int
    entered: int
    state: str
    stage: str
    least: int
    most: int
    sets: str | None = None
    counts: str | None = None
    actor: str = "street"


class Path(NamedTuple):
    """A whole life: its name, its share of the cases, its steps."""

    name: str
    share: float
    steps: tuple[Step, ...]


CENTRE = "centre"
ACCEPT = Step("610", 1, 3, "3", "ACCEPTED", 2, 40, "operateTime", actor=CENTRE)
VERIFY_TASK = Step("610", 3, 4, "3", "ACCEPTED", 2, 20, actor=CENTRE)
VERIFIED = Step(None, 4, 4, "3", "VERIFIED", 15, 120, "verifyTime")
REGISTER = Step("610", 3, 5, "3", "REGISTERED", 3, 60, "instTime", actor=CENTRE)
DISPATCH = Step("610", 5, 7, "3", "DISPATCHED", 1, 45, "dispatchTime", actor=CENTRE)
RECEIVE = Step("610", 7, 8, "4", "HANDLING", 5, 90, "disposeBeginTime")
HANDLE = Step("610", 8, 11, "5", "HANDLED", 20, DAY, "disposeEndTime")
PASS = Step("610", 11, 12, "5", "CHECKED", 15, 300, "checkTime", actor=CENTRE)
CLOSE = Step("800", 12, 101, "6", "CLOSED", 1, 30, "archiveTime", actor=CENTRE)
REWORK = Step(
    "610", 11, 7, "4", "HANDLING", 15, 200, counts="rework", actor=CENTRE
)  # fmt: skip
REOPEN = Step(
    "610", 101, 7, "4", "HANDLING", 600, 2000, counts="rework", actor=CENTRE
)  # fmt: skip
RETURN = Step("610", 7, 5, "3", "REGISTERED", 10, 120, counts="back")
DISPATCH_AGAIN = DISPATCH._replace(sets="secondDispatchTime")
SUSPEND = Step("810", 8, 103, "8", "HANDLING", 30, 400, counts="hang", actor=CENTRE)
RESUME = Step("811", 103, 8, "4", "HANDLING", 2 * DAY, 8 * DAY, actor=CENTRE)
SUPERVISE = Step("820", 8, 8, "9", "HANDLING", 60, 600, actor=CENTRE)
EXTEND = Step("830", 8, 8, "4", "HANDLING", 60, 600, counts="postpone", actor=CENTRE)
REFUSE = Step("814", 1, 102, "7", "NOT_ACCEPTED", 5, 90, "cancelTime", actor=CENTRE)
DECLINE = Step("814", 3, 102, "7", "NOT_REGISTERED", 5, 90, "cancelTime", actor=CENTRE)
VOID = Step("814", 7, 102, "7", "CANCELLED", 30, DAY, "cancelTime", actor=CENTRE)

FEEDBACK = Step(None, 101, 101, "6", "FED_BACK", 30, 600, "feedbackTime", actor=CENTRE)

_INTAKE = (ACCEPT, REGISTER, DISPATCH, RECEIVE)
_VERIFIED_INTAKE = (
    ACCEPT,
    VERIFY_TASK,
    VERIFIED,
    REGISTER._replace(left=4),
    DISPATCH,
    RECEIVE,
)
_FINISH = (PASS, CLOSE)
_LATE = HANDLE._replace(least=4 * DAY, most=9 * DAY)

PATHS = (
    Path("plain", 0.44, (*_INTAKE, HANDLE, *_FINISH)),
    Path("verified", 0.12, (*_VERIFIED_INTAKE, HANDLE, *_FINISH, FEEDBACK)),
    Path("unanswered", 0.06, (*_VERIFIED_INTAKE, HANDLE, *_FINISH)),
    Path("slow", 0.08, (*_INTAKE, _LATE, *_FINISH)),
    Path("unseen", 0.03, (ACCEPT._replace(least=2 * DAY, most=4 * DAY), *_INTAKE[1:])),
    Path("reworked", 0.06, (*_INTAKE, HANDLE, REWORK, HANDLE, *_FINISH)),
    Path("reopened", 0.03, (*_INTAKE, HANDLE, *_FINISH, REOPEN, HANDLE, *_FINISH)),
    Path(
        "returned",
        0.05,
        (ACCEPT, REGISTER, DISPATCH, RETURN, DISPATCH_AGAIN, RECEIVE, HANDLE, *_FINISH),
    ),
    Path("suspended", 0.04, (*_INTAKE, SUSPEND, RESUME, HANDLE, *_FINISH)),
    Path("supervised", 0.03, (*_INTAKE, SUPERVISE, HANDLE, *_FINISH)),
    Path("extended", 0.02, (*_INTAKE, EXTEND, HANDLE, *_FINISH)),
    Path("refused", 0.02, (REFUSE,)),
    Path("declined", 0.01, (ACCEPT, DECLINE)),
    Path("voided", 0.01, (ACCEPT, REGISTER, DISPATCH, VOID)),
)
# The whole city's platform also closes by force, out of suspension, and unchecked.
FORCE = Step("801", 8, 101, "6", "CLOSED", 60, 900, "archiveTime", actor=CENTRE)
CLOSE_HELD = CLOSE._replace(left=103, least=120, most=1200)
CLOSE_UNCHECKED = CLOSE._replace(left=11, least=10, most=300)
CITY_PATHS = (
    *PATHS,
    Path("forced", 0.02, (*_INTAKE, FORCE)),
    Path("held_closed", 0.02, (*_INTAKE, SUSPEND, CLOSE_HELD)),
    Path("unchecked", 0.02, (*_INTAKE, HANDLE, CLOSE_UNCHECKED)),
)
# Lives that a system without a trail can tell of by its times alone.
PLAIN_PATHS = (
    Path("plain", 0.8, (*_INTAKE, HANDLE, *_FINISH)),
    Path("slow", 0.1, (*_INTAKE, _LATE, *_FINISH)),
    Path("refused", 0.05, (REFUSE,)),
    Path("voided", 0.05, (ACCEPT, REGISTER, DISPATCH, VOID)),
)
# A road chief finds, handles and is done within minutes (发现即处置).
_SELF_HANDLE = HANDLE._replace(left=1, least=3, most=40)
_SELF_CLOSE = CLOSE._replace(least=1, most=10, actor="street")
SELF_PATHS = (
    Path("self", 0.95, (_SELF_HANDLE, _SELF_CLOSE)),
    Path("self_open", 0.05, ()),
)
TIME_FIELDS = (
    "operateTime",
    "verifyTime",
    "instTime",
    "dispatchTime",
    "secondDispatchTime",
    "disposeBeginTime",
    "disposeEndTime",
    "checkTime",
    "archiveTime",
    "cancelTime",
    "feedbackTime",
)
COUNTERS = ("rework", "back", "postpone", "hang")


def number_of(paths: tuple[Path, ...], name: str) -> int:
    """The position of a path in its list."""
    return [path.name for path in paths].index(name)


def catalogue(paths: tuple[Path, ...]) -> pl.DataFrame:
    """Every step of every path as a table: path, no, then the fields of `Step`."""
    rows = [
        (at, no, *step)
        for at, path in enumerate(paths)
        for no, step in enumerate(path.steps)
    ]
    schema = {
        "path": pl.UInt8,
        "no": pl.UInt8,
        "item": pl.String,
        "left": pl.Int64,
        "entered": pl.Int64,
        "state": pl.String,
        "stage": pl.String,
        "least": pl.Int64,
        "most": pl.Int64,
        "sets": pl.String,
        "counts": pl.String,
        "actor": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
