"""The simulated city in a process of its own.

What lives here: the two ends of a pipe over which a city is opened, moved from day to
day and asked to compare. Apart from the hub, because partners' systems do not share a
machine with the hub either: neither takes the other's memory or processor, and what is
measured of the hub is the hub's. What does not: the city (`city`), days (`days`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hub.demo.told.compare import Check
from hub.errors import HubError
from hub.settings import Settings


class CityGone(HubError):
    """The city's process ended before it was told to."""

    code = "demo_city"


@dataclass(frozen=True)
class CityApart:
    """A city that is open in another process.

    Attributes:
        process: where it is.
        made: what it was made by.
        systems: ids of the partners that there are.
        environment: the variables that the partner files name.
    """

    process: subprocess.Popen[str]
    made: dict[str, Any]
    systems: tuple[str, ...]
    environment: dict[str, str]

    def deliver(self, day: int) -> None:
        """Move every partner to the end of a day."""
        _ask(self.process, {"deliver": day})

    def compare(self, settings: Settings) -> tuple[Check, ...]:
        """What the hub of these settings holds after all days, beside the truth.

        The city closes, for nobody asks it any more: its truth follows from its seed
        and is told by a process that holds no other thing.
        """
        _end(self.process)
        asked = {"compare": settings.model_dump(mode="json"), "of": self.made}
        with _process() as apart:
            told = _ask(apart, asked)
        return tuple(Check(**one) for one in told)


@contextmanager
def city_apart(
    folder: Path, *, seed: int, issues: int, days: int
) -> Iterator[CityApart]:
    """Open a city in a process of its own (arguments as of `SimulatedCity`)."""
    made = {"folder": str(folder), "seed": seed, "issues": issues, "days": days}
    with _process() as process:
        told = _ask(process, {"open": made})
        yield CityApart(process, made, tuple(told["systems"]), told["environment"])


@contextmanager
def _process() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hub.demo.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Tell it that nothing more will be asked; safe to repeat."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    process.wait()


def _ask(process: subprocess.Popen[str], request: dict[str, Any]) -> Any:
    """One line there, one line back.

    Raises:
        CityGone: no line came back; what happened stands on standard error.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        line = ""
    if not line:
        raise CityGone(
            f"ask the simulated city to {next(iter(request))}",
            seen=f"its process ended with status {process.wait()}",
            next_step="Its own words stand above; try again with fewer --issues.",
        )
    return json.loads(line)


def main() -> None:
    """The city's end: open one and move it as the lines say, or compare one."""
    from hub.demo.city import SimulatedCity
    from hub.flow.house import open_house

    # Whatever libraries print goes to standard error; answers have the channel.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def answer(told: object) -> None:
        channel.write(json.dumps(told) + "\n")

    first = json.loads(sys.stdin.readline())
    if "compare" in first:
        city = SimulatedCity(**_arguments(first["of"]))
        house = open_house(Settings(**first["compare"]))
        answer([asdict(check) for check in city.compare(house)])
        return
    with SimulatedCity(**_arguments(first["open"])) as city:
        answer({"systems": list(city.systems), "environment": city.environment})
        for line in sys.stdin:
            city.deliver(json.loads(line)["deliver"])
            answer(None)


def _arguments(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "folder": Path(told["folder"])}


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        # Whoever interrupts the whole group does not need a trace from each of us.
        sys.exit(130)
