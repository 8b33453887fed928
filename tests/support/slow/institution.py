"""Rule-building, joint meetings, suspensions and the response of chiefs (5, 6.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from support.slow.coverage import Sums
from support.slow.places import holds
from support.slow.town import Row, Town, local_day

MONTHLY = ("J10", "J11")
ITEMS = tuple(f"J{number:02d}" for number in range(1, 17))


def items_of(level: str) -> list[str]:
    """Items that are asked of units of a level: J11 of districts only."""
    return [item for item in ITEMS if item != "J11" or level == "DISTRICT_UNIT"]


def is_valid(town: Town, doc: Row) -> bool:
    """Valid in the month; a monthly item needs a document of that month."""
    in_force = doc["issued_on"] <= town.last and (
        doc["expires_on"] is None or doc["expires_on"] > town.first
    )
    of_month = doc["item_code"] not in MONTHLY or doc["period_month"] == town.month
    return in_force and of_month


def verdict(town: Town, unit: str, item: str) -> str:
    """Verdict of the latest valid document, else MISSING."""
    docs = [
        doc
        for doc in town.rows["institution_doc"]
        if doc["unit_code"] == unit and doc["item_code"] == item and is_valid(town, doc)
    ]
    if not docs:
        return "MISSING"
    latest = max(docs, key=lambda doc: (doc["issued_on"], doc["institution_doc_id"]))
    return latest["verdict_code"] or "MISSING"


def institution(town: Town) -> Sums:
    """(twice the weight reached, twice the weight asked) of units; districts: city."""
    found: Sums = {}
    for unit in town.rows["assessment_unit"]:
        if not holds(unit, town.last):
            continue
        worth = {"MET": 2, "PARTIAL": 1, "MISSING": 0}
        asked = items_of(unit["level_code"])
        reached = sum(worth[verdict(town, unit["unit_code"], item)] for item in asked)
        is_district = unit["level_code"] == "DISTRICT_UNIT"
        level = "unit" if is_district else "street_unit"
        found[level, unit["unit_code"]] = (reached, 2 * len(asked))
        if is_district:
            before = found.get(("city", None), (0, 0))
            found["city", None] = (before[0] + reached, before[1] + 2 * len(asked))
    return found


def score(reached: int, asked: int) -> Fraction:
    """The share of weight that is met, partly met counted half."""
    return Fraction(reached, asked)


def meetings(town: Town) -> Sums:
    """(items done, items due) of the month in the city, by the day of knowledge."""
    known: date = local_day(town.as_of)
    due = [
        row
        for row in town.rows["meeting_item"]
        if row["due_on"] is not None
        and town.first <= row["due_on"] < town.after
        and row["due_on"] <= known
    ]
    done = [
        row for row in due if row["done_on"] is not None and row["done_on"] <= known
    ]
    return {("city", None): (len(done), len(due))}


def suspended_minutes(town: Town, issue: Row, events: Iterable[Row]) -> int | None:
    """Age of a suspension that lasts: as_of minus the last SUSPEND, else not known."""
    if issue["is_suspended"] is not True:
        return None
    starts = [row["happened_at"] for row in events if row["action_code"] == "SUSPEND"]
    if not starts:
        return None
    return (town.as_of - max(starts)) // timedelta(minutes=1)


def first_response(issue: Row, handlings: Iterable[Row]) -> int | None:
    """Minutes from report to the first response (ACT-RESP)."""
    candidates = [
        issue["accepted_at"],
        issue["received_at"],
        issue["first_contact_at"],
        *(row["started_at"] for row in handlings),
    ]
    known = [at for at in candidates if at is not None]
    if not known:
        return None
    return (min(known) - issue["reported_at"]) // timedelta(minutes=1)


def nearest_rank(values: Iterable[int], percent: int) -> int | None:
    """The value of rank ceil(p·n): no interpolation."""
    ordered = sorted(values)
    if not ordered:
        return None
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]
