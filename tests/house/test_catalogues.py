"""Rules and columns are documented in both languages, and every error names a step."""

from __future__ import annotations

import re

import pytest

from hub.errors import HubError
from hub.schemas import DATASETS
from hub.schemas.rules import RULES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_speaks_both_languages(code: str) -> None:
    rule = RULES[code]

    assert CHINESE.search(rule.meaning_zh)
    assert CHINESE.search(rule.remedy_zh)
    assert rule.meaning_en.strip()
    assert rule.remedy_en.strip()
    assert rule.source.strip()


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_a_dataset_and_its_columns_have_chinese_names(name: str) -> None:
    ds = DATASETS[name]

    assert CHINESE.search(ds.title)
    assert ds.description.strip()
    assert not [column.name for column in ds.columns if not column.label.strip()]


def test_error_codes_are_told_apart() -> None:
    kinds = HubError.__subclasses__()
    codes = [kind.code for kind in kinds if "code" in vars(kind)]

    assert len(set(codes)) == len(codes)
