"""Fetching from a server that fails in every way a server can."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.declared import feed, partner

from hub.connectors import remote
from hub.connectors.base import Place
from hub.connectors.folder import FileChanged
from hub.connectors.remote import RemoteFolder
from hub.connectors.remote_servers import MAY_NOT_READ, Item, Refusal, open_server
from hub.errors import DeclarationError, SourceRejected, SourceUnavailable
from hub.settings import Settings

PLACE = Place("qiaokou", "cases")
SOURCE = {"connector": "files", "folder": "ftp://drop.example/out"}


class Lost(Exception):
    """What the library of the server raises."""


class FakeServer:
    """One file, and a list of what goes wrong, one per attempt."""

    failures = (OSError, Lost)
    seekable = False

    def __init__(self, *faults: Callable[[FakeServer], Iterator[bytes]]) -> None:
        self.faults = list(faults)
        self.content = b"id\n1\n2\n"
        self.stamp: str | None = "1"
        self.connected = 0
        self.closed = 0

    def connect(self) -> None:
        self.connected += 1

    def listing(self, path: str) -> list[Item]:
        assert path == "/out"
        link = Item("link.csv", "other", 0, None)
        return [link, self.item("a.csv"), Item("deep", "folder", 0, None)]

    def item(self, path: str) -> Item:
        if not path.endswith("a.csv"):
            raise FileNotFoundError
        return Item("a.csv", "file", len(self.content), self.stamp)

    def read(self, path: str, size: int) -> Iterator[bytes]:
        if self.faults:
            yield from self.faults.pop(0)(self)
        else:
            yield self.content

    def open(self, path: str) -> object:
        raise NotImplementedError

    def refusal(self, error: Exception) -> Refusal | None:
        return MAY_NOT_READ if isinstance(error, PermissionError) else None

    def close(self) -> None:
        self.closed += 1


def breaks(server: FakeServer) -> Iterator[bytes]:
    yield server.content[:3]
    raise Lost("user district, password c4nary")


def short(server: FakeServer) -> Iterator[bytes]:
    yield server.content[:3]


def endless(server: FakeServer) -> Iterator[bytes]:
    while True:
        yield server.content


def changes(server: FakeServer) -> Iterator[bytes]:
    yield server.content
    server.stamp = "2"


def grows(server: FakeServer) -> Iterator[bytes]:
    yield server.content
    server.content += b"3\n"


def denied(server: FakeServer) -> Iterator[bytes]:
    yield from ()
    raise PermissionError


@pytest.fixture
def folder(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[FakeServer], RemoteFolder]]:
    made: list[RemoteFolder] = []
    waited: list[float] = []

    def make(server: FakeServer) -> RemoteFolder:
        monkeypatch.setattr(remote, "open_server", lambda *_: (server, "/out"))
        declared = partner(SOURCE | {"limits": {"attempts": 3}}, feed())
        settings = Settings(environment={})
        one = RemoteFolder(SOURCE["folder"], declared, settings, sleep=waited.append)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


Make = Callable[[FakeServer], RemoteFolder]


def copies_of(path: Path) -> list[Path]:
    return list(path.parent.iterdir())


def test_a_file_that_breaks_off_is_fetched_again_from_its_beginning(
    folder: Make,
) -> None:
    server = FakeServer(breaks, short)
    one = folder(server)

    copy = one.fetch("a.csv", one.version("a.csv", PLACE), PLACE)

    assert copy.read_bytes() == server.content
    assert server.connected == 3


@pytest.mark.parametrize(
    ("fault", "seen"),
    [(breaks, r"broke off \(Lost\), 3 attempts"), (short, "only 3 of 7 bytes came")],
)
def test_what_does_not_pass_is_said_without_the_servers_words(
    folder: Make, fault: Callable[[FakeServer], Iterator[bytes]], seen: str
) -> None:
    one = folder(FakeServer(fault, fault, fault))

    with pytest.raises(SourceUnavailable, match=seen) as failed:
        one.fetch("a.csv", None, PLACE)

    assert "c4nary" not in str(failed.value)
    assert "fetch a.csv at drop.example" in str(failed.value)


@pytest.mark.parametrize("fault", [endless, changes, grows])
def test_a_file_that_changes_while_it_comes_is_no_file(
    folder: Make, fault: Callable[[FakeServer], Iterator[bytes]]
) -> None:
    server = FakeServer(fault)
    one = folder(server)

    with pytest.raises(FileChanged):
        one.fetch("a.csv", None, PLACE)

    assert server.closed == 1
    kept = one.fetch("a.csv", None, PLACE)
    assert kept.read_bytes() == server.content


def test_a_file_that_changed_since_it_was_listed_is_no_file(folder: Make) -> None:
    server = FakeServer()
    one = folder(server)
    version = one.version("a.csv", PLACE)
    server.stamp = "2"

    with pytest.raises(FileChanged):
        one.fetch("a.csv", version, PLACE)


def test_without_a_stamp_the_content_says_what_is_new(folder: Make) -> None:
    server = FakeServer()
    server.stamp = None
    one = folder(server)
    version = one.version("a.csv", PLACE)
    server.content = b"id\n1\n3\n"

    assert len(version) == 64
    assert one.version("a.csv", PLACE) != version
    with pytest.raises(FileChanged):
        one.fetch("a.csv", version, PLACE)


def test_a_refusal_is_not_tried_again(folder: Make) -> None:
    server = FakeServer(denied, denied)

    with pytest.raises(SourceRejected, match="our login may not read it"):
        folder(server).fetch("a.csv", None, PLACE)

    assert len(server.faults) == 1


def test_links_are_told_and_folders_out_of_reach_stay_closed(folder: Make) -> None:
    found = list(folder(FakeServer()).look("*.csv", PLACE))

    assert [(one.name, one.passed is None) for one in found] == [
        ("a.csv", True),
        ("link.csv", False),
    ]


@pytest.mark.parametrize(
    ("source", "module", "package"),
    [
        (
            {
                "folder": "sftp://drop.example/out",
                "known_hosts": "k",
                "auth": {"kind": "key_file", "username": "u", "key_file": "f"},
            },
            "sftp",
            "paramiko",
        ),
        ({"folder": "s3://bucket/out"}, "s3", "s3fs"),
    ],
)
def test_a_missing_library_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
    source: dict[str, object],
    module: str,
    package: str,
) -> None:
    monkeypatch.delitem(sys.modules, f"hub.connectors.remote_{module}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    declared = partner({"connector": "files"} | source, feed())

    with pytest.raises(DeclarationError) as missing:
        open_server(str(source["folder"]), declared, Settings(environment={}))

    assert f"the package {package} is not installed here" in str(missing.value)
    assert f"city-hub[{module}]" in str(missing.value)


def test_an_address_from_a_variable_is_judged_when_it_is_used() -> None:
    declared = partner({"connector": "files", "folder": "env:DROP"}, feed())
    address = "sftp://u:c4nary@drop.example/out"

    with pytest.raises(DeclarationError, match="unknown kind of credentials") as wrong:
        open_server(address, declared, Settings(environment={}))

    assert "c4nary" not in str(wrong.value)
