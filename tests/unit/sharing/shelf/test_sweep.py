"""Shelves go when no release needs them; others stay."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from hub.sharing.shelf.build import shelf_folder
from hub.sharing.shelf.sweep import sweep_shelves
from hub.storage.releases import Pinned, Release

AT = datetime(2026, 10, 1, tzinfo=UTC)


def _release(number, *pinned):
    return Release(number, "small", "d", AT, pinned)


@pytest.mark.parametrize("half_made", [True, False])
def test_only_what_a_release_needs_stays(tmp_path, half_made):
    house = SimpleNamespace(settings=SimpleNamespace(home=tmp_path))
    shared = Pinned("area", "core/area", 3, 1, "a" * 64)
    old, new = (Pinned("issue", "core/issue", n, 1, f"{n}" * 64) for n in (1, 2))
    for pinned in (shared, old, new):
        shelf_folder(house, pinned).mkdir(parents=True)
    (tmp_path / "serving" / ".issue-half-made").mkdir()

    keep = [_release(2, shared, new)]
    gone = sweep_shelves(house, keep, half_made=half_made)

    left = {one.name for one in (tmp_path / "serving").iterdir()}
    kept = {shelf_folder(house, one).name for one in (shared, new)}
    # What another process is at is left to it.
    assert left == (kept if half_made else kept | {".issue-half-made"})
    assert gone == 1 + half_made


def test_a_home_without_shelves_is_left_alone(tmp_path):
    house = SimpleNamespace(settings=SimpleNamespace(home=tmp_path))

    assert sweep_shelves(house, []) == 0
