"""Who checks a release without the hub tells an erasure from damage."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from support.erasable_city import NOW, case, deliver, erasable_house, other
from support.small_city import small_house

from hub.flow.erased_manifests import write_erased_manifests
from hub.flow.erasure.carry_out import erase_due, erase_row
from hub.flow.house import House
from hub.flow.manifest import manifest_store
from hub.flow.published import published
from hub.flow.release import find_release
from hub.schemas import dataset
from hub.sharing.verify_release import main as script


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = erasable_house(tmp_path)
    deliver(made, [case("1"), other("2")], [case("7"), other("3")])
    made.control.close()
    return small_house(tmp_path, NOW)


def run(house: House) -> None:
    erase_due(house, house.city.retention, "张三")


def checked_without_the_hub(house: House, name: str) -> tuple[int, str]:
    folder = house.settings.home / "releases"
    (key,) = folder.glob("key-*.pub")
    args = [str(folder / f"{name}.json"), "--key", str(key), "--all"]
    told = StringIO()
    with redirect_stdout(told):
        code = script([*args, "--lake", str(house.settings.lake_root)])
    return code, told.getvalue()


def test_without_the_hub_an_erasure_is_told_from_damage(house: House) -> None:
    run(house)

    code, said = checked_without_the_hub(house, "r000001")
    assert code == 1
    assert "check r000001.erased.json" in said
    code, said = checked_without_the_hub(house, "r000001.erased")
    assert (code, said.count("is what is left of what was published")) == (0, 1)
    code, said = checked_without_the_hub(house, "r000003")
    assert (code, "erased" in said) == (0, False)
    told = json.loads(manifest_store(house).read("r000001.erased").content)
    (of,) = told["erased"]["of"]
    assert (of["dataset"], of["erasures"]) == ("issue", [1])
    first = find_release(house, "r000001").seal
    assert first is not None
    assert told["erased"]["published_manifest"] == first.digest

    replaced = next(
        house.settings.lake_root / file["path"]
        for one in told["datasets"]
        if one["name"] == "issue"
        for file in one["files"]
    )
    replaced.write_bytes(replaced.read_bytes()[:-1])
    code, said = checked_without_the_hub(house, "r000001.erased")
    assert code == 1
    assert said.startswith(f"bad entry: {told_path(house, replaced)}")


def told_path(house: House, file: Path) -> str:
    return str(file.relative_to(house.settings.lake_root))


def test_a_second_erasure_makes_the_manifest_of_what_is_left_anew(
    house: House,
) -> None:
    run(house)
    first = manifest_store(house).read("r000001.erased").content
    assert write_erased_manifests(house) == []

    key = published(house, dataset("issue")).sort("source_id")["issue_id"][0]
    erase_row(house, "issue", key, reason="依申请", author="甲")

    told = json.loads(manifest_store(house).read("r000001.erased").content)
    now, then = (
        {one["name"]: one["rows"] for one in document["datasets"]}
        for document in (told, json.loads(first))
    )
    assert now["issue"] == then["issue"] - 1
    assert {one["erasures"][-1] for one in told["erased"]["of"]} == {2}
