"""Files on FTP servers, old and failing ones too, come in whole or not at all."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.file_city import case
from support.remote_city import RemoteCity, cases, on_ftp, said, told
from support.remote_servers import Ftp, ftp_server


@pytest.fixture
def city(tmp_path: Path) -> RemoteCity:
    return RemoteCity.made_in(tmp_path)


@pytest.fixture
def ftp(city: RemoteCity) -> Iterator[Ftp]:
    with ftp_server(city.drop) as server:
        yield server


def test_a_file_on_ftp_waits_for_its_marker_and_its_checksum(
    city: RemoteCity, ftp: Ftp
) -> None:
    read = 'files = "cases_*.csv", done = ".ok", checksum = ".md5"'
    city.declare(on_ftp(city, ftp), read)
    (city.drop / "cases_1.csv").write_bytes(cases(case("A1")))
    (city.drop / "cases_1.csv.ok").touch()

    early = city.run()
    (city.drop / "cases_1.csv.md5").write_text("0" * 32 + "  cases_1.csv\n")
    (wrong,) = city.run()

    assert early == []
    assert wrong.state == "refused"
    assert "its checksum is not the one in cases_1.csv.md5" in said(wrong)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("grows", "it was changed while we looked at it"),
        ("short", "bytes came"),
        ("breaks", "the connection broke off"),
    ],
)
def test_half_a_file_is_never_taken_in(
    city: RemoteCity, ftp: Ftp, fault: str, message: str
) -> None:
    city.declare(on_ftp(city, ftp))
    whole = cases(*(case(f"A{number}") for number in range(400)))
    path = city.drop / "cases_1.csv"
    path.write_bytes(whole)

    ftp.fault = fault
    (failed,) = city.run()
    path.write_bytes(whole)
    then = city.run()

    assert failed.state == "failed"
    assert message in said(failed)
    assert told(then) == [("cases_1.csv", "merged", 400)]


@pytest.mark.parametrize(("names", "mlsd"), [("gb18030", True), ("utf-8", False)])
def test_old_ftp_servers_are_understood(
    city: RemoteCity, names: str, mlsd: bool
) -> None:
    below = city.drop / "城管 交换"
    below.mkdir()
    (below / "cases_硚口 1.csv").write_bytes(cases(case("A1")))
    with ftp_server(city.drop, names=names, mlsd=mlsd) as server:
        city.declare(on_ftp(city, server), 'files = "*/cases_*.csv"')

        first, again = city.run(), city.run()

    assert told(first) == [("城管 交换/cases_硚口 1.csv", "merged", 1)]
    assert again == []


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("wr0ng-c4nary", "refused our credentials"),
        ("c4nary-p4ss\n", "hold a line break"),
    ],
)
def test_a_password_that_is_refused_is_named_nowhere(
    city: RemoteCity, ftp: Ftp, password: str, message: str
) -> None:
    city.declare(on_ftp(city, ftp))
    city.secrets["FTP_PASSWORD"] = password

    (failed,) = city.run()

    assert message in said(failed)
    assert "c4nary" not in str(failed)


def test_a_server_that_is_down_may_be_tried_again(city: RemoteCity) -> None:
    with ftp_server(city.drop) as server:
        city.declare(on_ftp(city, server))

    (failed,) = city.run()

    assert failed.error is not None
    assert failed.error["code"] == "source_unavailable"
    assert "could not be reached" in said(failed)


def test_an_archive_on_ftp_is_fetched_whole_to_be_looked_into(
    city: RemoteCity, ftp: Ftp
) -> None:
    with zipfile.ZipFile(city.drop / "day_1.zip", "w") as archive:
        archive.writestr("cases_1.csv", cases(case("A1")))
    city.declare(on_ftp(city, ftp), 'files = "*.zip", members = "*.csv"')

    assert told(city.run()) == [("day_1.zip!/cases_1.csv", "merged", 1)]
    assert city.run() == []
