"""JSON bodies as machines write them are read quickly, and not a sign worse."""

from __future__ import annotations

import io

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.connectors.base import PartMeta
from hub.connectors.decode import Wanted, decode
from hub.errors import BatchRefused

META = PartMeta(sequence=0, media="json", received_sha256="")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
)
cells = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("xy"), inner, max_size=2)
    ),
    max_leaves=5,
)
objects = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), cells, max_size=3), max_size=4
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(objects)
def test_a_body_as_machines_write_it_is_read_like_any_other(rows: list[object]) -> None:
    """A blank in front sends the same rows through the strict reader."""
    sent = orjson.dumps(rows)
    wanted = Wanted(frozenset({"a", "b", "c.x"}), {})

    (quick,) = decode(io.BytesIO(sent), META, wanted)
    (strict,) = decode(io.BytesIO(b" " + sent), META, wanted)

    assert quick.frame.equals(strict.frame)
    assert quick.broken.equals(strict.broken)
    assert quick.fields == strict.fields


@pytest.mark.parametrize(
    "sent",
    ['[{"a":1.10}]', '[{"a":-0}]', '[{"a":1e3}]', f'[{{"a":{"9" * 30}}}]'],
)
def test_digits_that_a_quick_reader_would_lose_are_kept(sent: str) -> None:
    found = decode_text(sent)

    assert found == [sent[6:-2]]


def decode_text(sent: str) -> list[str | None]:
    (rows,) = decode(io.BytesIO(sent.encode()), META, Wanted(frozenset({"a"}), {}))
    return rows.frame["a"].to_list()


def test_a_key_that_stands_twice_is_refused_in_a_quick_body_too() -> None:
    with pytest.raises(BatchRefused, match="stands twice"):
        decode_text('[{"a":1,"a":2}]')
