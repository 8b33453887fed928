"""What people filter by comes into the audit log as a pseudonym."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from hub.sharing.audit_log import filter_key, pseudonym, told_condition
from hub.storage.audit_entries import PSEUDONYM


def test_a_value_is_told_as_a_keyed_digest(tmp_path: Path) -> None:
    key = filter_key(tmp_path)

    told = told_condition(
        "reporter_phone", "in", ["13812348000", " １３８12348000"], key=key
    )

    worked_out = hmac.new(key, b"13812348000", hashlib.sha256).hexdigest()[:32]
    assert told.values == (worked_out, worked_out)
    assert PSEUDONYM.fullmatch(worked_out)
    assert len(key) == 32
    assert key == filter_key(tmp_path)


def test_another_hub_s_pseudonyms_are_others(tmp_path: Path) -> None:
    keys = [filter_key(tmp_path / name) for name in ("one", "other")]

    assert len({pseudonym("13812348000", key=key) for key in keys}) == 2


@pytest.mark.parametrize(
    ("operator", "value", "is_kept"),
    [("is", "null", True), ("is", "张三", False), ("eq", "null", False)],
)
def test_only_the_words_after_is_stay(operator: str, value: str, is_kept: bool) -> None:
    told = told_condition("reporter_name", operator, [value], key=b"k" * 32)

    assert (told.values == (value,)) is is_kept
