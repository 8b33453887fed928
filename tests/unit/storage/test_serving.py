"""Shelves of one table go, those of others stay."""

from __future__ import annotations

from hub.storage.serving import drop_shelves, serving_folder


def test_only_the_shelves_of_a_table_go(tmp_path):
    names = ("issue-v3-abc-2", ".issue-v3-abc-2-1", "issue_event-v3-abc-2", "area-v1-d")
    for name in names:
        (serving_folder(tmp_path) / name).mkdir(parents=True)

    assert drop_shelves(tmp_path, "issue") == 2
    assert drop_shelves(tmp_path, "issue") == 0
    left = {one.name for one in serving_folder(tmp_path).iterdir()}
    assert left == {"issue_event-v3-abc-2", "area-v1-d"}
    assert drop_shelves(tmp_path / "elsewhere", "issue") == 0
