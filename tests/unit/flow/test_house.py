"""Opening a hub: who may look into its home."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

from hub.flow.house import open_house
from hub.settings import Settings


def test_a_new_home_is_its_owner_s_alone(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"

    open_house(Settings(home=home)).control.close()

    assert S_IMODE(home.stat().st_mode) == 0o700


def test_the_mode_of_a_home_that_is_there_is_the_operator_s(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    open_house(Settings(home=tmp_path)).control.close()

    assert S_IMODE(tmp_path.stat().st_mode) == 0o750
