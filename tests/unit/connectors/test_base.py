"""A part's description survives the ledger; connecting knows every kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.declared import feed, partner

from hub.connectors import PartMeta, connect
from hub.errors import DeclarationError
from hub.settings import Settings

FULL = PartMeta(
    sequence=3,
    media="csv",
    received_sha256="ab",
    encoding="gb18030",
    records="data.list",
    as_of=datetime(2026, 9, 28, 1, 2, 3, 4, tzinfo=UTC),
    origin={"file": "名单.csv", "delimiter": "\t"},
    cut={"密码": 2},
    counts={"listed": 2, "counted": 3},
)


@pytest.mark.parametrize(
    "meta", [FULL, PartMeta(sequence=0, media="arrow", received_sha256="")]
)
def test_a_description_is_the_same_after_the_ledger(meta: PartMeta) -> None:
    assert PartMeta.from_json(meta.as_json()) == meta


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ({"connector": "rest", "base_url": "http://127.0.0.1:9"}, "RestConnector"),
        ({"connector": "sql", "url": "sqlite:///x.db"}, "SqlConnector"),
        ({"connector": "files", "folder": "."}, "FilesConnector"),
    ],
)
def test_every_kind_of_source_has_its_connector(
    source: dict[str, str], name: str
) -> None:
    with connect(partner(source, feed()), Settings(environment={})) as connector:
        assert type(connector).__name__ == name


@pytest.mark.parametrize("kind", ["rest", "sql", "files"])
def test_a_source_without_an_address_is_a_bad_declaration(kind: str) -> None:
    with pytest.raises(DeclarationError, match="qiaokou"):
        connect(partner({"connector": kind}, feed()), Settings(environment={}))


@pytest.mark.parametrize("url", ["not a url", "klingon+batleth://x/y"])
def test_a_url_that_nobody_understands_is_not_quoted(url: str) -> None:
    with pytest.raises(DeclarationError) as failed:
        connect(partner({"connector": "sql", "url": url}, feed()), Settings())

    assert url not in str(failed.value)
