"""The assessment system of docs/assessment.md, which drops its unit lists as files.

What lives here: its partner file as the page has it, its two kinds of file, and a run
of the city with it. What does not: assertions.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from support.source_tree import ROOT

from hub.flow.city_run import ask_partner, finish_run
from hub.flow.house import House, open_house
from hub.settings import Settings
from hub.storage.batches import Batch

UNITS = "单位代码,单位名称,层级,分组,上级单位,生效日期,失效日期\n"
MEMBERS = "单位代码,街道代码,生效日期,失效日期\n"
# The city's own list is AU-E with two streets and AU-W with one, without an end.
ENDED = "2026-09-01"


def partner_file() -> str:
    """The declaration that docs/assessment.md shows."""
    page = (ROOT / "docs" / "assessment.md").read_text("utf-8")
    (found,) = re.findall(
        r"```toml\n(\[partner\]\nid = \"assessment\".*?)```", page, re.S
    )
    return str(found)


def declare(
    folder: Path,
    extra: str = "",
    *,
    members: str = '"DIVISION"',
    member_id: str = '"街道代码"',
) -> None:
    """The city gets its partner.

    Args:
        folder: holds the folder `city`.
        extra: lines for each feed.
        members: what kind of members there are.
        member_id: where their identifiers come from.
    """
    text = partner_file().replace("[feed.read]", f"{extra}[feed.read]")
    text = text.replace('"DIVISION"', members)
    text = text.replace('member_id = "街道代码"', f"member_id = {member_id}")
    (folder / "city" / "partners" / "assessment.toml").write_text(text)


def end_own_list(folder: Path) -> None:
    """The city's own list ends the day before the system's begins."""
    for name in ("assessment_unit.csv", "assessment_unit_member.csv"):
        path = folder / "city" / name
        lines = path.read_text().splitlines()
        rows = [lines[0], *(line + ENDED for line in lines[1:])]
        path.write_text("\n".join(rows) + "\n")


def drop(folder: Path, day: str, units: str, members: str) -> None:
    """Both lists of a day `YYYYMMDD`."""
    place = folder / "lists"
    place.mkdir(exist_ok=True)
    (place / f"units_{day}.csv").write_text(UNITS + units)
    (place / f"members_{day}.csv").write_text(MEMBERS + members)


def run(folder: Path, now: datetime) -> tuple[House, dict[str, Batch]]:
    """A run of the city with this partner alone: the house, the last batch by feed."""
    house = open_house(
        Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=now,
            environment={"HUB_ASSESSMENT_DIR": str(folder / "lists")},
        )
    )
    batches = ask_partner(house, "assessment", (), (None, None))
    retried, _ = finish_run(house)
    return house, {one.feed: one for one in [*batches, *retried]}
