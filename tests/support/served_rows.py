"""What the partners of the served city drop: rows full of people.

What lives here: cases in two districts with steps and handlings, people, shops, boards
and patrols, some values missing, one row that stays in quarantine. What does not: the
personal data themselves (`canaries`), how partners are declared (`served_partners`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from support import canaries

EAST, WEST = "420102", "420103"
STREETS = ("420102001", "420102002", "420103001")
FIRST = datetime.fromisoformat("2026-09-10T08:00:00")  # as the partner says it
CASES = 24


def cases() -> list[dict[str, Any]]:
    """Cases of three streets; every third in the west; some values are missing."""
    found = []
    for n in range(CASES):
        street = STREETS[n % 3]
        at = FIRST + timedelta(hours=5 * n)
        done = n % 4 != 0
        found.append(
            {
                "id": f"C{n:02}",
                "no": f"案{n:02}",
                "changed": "2026-09-30 12:00:00",
                "who": canaries.REPORTERS[n % 2],
                "call": canaries.CALLS[n % 2],
                "found_by": f"P{n % 3 + 1}" if n % 2 else None,
                "told": canaries.told(n),
                "place": canaries.PLACE if n % 3 else None,
                "lon": f"114.3{n:02}1" if n % 5 else None,
                "lat": f"30.5{n:02}1" if n % 5 else None,
                "street": street,
                "district": street[:6],
                "unit": "O1" if street[:6] == EAST else "O2",
                "state": "5" if done else "3",
                "reported": f"{at}",
                "accepted": f"{at + timedelta(minutes=10)}",
                "registered": f"{at + timedelta(minutes=20)}",
                "dispatched": f"{at + timedelta(minutes=30)}",
                "handled": f"{at + timedelta(hours=3 + n)}" if done else None,
                "deadline": f"{at + timedelta(hours=12)}",
                "longer": str(n % 4 * 30) if n % 3 else None,
                "watched": ["true", "false", None][n % 3],
                "trail": [
                    {
                        "step": "1",
                        "action": "report",
                        "at": f"{at}",
                        "by": f"P{n % 3 + 1}",
                        "words": canaries.told(n + 1),
                    }
                ],
            }
        )
    return found


def first_day() -> dict[str, list[dict[str, Any]]]:
    """What is dropped, by file."""
    odd = cases()[0] | {"id": "Q1", "state": canaries.QUARANTINED, "trail": []}
    areas = [f"A{n}" for n in (1, 2, 3)]
    return {
        "cases_1.jsonl": [*cases(), odd],
        "works_1.jsonl": [
            {
                "id": f"W{n}",
                "case": f"C{n:02}",
                "unit": "O1" if STREETS[n % 3][:6] == EAST else "O2",
                "by": f"P{n % 3 + 1}",
                "at": "2026-09-20 09:00:00",
                "words": canaries.told(n),
                "fine": f"{n * 12.5:.2f}" if n % 2 else None,
            }
            for n in range(9)
        ],
        "orgs_20260901.jsonl": [
            {"id": "O1", "name": "东区执法", "division": EAST, "since": "2026-01-01"},
            {"id": "O2", "name": "西区执法", "division": WEST, "since": "2026-01-01"},
        ],
        "areas_20260901.jsonl": [
            {"id": one, "name": one, "street": street, "size": "1.5"}
            for one, street in zip(areas, STREETS, strict=True)
        ],
        "people_20260901.jsonl": [
            {
                "id": f"P{n + 1}",
                "name": canaries.PEOPLE[n],
                "mobile": canaries.MOBILES[n],
                "duty": canaries.DUTY,
                "org": "O2" if n == 2 else "O1",
                "area": areas[n],
                "since": "2026-01-01",
            }
            for n in range(3)
        ],
        "shops_20260901.jsonl": [
            {
                "id": f"S{n}",
                "sign": f"店{n}",
                "licence": canaries.LICENCES[n],
                "code": canaries.CODES[n],
                "owner": canaries.OWNERS[n],
                "call": canaries.OWNER_CALLS[n],
                "place": canaries.PLACE,
                "street": STREETS[n],
                "since": "2026-01-01",
            }
            for n in range(3)
        ],
        "boards_20260901.jsonl": [
            {
                "id": "B1",
                "area": "A1",
                "chief": canaries.BOARD_NAME,
                "phone": canaries.BOARD_PHONE,
                "since": "2026-01-01",
            }
        ],
        "patrols_1.jsonl": [
            {
                "id": f"R{n}",
                "by": f"P{n + 1}",
                "area": areas[n],
                "at": "2026-09-20 09:00:00",
                "length": "1200.5",
                "track": canaries.TRACK,
            }
            for n in range(3)
        ],
    }
