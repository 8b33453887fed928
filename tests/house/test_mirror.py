"""Unit tests lie where the code lies that they are about."""

from __future__ import annotations

from support.source_tree import HUB, ROOT, python_files, short

UNIT = ROOT / "tests" / "unit"


def test_every_unit_test_lies_in_a_room_of_the_hub() -> None:
    astray = [
        short(path)
        for path in python_files("tests")
        if UNIT in path.parents
        and path.name.startswith("test_")
        and not (HUB / path.parent.relative_to(UNIT)).is_dir()
    ]

    assert not astray


def test_every_room_with_code_has_unit_tests() -> None:
    rooms = {
        path.relative_to(HUB).parts[0]
        for path in python_files("hub")
        if path.name != "__init__.py" and len(path.relative_to(HUB).parts) > 1
    }
    elsewhere = {"assets", "cli", "demo", "flow", "sharing"}  # integration/, surface/

    untested = {
        room
        for room in rooms - elsewhere
        if not any((UNIT / room).glob("**/test_*.py"))
    }

    assert not untested
