"""Files on servers come in by a TOML file alone, whole and once."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.file_city import case
from support.remote_city import RemoteCity, cases, on_ftp, on_sftp, said, told
from support.remote_servers import Ftp, Sftp, ftp_server, sftp_server


@pytest.fixture
def city(tmp_path: Path) -> RemoteCity:
    return RemoteCity.made_in(tmp_path)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sftp]:
    with sftp_server(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def ftp(city: RemoteCity) -> Iterator[Ftp]:
    with ftp_server(city.drop) as server:
        yield server


def test_a_file_on_sftp_comes_once_and_again_when_it_is_another(
    city: RemoteCity, sshd: Sftp
) -> None:
    city.declare(on_sftp(city, sshd, sshd.known_hosts()), 'files = "日/**/cases_*.csv"')
    path = city.drop / "日" / "五 月" / "cases_1.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(cases(case("A1"), case("A2")))
    (path.parent / "other.csv").write_bytes(b"x")

    first, again = city.run(), city.run()
    path.write_bytes(cases(case("A1"), case("A2"), case("A3")))
    changed = city.run()

    name = "日/五 月/cases_1.csv"
    assert told(first) == [(name, "merged", 2)]
    assert again == []
    assert told(changed) == [(name, "merged", 3)]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("stranger", "its host key is not the one in known_hosts"),
        (None, "known_hosts holds no key of this host and port"),
    ],
)
def test_a_server_that_nobody_vouched_for_is_told_nothing(
    city: RemoteCity, sshd: Sftp, tmp_path: Path, key: str | None, message: str
) -> None:
    known = sshd.known_hosts(key) if key else tmp_path / "none"
    known.touch()
    city.declare(on_sftp(city, sshd, known))
    (city.drop / "cases_1.csv").write_bytes(cases(case("A1")))

    (failed,) = city.run()

    assert failed.state == "failed"
    assert message in said(failed)


def test_a_login_that_is_refused_is_not_tried_again(
    city: RemoteCity, sshd: Sftp
) -> None:
    other = str(sshd.folder / "stranger")
    city.declare(on_sftp(city, sshd, sshd.known_hosts(), key_file=other))

    (failed,) = city.run()

    assert failed.error is not None
    assert failed.error["code"] == "source_rejected"
    assert "refused our credentials" in said(failed)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file where key_file points"),
        ("no key", "cannot be read as a private key"),
    ],
)
def test_a_key_file_that_is_none_is_said_to_be_none(
    city: RemoteCity, sshd: Sftp, tmp_path: Path, content: str | None, message: str
) -> None:
    key = tmp_path / "key"
    if content is not None:
        key.write_text(content)
    city.declare(on_sftp(city, sshd, sshd.known_hosts(), key_file=str(key)))

    (failed,) = city.run()

    assert message in said(failed)


def test_a_name_on_sftp_that_cannot_be_decoded_is_said(
    city: RemoteCity, sshd: Sftp
) -> None:
    city.declare(on_sftp(city, sshd, sshd.known_hosts()))
    (city.drop / os.fsdecode("cases_硚口.csv".encode("gbk"))).write_bytes(b"x")

    (failed,) = city.run()

    assert "one of its file names cannot be decoded" in said(failed)


@pytest.mark.parametrize("kind", ["ftp", "sftp"])
def test_a_folder_that_is_not_there(
    city: RemoteCity, ftp: Ftp, sshd: Sftp, kind: str
) -> None:
    city.declare(
        on_ftp(city, ftp, below="nowhere")
        if kind == "ftp"
        else on_sftp(city, sshd, sshd.known_hosts()).replace("/drop", "/nowhere")
    )

    (failed,) = city.run()

    assert "there is no such folder" in said(failed)


def test_members_of_an_archive_on_a_server_come_once(
    city: RemoteCity, sshd: Sftp
) -> None:
    with zipfile.ZipFile(city.drop / "day_1.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/cases_1.csv", cases(case("A1"), case("A2")))
        archive.writestr("in/cases_2.csv", cases(case("A3")))
        archive.writestr("liesmich.txt", b"x")
    read = 'files = "*.zip", members = "in/cases_*.csv"'
    city.declare(on_sftp(city, sshd, sshd.known_hosts()), read)

    first, again = city.run(), city.run()

    assert told(first) == [
        ("day_1.zip!/in/cases_1.csv", "merged", 2),
        ("day_1.zip!/in/cases_2.csv", "merged", 1),
    ]
    assert again == []


def test_a_declaration_is_checked_without_a_server(city: RemoteCity) -> None:
    with ftp_server(city.drop) as server:
        city.declare(on_ftp(city, server), 'files = "*.zip", members = "*.csv"')

        good = city.city.hub("partner", "check", "district", "--json")
        text = city.city.partner_file.read_text("utf-8")
        city.city.partner_file.write_text(text.replace("ftp://", "sftp://"), "utf-8")
        bad = city.city.hub("partner", "check", "district", "--json")

    assert (good.code, bad.code) == (0, 1)
    assert "a folder at sftp:// needs known_hosts" in bad.out
    assert server.commands == []


@pytest.mark.parametrize("kind", ["ftp", "sftp"])
def test_a_file_on_a_server_is_left_until_it_has_settled(
    city: RemoteCity, ftp: Ftp, sshd: Sftp, kind: str
) -> None:
    source = (
        on_ftp(city, ftp) if kind == "ftp" else on_sftp(city, sshd, sshd.known_hosts())
    )
    city.declare(source, 'files = "*.csv", settle = "1h"')
    for name, age in (("cases_new.csv", 0), ("cases_old.csv", 7200)):
        path = city.drop / name
        path.write_bytes(cases(case("A1")))
        written = path.stat().st_mtime - age
        os.utime(path, (written, written))

    assert told(city.run()) == [("cases_old.csv", "merged", 1)]
