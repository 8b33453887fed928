"""A10 and A12: a disk nearly full, and partner files that cannot be followed.

What lives here: the hub's own surroundings. What does not: anything that came.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.alarms.sight import Sight, Space
from hub.storage.alarms import Cause

BACK = 0.02  # so much more must be free before it clears: a full disk moves to and fro
GIB = 1 << 30


def full_disks(sight: Sight) -> Iterator[Cause]:
    """Disks of home and lake that are nearly full (A10); one disk is told once."""
    settings = sight.house.settings
    known = {one.subject for one in sight.store.open() if one.rule == "A10"}
    told: set[int] = set()
    for name, folder in (("home", settings.home.absolute()),
                         ("lake", settings.lake_root)):  # fmt: skip
        if not folder.exists():
            continue
        device = folder.stat().st_dev
        if device in told:
            continue
        told.add(device)
        space = sight.senses.space(folder)
        least = sight.declared.disk_free_share + (BACK if name in known else 0)
        share = _free_share(space)
        if share < least:
            seen = {
                "place": name,
                "share": f"{share:.1%}",
                "free": f"{space.free / GIB:.1f} GiB, {space.files_free:,} files 文件",
            }
            yield Cause(rule="A10", subject=name, seen=seen)


def _free_share(space: Space) -> float:
    """The scarcer of bytes and files."""
    shares = [space.free / space.total if space.total else 1.0]
    if space.files:
        shares.append(space.files_free / space.files)
    return min(shares)


def faulty_files(sight: Sight) -> Iterator[Cause]:
    """Partner files that cannot be followed (A12)."""
    for path in sight.house.city.broken:
        yield Cause(rule="A12", partner=path.stem, seen={"file": path.name})
