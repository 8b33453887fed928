"""The derivation of the stage once more: plain Python, issue by issue.

Written from the definition (docs: deriving the stage), shares no code with the
hub. Instants are any comparable values; None is null.
"""

from __future__ import annotations

from dataclasses import dataclass, field

NO = {
    "DISCOVERED": 10,
    "ACCEPTED": 20,
    "VERIFIED": 25,
    "REGISTERED": 30,
    "DISPATCHED": 40,
    "HANDLING": 50,
    "HANDLED": 60,
    "CHECKED": 70,
    "REWORK": 75,
    "CLOSED": 80,
    "FED_BACK": 90,
}
TIMES = (
    "reported_at",
    "accepted_at",
    "verified_at",
    "registered_at",
    "dispatched_at",
    "received_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "fed_back_at",
    "cancelled_at",
)


@dataclass(frozen=True)
class Event:
    """One step; `at` is its instant."""

    event_id: str
    action: str
    at: int
    stage: str | None = None
    inferred: bool = False


@dataclass(frozen=True)
class Review:
    """One look at a case; open while `done` is None."""

    kind: str
    result: str | None
    done: int | None


@dataclass
class Case:
    """All that is known of one issue, as delivered."""

    times: dict[str, int | None]
    main: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    rework_count: int | None = None
    suspended: bool | None = None
    supervised: bool | None = None
    complete: bool = False


@dataclass
class Answer:
    """What the definition makes of it."""

    stage: str
    times: dict[str, int | None]
    rework_count: int | None
    suspended: bool | None
    supervised: bool | None


def as_issue_stage(code: str) -> str:
    return "HANDLING" if code == "REWORK" else code


