"""Objects of an S3 service come in by a TOML file alone, whole and once."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.file_city import HEAD, case
from support.remote_city import RemoteCity, cases, said, told
from support.s3_server import KEY, S3, SECRET, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with s3_server() as server:
        yield server


@pytest.fixture
def city(tmp_path: Path) -> RemoteCity:
    city = RemoteCity.made_in(tmp_path)
    city.secrets |= {"S3_KEY": KEY, "S3_SECRET": SECRET}
    return city


def on_s3(server: S3, folder: str) -> str:
    return f"""
folder = "s3://{folder}"
endpoint = "{server.url}"
region = "us-east-1"
auth = {{ kind = "access_key", key = "env:S3_KEY", secret = "env:S3_SECRET" }}
limits = {{ attempts = 1, timeout_seconds = 10 }}
"""


def test_an_object_comes_once_and_again_when_it_is_another(
    city: RemoteCity, s3: S3
) -> None:
    city.declare(on_s3(s3, "once/城管"), 'files = "*/cases_*.csv"')
    s3.put("once", "城管/五 月/", b"")
    s3.put("once", "城管/五 月/cases_1.csv", cases(case("A1"), case("A2")))
    s3.put("once", "other/五 月/cases_1.csv", cases(case("B1")))

    first, again = city.run(), city.run()
    s3.put("once", "城管/五 月/cases_1.csv", cases(case("A1"), case("A3")))
    changed = city.run()

    assert told(first) == [("五 月/cases_1.csv", "merged", 2)]
    assert again == []
    assert told(changed) == [("五 月/cases_1.csv", "merged", 2)]


def test_a_large_object_comes_whole(city: RemoteCity, s3: S3) -> None:
    # More than one request fetches, in rows that are few and wide.
    lines = (f"{case(f'A{number}')},{'注' * 5_000}" for number in range(700))
    body = "\n".join([f"{HEAD},备注", *lines]).encode()
    assert len(body) > 9 << 20
    city.declare(on_s3(s3, "large"), 'files = "*.csv", checksum = ".sha256"')
    s3.put("large", "a.csv", body)
    s3.put("large", "a.csv.sha256", hashlib.sha256(body).hexdigest().encode())

    assert told(city.run()) == [("a.csv", "merged", 700)]


def test_members_of_an_archive_come_once(city: RemoteCity, s3: S3) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cases_1.csv", cases(case("A1")))
    s3.put("packed", "day.zip", packed.getvalue())
    city.declare(on_s3(s3, "packed"), 'files = "*.zip", members = "*.csv"')

    assert told(city.run()) == [("day.zip!/cases_1.csv", "merged", 1)]
    assert city.run() == []


def test_a_prefix_without_objects_is_an_empty_folder(city: RemoteCity, s3: S3) -> None:
    s3.put("empty", "other/a.csv", b"x")
    city.declare(on_s3(s3, "empty/ours"))

    assert city.run() == []


def test_a_bucket_that_is_not_there(city: RemoteCity, s3: S3) -> None:
    city.declare(on_s3(s3, "nowhere/ours"))

    (failed,) = city.run()

    assert "there is no such folder" in said(failed)
    assert "c4nary" not in str(failed)


def test_a_service_that_is_down_may_be_tried_again(city: RemoteCity) -> None:
    with s3_server() as server:
        city.declare(on_s3(server, "any"))

    (failed,) = city.run()

    assert failed.error is not None
    assert failed.error["code"] == "source_unavailable"
    assert "c4nary" not in str(failed)
