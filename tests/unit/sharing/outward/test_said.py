"""Why a parcel did not arrive, told to a district without the operator's English."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from hub.sharing.asks import Kind, Refused
from hub.sharing.outward.said import OTHER, error_said, refusal_said


@pytest.mark.parametrize(
    ("error", "chinese", "english"),
    [
        ("it answered HTTP 422", "对方返回 HTTP 422", "the receiver answered HTTP 422"),
        (
            "it answered HTTP 401",
            "对方不接受登录凭据",
            "the receiver refused the login",
        ),
        (
            "it is still at work on this parcel (HTTP 409)",
            "对方仍在处理这一批",
            "the receiver is still at work on it",
        ),
        (
            "its verdict in code is 500 (案号重复)",
            "对方答复：500 (案号重复)",
            "the receiver said: 500 (案号重复)",
        ),
        (
            "a text cannot be written in gbk",
            "有的文字不能用 gbk 编码写出",
            "a text cannot be written in gbk",
        ),
        (
            "no complete answer within 30 s",
            "对方系统暂时连不上",
            "the receiver could not be reached",
        ),
        ("something that nobody foresaw", *OTHER),
    ],
)
def test_what_a_receiver_said(error: str, chinese: str, english: str) -> None:
    assert error_said(error, 0) == chinese
    assert error_said(error, 1) == english


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_refusal_has_words_in_both_languages(kind: Kind) -> None:
    refused = Refused(kind=kind, reason="for the audit", columns=("case_no", "address"))

    chinese, english = refusal_said(refused, 0), refusal_said(refused, 1)

    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert "for the audit" not in chinese + english
    assert ("case_no、address" in chinese) is (kind in {"column", "masked"})


def test_a_consumer_that_is_not_there_is_said_so() -> None:
    assert refusal_said(None, 0) == "使用方未登记"