def derive(case: Case) -> Answer:
    def at(column: str) -> int | None:
        return case.times.get(column)

    def events(*actions: str) -> list[Event]:
        return [e for e in case.events if e.action in actions]

    main = [as_issue_stage(code) for code in case.main]
    checks = [r for r in case.reviews if r.kind in ("CHECK", "RECHECK")]
    verifies = [r for r in case.reviews if r.kind == "VERIFY"]

    # Step 2
    sent = [e.at for e in events("DISPATCH")]
    dispatched = at("dispatched_at")
    if dispatched is not None:
        sent.append(dispatched)
    first_sent = min(sent) if sent else None

    def after_dispatch(event: Event) -> bool:
        return first_sent is not None and event.at > first_sent

    onward: list[tuple[int, str]] = []
    for column, code in (
        ("reported_at", "DISCOVERED"),
        ("accepted_at", "ACCEPTED"),
        ("verified_at", "VERIFIED"),
        ("registered_at", "REGISTERED"),
        ("dispatched_at", "DISPATCHED"),
        ("received_at", "HANDLING"),
        ("handled_at", "HANDLED"),
        ("checked_at", "CHECKED"),
        ("closed_at", "CLOSED"),
        ("fed_back_at", "FED_BACK"),
    ):
        when = at(column)
        if when is None:
            continue
        if column == "verified_at" and verifies:
            continue
        if column == "checked_at" and (checks or events("CHECK_PASS", "CHECK_FAIL")):
            continue
        onward.append((when, code))
    for event in case.events:
        reaches = {
            "SUBMIT": "DISCOVERED",
            "REGISTER": "REGISTERED",
            "DISPATCH": "DISPATCHED",
            "HANDLE": "HANDLED",
            "CHECK_PASS": "CHECKED",
            "CLOSE": "CLOSED",
            "FORCE_CLOSE": "CLOSED",
            "FEEDBACK": "FED_BACK",
        }.get(event.action)
        if event.action == "ACCEPT":
            seen = event.inferred and event.stage == "HANDLING"
            reaches = "HANDLING" if seen or after_dispatch(event) else "ACCEPTED"
        if reaches:
            onward.append((event.at, reaches))
    onward += [
        (r.done, "VERIFIED")
        for r in verifies
        if r.done is not None and r.result == "PASS"
    ]
    onward += [
        (r.done, "CHECKED")
        for r in checks
        if r.done is not None and r.result in ("PASS", "UNABLE")
    ]

    # Step 4
    back: list[tuple[int, str]] = [
        (e.at, "HANDLING") for e in events("CHECK_FAIL", "REWORK")
    ]
    back += [
        (r.done, "HANDLING")
        for r in checks
        if r.done is not None and r.result == "FAIL"
    ]
    for event in events("RETURN"):
        if event.stage in NO:
            back.append((event.at, as_issue_stage(event.stage)))
        elif first_sent is not None and first_sent <= event.at:
            back.append((event.at, "REGISTERED"))
        else:
            back.append((event.at, "DISCOVERED"))
    closings = [when for when, code in onward if code == "CLOSED"]
    if closings:
        c = max(closings)
        told = any(when >= c for when, _ in back)
        if not told and main and "CLOSED" not in main and "FED_BACK" not in main:
            back.append((c, min(main, key=NO.__getitem__)))
        if not told and not main:
            for event in events("DISPATCH", "ACCEPT", "HANDLE"):
                if event.at > c:
                    back.append((c, "HANDLING"))
                    break

    # Step 5
    b = max((when for when, _ in back), default=None)
    floors = [code for when, code in back if when == b]
    counted = [(when, code) for when, code in onward if b is None or when > b]
    closing_counts = any(code == "CLOSED" for _, code in counted)
    candidates = [code for _, code in counted if code != "FED_BACK" or closing_counts]
    if floors:
        candidates.append(min(floors, key=NO.__getitem__))
    stage = max(candidates, key=NO.__getitem__)

    # Step 6
    cancels = [e.at for e in events("CANCEL")]
    cancelled = at("cancelled_at")
    if cancelled is not None:
        cancels.append(cancelled)
    wins = bool(case.end) or bool(cancels)
    if cancels and not case.end:
        wins = not any(
            e.at > max(cancels) for e in events("ACCEPT", "REGISTER", "DISPATCH")
        )
    if wins:
        ever = [NO[code] for _, code in onward + back if code != "FED_BACK"]
        if len(set(case.end)) == 1:
            stage = case.end[0]
        elif any(no >= 30 for no in ever):
            stage = "CANCELLED"
        elif any(no in (20, 25) for no in ever):
            stage = "NOT_REGISTERED"
        else:
            stage = "NOT_ACCEPTED"

    # Step 7
    told_by = {
        name: [e.at for e in case.events if e.action in actions and not e.inferred]
        for name, actions in (
            ("registered_at", ("REGISTER",)),
            ("dispatched_at", ("DISPATCH",)),
            ("handled_at", ("HANDLE",)),
            ("closed_at", ("CLOSE", "FORCE_CLOSE")),
            ("cancelled_at", ("CANCEL",)),
            ("fed_back_at", ("FEEDBACK",)),
        )
    }
    accepts = [e for e in events("ACCEPT") if not e.inferred]
    told_by["accepted_at"] = [e.at for e in accepts if not after_dispatch(e)]
    told_by["received_at"] = [e.at for e in accepts if after_dispatch(e)]
    told_by["verified_at"] = [r.done for r in verifies if r.done is not None]
    told_by["checked_at"] = [r.done for r in checks if r.done is not None]
    times = {name: at(name) for name in TIMES}
    for name, found in told_by.items():
        if times[name] is None and found:
            first = name in {
                "accepted_at",
                "registered_at",
                "dispatched_at",
                "received_at",
            }
            times[name] = min(found) if first else max(found)
    if closings and not closing_counts:
        times["closed_at"] = None
    rework = case.rework_count
    if rework is None and case.complete:
        rework = len(events("REWORK"))

    # Step 8
    suspended = case.suspended
    holds = sorted(events("SUSPEND", "RESUME"), key=lambda e: (e.at, e.event_id))
    if suspended is None and holds:
        suspended = holds[-1].action == "SUSPEND"
    supervised = case.supervised
    if supervised is None and events("SUPERVISE"):
        supervised = True
    return Answer(stage, times, rework, suspended, supervised)
