"""A file with a checksum beside it is taken when it matches, and not otherwise."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from support import archives
from support.file_city import case
from support.remote_city import RemoteCity, cases, said, told

GOOD = cases(case("A1"))
SHA = hashlib.sha256(GOOD).hexdigest()
MD5 = hashlib.md5(GOOD).hexdigest()
OTHER = "0" * 64


@pytest.fixture
def city(tmp_path: Path) -> RemoteCity:
    city = RemoteCity.made_in(tmp_path)
    (city.drop / "cases_1.csv").write_bytes(GOOD)
    return city


def declare(city: RemoteCity, ending: str) -> None:
    city.declare(read=f'files = "cases_*", checksum = "{ending}"')


def test_a_file_waits_for_its_checksum(city: RemoteCity) -> None:
    declare(city, ".sha256")

    assert city.run() == []
    (city.drop / "cases_1.csv.sha256").write_text(f"{SHA}  cases_1.csv\n")
    assert told(city.run()) == [("cases_1.csv", "merged", 1)]


@pytest.mark.parametrize(
    ("ending", "name", "text"),
    [
        (".sha256", "cases_1.csv.sha256", SHA),
        (".sha256", "cases_1.sha256", f"\ufeff{SHA.upper()}\r\n"),
        (".sha256", "cases_1.csv.sha256", f"{SHA} *./out/cases_1.csv\n"),
        (".sha256", "cases_1.csv.sha256", f"SHA256 (cases_1.csv) = {SHA}\n"),
        (".sha256", "cases_1.sha256", f"{OTHER}  xcases_1.csv\n{SHA}  cases_1.csv\n"),
        (".md5", "cases_1.csv.md5", f"{MD5}  cases_1.csv\n"),
    ],
)
def test_checksums_are_read_as_programs_write_them(
    city: RemoteCity, ending: str, name: str, text: str
) -> None:
    declare(city, ending)
    (city.drop / name).write_text(text, encoding="utf-8", newline="")

    assert told(city.run()) == [("cases_1.csv", "merged", 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{OTHER}  cases_1.csv\n",
            "its checksum is not the one in cases_1.csv.sha256",
        ),
        (MD5, "cases_1.csv.sha256 holds no sha256 checksum of it"),
        (f"{OTHER}  a.csv\n{SHA}  b.csv\n", "holds no sha256 checksum of it"),
    ],
)
def test_a_wrong_checksum_refuses_the_delivery_until_it_is_put_right(
    city: RemoteCity, text: str, message: str
) -> None:
    declare(city, ".sha256")
    beside = city.drop / "cases_1.csv.sha256"
    beside.write_text(text)

    (refused,) = city.run()
    beside.write_text(SHA)
    then = city.run()

    assert (refused.state, refused.received) == ("refused", None)
    assert message in said(refused)
    assert told(then) == [("cases_1.csv", "merged", 1)]


def test_the_checksum_of_an_archive_is_the_archives(city: RemoteCity) -> None:
    read = 'files = "*.zip", members = "cases_*", checksum = ".sha256"'
    city.declare(read=read)
    packed = archives.packed({"cases_1.csv": GOOD})
    (city.drop / "a.zip").write_bytes(packed)
    (city.drop / "a.sha256").write_text(OTHER)

    (refused,) = city.run()
    (city.drop / "a.sha256").write_text(hashlib.sha256(packed).hexdigest())
    then = city.run()

    assert "its checksum is not the one in a.sha256" in said(refused)
    assert told(then) == [("a.zip!/cases_1.csv", "merged", 1)]
