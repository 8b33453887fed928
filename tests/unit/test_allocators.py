"""Dagster's processes are told to give memory back before they load Polars."""

from __future__ import annotations

import os
import subprocess
import sys

from hub.allocators import TOLD

LOOK = """
import os, sys
from hub.allocators import TOLD
assert "polars" not in sys.modules
import hub.assets
assert all(os.environ[name] == value for name, value in TOLD.items())
"""


def test_whoever_loads_the_assets_is_told_first() -> None:
    env = {name: value for name, value in os.environ.items() if name not in TOLD}

    done = subprocess.run([sys.executable, "-c", LOOK], env=env, check=False)

    assert done.returncode == 0


def test_what_somebody_has_told_stays() -> None:
    env = os.environ | dict.fromkeys(TOLD, "own")
    names = list(TOLD)
    text = f"import os, hub.assets; print(*{{os.environ[n] for n in {names}}})"

    said = subprocess.check_output([sys.executable, "-c", text], env=env, text=True)

    assert said.split() == ["own"]
