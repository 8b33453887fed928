"""What is said and what is a gap: each field is one or the other, never both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.catalogues import small_city

from hub.partners.city import City
from hub.sharing.catalogue.build import declared_catalogue
from hub.sharing.catalogue.words import words_of

SAID: dict[str, object] = {
    "provider": "某局",
    "provider_code": "91350100M000100Y43",
    "abstract": "摘要",
    "condition": "须经批准",
    "basis": "条例",
    "means": ["服务接口", "文件下载"],
    "open": "有条件开放",
    "update_cycle": "每月",
    "published_on": "2026-09-01",
    "resource_class": {
        "digits": ["1", "02", "003", "4"],
        "names": ["a", "b", "c", "d"],
    },
    "sequence": "12",
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return small_city(tmp_path_factory.mktemp("gaps") / "city", words=None)


def lines(said: set[str]) -> str:
    """The words as TOML; JSON writes texts and lists as TOML does."""
    told = ["[dataset.person]"]
    for key in sorted(said):
        value = SAID[key]
        inner = value if isinstance(value, dict) else {"": value}
        for name, text in inner.items():
            path = f"{key}.{name}".rstrip(".")
            told.append(f"{path} = {orjson.dumps(text).decode()}")
    return "\n".join(told)


@settings(max_examples=40)
@given(said=st.sets(st.sampled_from(sorted(SAID))))
def test_a_field_is_said_or_a_gap(
    city: City, tmp_path_factory: pytest.TempPathFactory, said: set[str]
) -> None:
    folder: Path = tmp_path_factory.mktemp("words")
    (folder / "catalogue.toml").write_text(lines(said), encoding="utf-8")

    entry = declared_catalogue(replace(city, folder=folder)).entry("person")

    whole = said | ({"code"} if {"resource_class", "sequence"} <= said else set())
    due = (set(SAID) - {"sequence"}) | {"code"}
    assert set(entry.gaps) == due - whole
    words = words_of("zh-CN")
    shown = words.fields(entry)
    assert {key for key in due if shown[key] == words.gap(key)} == due - whole
