"""A token says where to go on, and nothing else passes for one."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sharing.api.asking import read_query
from hub.sharing.api.problems import Refusal
from hub.sharing.api.tokens import Token, Tokens
from hub.sharing.shelf.asking import After

TOKENS = Tokens(b"s" * 32)
VALUES = st.none() | st.integers(-(2**53), 2**53) | st.text() | st.floats(-1e9, 1e9)


@given(st.integers(0, 2**40), VALUES)
def test_what_is_written_is_read(number, value):
    token = Token("r000001", "abc", After(number, value))

    assert TOKENS.read(TOKENS.written(token)) == token


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_nothing_else_passes_for_a_token(data):
    for text in (
        data.decode("latin-1"),
        urlsafe_b64encode(data).decode(),
        urlsafe_b64encode(orjson.dumps([data.hex(), 1, 2])).decode(),
    ):
        with pytest.raises(Refusal) as refused:
            TOKENS.read(text)
        assert refused.value.status == 400


def test_a_token_tells_nothing_and_cannot_be_made():
    text = TOKENS.written(Token("r000001", "abc", After(1_234_567, "东湖")))
    told = urlsafe_b64decode(text + "=" * (-len(text) % 4))

    assert b"r000001" not in told
    assert b"1234567" not in told
    assert TOKENS.written(TOKENS.read(text)) == text
    for other in (
        Tokens(b"t" * 32).written(TOKENS.read(text)),  # of another hub
        urlsafe_b64encode(bytes([told[0] ^ 1]) + told[1:]).decode().rstrip("="),
    ):
        with pytest.raises(Refusal) as refused:
            TOKENS.read(other)
        assert refused.value.status == 400


def test_a_question_does_not_depend_on_the_order_of_its_filters():
    one = read_query([("a", "eq.1"), ("b", "eq.2"), ("limit", "5")], TOKENS)
    other = read_query([("b", "eq.2"), ("columns", "a,b"), ("a", "eq.1")], TOKENS)

    assert one.question("issue") == other.question("issue")
    assert one.question("issue") != one.question("area")
    other = read_query([("a", "eq.1")], TOKENS)
    assert one.question("issue") != other.question("issue")


@pytest.mark.parametrize(
    "query",
    [
        [("limit", "0")],
        [("limit", "10001")],
        [("limit", "ten")],
        [("limit", "٣")],
        [("limit", "999999999999999999999")],
        [("limit", "1"), ("limit", "2")],
        [("columns", "a,a")],
        [("after", "nothing")],
        [("a", "eq.1")] * 51,
    ],
)
def test_a_query_that_cannot_be_understood_is_refused(query):
    with pytest.raises(Refusal) as refused:
        read_query(query, TOKENS)

    assert refused.value.status == 400


def test_a_token_keeps_its_release():
    text = TOKENS.written(Token("r000003", "q", After(1)))

    assert read_query([("after", text)], TOKENS).release == "r000003"
    with pytest.raises(Refusal):
        read_query([("after", text), ("release", "r000004")], TOKENS)
