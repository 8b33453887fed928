"""Taking away shelves that nobody may read any more.

What lives here: removing the shelves of releases that have ended, and all but some
before a server begins. What does not: ending releases (`hub.sharing.recall`,
`retention`). What was erased must not go on lying here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from hub.flow.house import House
from hub.sharing.shelf.build import shelf_folder
from hub.storage.releases import Release
from hub.storage.serving import serving_folder


def sweep_shelves(
    house: House, keep: Iterable[Release], *, half_made: bool = False
) -> int:
    """Remove every shelf that none of some releases needs.

    Who reads one of them at the moment reads on until it looks for other rows.

    Args:
        house: the hub.
        keep: releases whose shelves stay.
        half_made: those too that nobody has finished; only where nobody is at it.

    Returns:
        How many were removed.
    """
    wanted = {
        shelf_folder(house, pinned).name
        for release in keep
        for pinned in release.datasets
    }
    root = serving_folder(house.settings.home)
    if not root.is_dir():
        return 0
    gone = [
        one
        for one in root.iterdir()
        if one.name not in wanted and (half_made or not one.name.startswith("."))
    ]
    for one in gone:
        shutil.rmtree(one, ignore_errors=True)
    return len(gone)
