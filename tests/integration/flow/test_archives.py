"""ZIP archives in a folder: members are files of their own, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import archives
from support.file_city import case
from support.remote_city import RemoteCity, cases, said, told

READ = 'files = "*.zip", members = "**/cases_*.csv"'
GOOD = cases(case("A1"))


@pytest.fixture
def city(tmp_path: Path) -> RemoteCity:
    city = RemoteCity.made_in(tmp_path)
    city.declare('folder = "env:DROP"\nlimits = { max_body_mb = 1 }', READ)
    city.secrets["DROP"] = str(city.drop)
    return city


def test_each_member_that_matches_is_a_file_of_its_own(city: RemoteCity) -> None:
    members = {
        "cases_1.csv": cases(case("A1"), case("A2")),
        "硚口/cases_2.csv": cases(case("A3"), encoding="gb18030"),
        "硚口/": b"",
        "__MACOSX/._cases_1.csv": b"x",
        "notes.txt": b"x",
    }
    path = city.drop / "五月.zip"
    path.write_bytes(archives.packed(members))

    first, again = city.run(), city.run()
    path.write_bytes(archives.packed(members | {"cases_3.csv": cases(case("A4"))}))
    more = city.run()

    assert told(first) == [
        ("五月.zip!/cases_1.csv", "merged", 2),
        ("五月.zip!/硚口/cases_2.csv", "merged", 1),
    ]
    assert again == []
    assert ("五月.zip!/cases_3.csv", "merged", 1) in told(more)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_name_without_an_encoding_is_read_as_it_was_meant(
    city: RemoteCity, encoding: str
) -> None:
    # The second byte of 誠 in GBK is a backslash.
    name = "硚口区/誠/cases_五月.csv".encode(encoding)
    assert encoding != "gbk" or b"\\" in name
    (city.drop / "a.zip").write_bytes(archives.named(name, GOOD))

    assert told(city.run()) == [("a.zip!/硚口区/誠/cases_五月.csv", "merged", 1)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archives.packed({"../cases_1.csv": GOOD}), "leads out of the archive"),
        (archives.packed({"x": b"", "/etc/cron": b"x"}), "leads out of the archive"),
        (archives.named(rb"..\cases_1.csv", GOOD), "leads out of the archive"),
        (archives.named(b"C:cases_1.csv", GOOD), "leads out of the archive"),
        (archives.packed({"cases_1.csv": bytes(3 << 20)}), "inflated it has 3 MB"),
        (archives.overlapping(GOOD), "members of it overlap"),
        (archives.encrypted("cases_1.csv", GOOD), "cases_1.csv is encrypted"),
        (archives.linked("cases_1.csv", b"/etc/passwd"), "a link or a device"),
        (archives.lying("cases_1.csv", GOOD, said=9), "members is damaged"),
        (archives.damaged("cases_1.csv", GOOD), "members is damaged"),
        (archives.packed({"cases_1.csv": GOOD})[:-30], "it is no ZIP archive"),
        (archives.packed({"faelle.csv": GOOD}), "none of its 1 members is named as"),
        (archives.named(b"cases_\xff\xff.csv", GOOD), "neither UTF-8 nor GB18030"),
        (b"id\n1\n", "it is no ZIP archive"),
    ],
)
def test_an_archive_that_is_unfit_is_refused_whole(
    city: RemoteCity, content: bytes, message: str
) -> None:
    (city.drop / "a.zip").write_bytes(content)

    (refused,) = city.run()

    assert (refused.state, refused.received) == ("refused", None)
    assert message in said(refused)
    assert "could not read the file a.zip" in said(refused)


def test_one_bad_name_refuses_the_good_members_too(city: RemoteCity) -> None:
    members = {"cases_1.csv": GOOD, "../../x": b"x"}
    (city.drop / "a.zip").write_bytes(archives.packed(members))

    assert told(city.run()) == [("a.zip", "refused", 0)]


def test_an_archive_inside_an_archive_is_not_opened(city: RemoteCity) -> None:
    inner = archives.packed({"cases_1.csv": GOOD})
    (city.drop / "a.zip").write_bytes(archives.packed({"cases_1.csv": inner}))

    (refused,) = city.run()

    assert "an Excel workbook or a zip archive" in said(refused)
