"""Where rows of releases lie at hand for the server, and taking them away.

What lives here: the folder in the home. What does not: what lies in it
(`hub.sharing.shelf`); a shelf that is taken away is made again from the lake.
"""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = "serving"


def serving_folder(home: Path) -> Path:
    """The folder of all shelves."""
    return home.absolute() / FOLDER


def drop_shelves(home: Path, table: str) -> int:
    """Take the shelves of a table away, of whatever release; how many there were."""
    found = [
        one
        for start in (f"{table}-v", f".{table}-v")
        for one in serving_folder(home).glob(f"{start}*")
    ]
    for one in found:
        shutil.rmtree(one)
    return len(found)
