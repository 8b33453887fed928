"""XML documents that a partner drops into a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.declared import feed
from support.drop_folder import columns, take

from hub.errors import BatchRefused

READ = {"files": "*.xml", "records": "cases.case"}
TEXT = (
    '<?xml version="1.0" encoding="GBK"?>\n'
    '<cases><case id="1"><no>甲</no><密码>c4nary</密码></case>'
    '<case id="2"><no>乙</no></case></cases>'
)


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_document_is_read_in_its_real_encoding(tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.xml").write_bytes(TEXT.encode(codec))

    part, body = take(tmp_path, feed(read=READ))

    assert (part.meta.media, body) == ("xml", TEXT.encode(codec))
    assert columns(part, body, "@id", "no") == [("1", "甲"), ("2", "乙")]


def test_a_document_is_cut_before_it_lands(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(TEXT.encode("gbk"))

    part, body = take(tmp_path, feed(read=READ, never_land=["密码"]))

    assert b"c4nary" not in body
    assert (part.meta.cut, part.meta.encoding) == ({"密码": 1}, "utf-8")
    assert columns(part, body, "@id", "no") == [("1", "甲"), ("2", "乙")]


def test_a_document_inside_a_text_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(f"<e><return><![CDATA[{TEXT}]]></return></e>")
    read = {
        "files": "*.xml",
        "inner": "e.return",
        "records": "e.return.cases.case",
    }

    part, body = take(tmp_path, feed(read=read))

    assert columns(part, body, "@id", "no") == [("1", "甲"), ("2", "乙")]


def test_hostile_xml_that_must_be_cut_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')

    with pytest.raises(BatchRefused, match="declares a document type"):
        take(tmp_path, feed(read=READ, never_land=["pwd"]))


def test_a_document_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a>" + b" " * (1 << 20) + b"</a>")

    with pytest.raises(BatchRefused, match="larger than 1 MB"):
        take(tmp_path, feed(read=READ), limits={"max_body_mb": 1})
