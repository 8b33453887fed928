"""A whole run in one process, to be killed from outside: `run_flow.py CITY HOME`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from hub.flow.city_run import finish_run
from hub.flow.house import open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings

SINCE, UNTIL = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(city: str, home: str) -> None:
    house = open_house(Settings(home=Path(home), city=city, now=UNTIL))
    say("ready")
    for name in ("platform", "roster"):
        run_partner(house, house.city.partners[name], Window(SINCE, UNTIL))
    _, release = finish_run(house, figures=False)
    say(release.digest)


if __name__ == "__main__":
    main(*sys.argv[1:])
