"""One run over an exchange table that may end in `kill -9`: CITY HOME [before|after].

`before`: the process dies when everything has landed and nothing is marked yet;
`after`: when the rows are marked and nothing else was done.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.flow import land
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)


def open_city(city: str, home: str) -> House:
    return open_house(Settings(home=Path(home), city=city, now=NOW))


def main(city: str, home: str, dies: str = "") -> None:
    house = open_city(city, home)
    tell = land.acknowledge

    def killed(*given: Any) -> None:
        if dies == "after":
            tell(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    if dies:
        land.acknowledge = killed
    run_partner(house, house.city.partners["front"], Window())


if __name__ == "__main__":
    main(*sys.argv[1:])
