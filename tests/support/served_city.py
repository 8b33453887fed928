"""A small city with people in it, to be served.

What lives here: making its folder and taking in what was dropped. What does not: its
partners (`served_partners`), their rows (`served_rows`), and whoever is served
(`served_consumers`).

A third partner cannot be reached and has a secret.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from support import canaries
from support.file_city import Done, run_hub
from support.served_partners import DARK, PLATFORM, ROSTER
from support.served_rows import first_day
from support.small_city import CITY, write_city

from hub.flow.city_run import finish_run
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings

NOW = datetime(2026, 10, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class ServedCity:
    """The city's folder, its home, and the keys of its consumers by name."""

    folder: Path

    @property
    def home(self) -> Path:
        """The hub's home."""
        return self.folder / "home"

    @property
    def surroundings(self) -> dict[str, str]:
        """Environment of a process of this hub."""
        return {
            "HUB_HOME": str(self.home),
            "HUB_CITY": str(self.folder / "city"),
            "HUB_NOW": NOW.isoformat(),
            "DROP": str(self.folder / "drop"),
            "DARK_URL": canaries.URL,
            "DARK_TOKEN": canaries.TOKEN,
            "POLARS_MAX_THREADS": "1",
        }

    def hub(self, *args: str) -> Done:
        """Run one command as a process of its own."""
        return run_hub(*args, cwd=self.folder, **self.surroundings)

    def house(self, now: datetime = NOW) -> House:
        """The hub, opened here."""
        environment = self.surroundings
        return open_house(
            Settings(
                home=self.home,
                city=environment["HUB_CITY"],
                now=now,
                environment=environment,
            )
        )


def made_in(folder: Path) -> ServedCity:
    """The city with what was dropped; nothing was taken in yet."""
    city = write_city(folder / "city", platform=PLATFORM, roster=ROSTER, dark=DARK)
    lead = 'org = "roster"\nservice_object = "roster"\nsign_board = "roster"\n'
    calendar = '\n[calendar]\nholidays = "CN"\nshifts = ["08:00-12:00"]\n'
    (city / "city.toml").write_text(CITY + lead + 'patrol = "roster"\n' + calendar)
    (folder / "drop").mkdir()
    for name, rows in first_day().items():
        lines = [json.dumps(one, ensure_ascii=False) for one in rows]
        (folder / "drop" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ServedCity(folder)


def taken_in(city: ServedCity) -> None:
    """Take in what was dropped, and release it, in this process."""
    house = city.house()
    for partner in ("roster", "platform"):
        run_partner(house, house.city.partners[partner], Window())
    finish_run(house)
    house.control.close()
