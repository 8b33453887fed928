"""A city whose month is over, made once and copied for every test.

What lives here: its folder as it is then, with the month frozen, and with facts that
came after that. What does not: the city (`support.closed_month`).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.closed_month import (
    LATE_CASES,
    MONTH,
    closed_month,
    copied,
    deliver,
    later,
    plain_policy,
)
from support.made_once import made_once

from hub.flow.assessment.freeze import freeze_month
from hub.flow.house import House


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a hub with a release of the month. For copying only."""
    return made_once(tmp_path_factory, "closed", _close)


def _close(folder: Path) -> None:
    closed_month(folder).control.close()


@pytest.fixture(scope="session")
def frozen_folder(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of that hub after a freeze by 甲 with `plain_policy`. For copying only."""

    def freeze(folder: Path) -> None:
        house = copied(closed, folder)
        freeze_month(house, MONTH, policies=[plain_policy()], author="甲")
        house.control.close()

    return made_once(tmp_path_factory, "frozen", freeze)


@pytest.fixture(scope="session")
def late_folder(frozen_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of that hub after LATE_CASES have come. For copying only."""

    def deliver_late(folder: Path) -> None:
        copied(frozen_folder, folder).control.close()
        house = later(folder)
        deliver(house, house.now(), LATE_CASES)
        house.control.close()

    return made_once(tmp_path_factory, "late", deliver_late)


@pytest.fixture
def frozen(frozen_folder: Path, tmp_path: Path) -> House:
    """A copy of the hub whose month is frozen, opened on the same day."""
    return copied(frozen_folder, tmp_path)


@pytest.fixture
def late(late_folder: Path, tmp_path: Path) -> House:
    """A copy of the hub to which late facts came, opened on that day."""
    copied(late_folder, tmp_path).control.close()
    return later(tmp_path)
