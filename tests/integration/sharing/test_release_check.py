"""A release of a living hub is signed, and whatever is done to it is found."""

from __future__ import annotations

import hashlib
import json
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hub.errors import MisuseError, StorageDamaged
from hub.flow import manifest
from hub.flow.house import House
from hub.flow.manifest import manifest_store, sign_release
from hub.flow.release import find_release, make_release
from hub.sharing.recall import recall_release
from hub.sharing.release_check import check_release
from hub.sharing.verify_release import Problem, problems
from hub.storage.control import write
from hub.storage.release_tables import RELEASE_MANIFEST
from hub.storage.releases import Releases
from hub.storage.signing import is_signed
from hub.storage.tables import RELEASE_DATASET


def bad_entries(house: House, name: str = "r000002") -> list[str]:
    return [
        one.entry for one in check_release(house, find_release(house, name)).problems
    ]


def document(house: House, name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(manifest_store(house).read(name).content)
    return told


def files_of(house: House, release: str, name: str) -> set[str]:
    entries = {one["name"]: one for one in document(house, release)["datasets"]}
    return {file["path"] for file in entries[name]["files"]}


def part_of(house: House, name: str) -> Path:
    """A data file of the second release that the first did not have."""
    first, second = (document(house, one) for one in ("r000001", "r000002"))
    paths = [
        {
            file["path"]
            for one in told["datasets"]
            if one["name"] == name
            for file in one["files"]
        }
        for told in (first, second)
    ]
    return house.settings.lake_root / min(paths[1] - paths[0])


def test_a_release_is_signed_as_it_is_made(house: House) -> None:
    for release in Releases(house.control.engine).all():
        kept = manifest_store(house).read(release.id)
        seal = release.seal

        assert seal is not None
        assert is_signed(kept.content, kept.signature, seal.public_key)
        assert hashlib.sha256(kept.content).hexdigest() == seal.digest
        assert check_release(house, release).ok


def test_a_consumer_finds_it_as_published_without_the_hub(house: House) -> None:
    release = find_release(house, None)
    kept = manifest_store(house).read(release.id)
    assert release.seal is not None

    def open_file(path: str) -> BufferedIOBase:
        return (house.settings.lake_root / path).open("rb")

    public = release.seal.public_key
    assert list(problems(kept.content, kept.signature, public, open_file)) == []


def test_a_manifest_tells_what_is_missing_and_holds_no_fraction(house: House) -> None:
    text = manifest_store(house).read("r000002").content
    told = json.loads(text, parse_float=pytest.fail)

    assert (told["city"], told["release"]) == ("small", "r000002")
    assert told["missing"] == ["roster/areas", "roster/people"]
    assert told["published_at"] == "2026-10-31T16:00:00.000000Z"
    sources = {(one["partner"], one["feed"]): one["state"] for one in told["sources"]}
    assert sources["platform", "cases"] == "merged"


def test_a_file_that_is_known_is_not_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    recall_release(house, "r000002", reason="误发", author="张三")
    monkeypatch.setattr(manifest, "file_digest", lambda *_: pytest.fail("read again"))

    third = make_release(house)

    assert third.id == "r000003"
    assert (
        document(house, "r000003")["datasets"] == document(house, "r000002")["datasets"]
    )


def test_a_release_from_before_is_signed_on_demand(house: House) -> None:
    first = find_release(house, "r000001")
    before = document(house, "r000001")
    with write(house.control.engine) as connection:
        connection.execute(sa.delete(RELEASE_MANIFEST))
    unsigned = find_release(house, "r000001")
    assert unsigned.seal is None
    assert check_release(house, unsigned).ok

    signed = sign_release(house, unsigned)

    assert first.seal is not None
    assert signed == find_release(house, "r000001")
    assert document(house, "r000001") == before
    assert check_release(house, signed).ok
    with pytest.raises(MisuseError, match="it was signed"):
        sign_release(house, signed)


def test_a_release_whose_files_are_gone_is_not_signed(house: House) -> None:
    gone = part_of(house, "issue")
    with write(house.control.engine) as connection:
        connection.execute(sa.delete(RELEASE_MANIFEST))
    gone.unlink()

    with pytest.raises(StorageDamaged, match=gone.name):
        sign_release(house, find_release(house, "r000002"))
    assert find_release(house, "r000002").seal is None


def test_a_release_of_other_content_is_not_signed(house: House) -> None:
    with write(house.control.engine) as connection:
        connection.execute(sa.delete(RELEASE_MANIFEST))
        connection.execute(sa.update(RELEASE_DATASET).values(content_digest="ab"))

    with pytest.raises(StorageDamaged, match="other content"):
        sign_release(house, find_release(house, "r000002"))


def test_a_spoilt_file_is_the_first_bad_entry(house: House) -> None:
    part = part_of(house, "issue")
    body = bytearray(part.read_bytes())
    body[len(body) // 3] ^= 1
    part.write_bytes(bytes(body))

    first, *rest = bad_entries(house)

    assert first == part.relative_to(house.settings.lake_root).as_posix()
    assert rest == ["issue"]
    assert bad_entries(house, "r000001") == []


def test_a_manifest_that_somebody_rewrote_is_found(house: House) -> None:
    file = manifest_store(house).folder / "r000002.json"
    file.write_bytes(file.read_bytes().replace(b'"city":"small"', b'"city":"Small"'))

    assert bad_entries(house) == ["signature"]

    file.unlink()
    assert bad_entries(house) == ["manifest"]


@pytest.mark.parametrize(
    ("column", "value"), [("rows", 1), ("content_digest", "ab"), ("version", 0)]
)
def test_a_database_that_somebody_rewrote_is_found(
    house: House, column: str, value: object
) -> None:
    with write(house.control.engine) as connection:
        connection.execute(
            sa.update(RELEASE_DATASET)
            .where(RELEASE_DATASET.c.release == 2, RELEASE_DATASET.c.dataset == "issue")
            .values({column: value})
        )

    told = check_release(house, find_release(house, "r000002")).problems
    assert told[0] == Problem("issue", "the control database has another entry")
    others = {one.seen for one in told[1:]}
    is_told = "the log of the lake lists it otherwise" in others
    assert is_told == (column == "version")
