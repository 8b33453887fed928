"""Pieces of keys: every key in exactly one, however many there are."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from hub.flow.key_pieces import DIGITS, PIECE_ROWS, begins, cut

KEYS = pl.DataFrame(
    {"key": [hashlib.sha256(bytes([n])).hexdigest()[:32] for n in range(200)]}
)


@pytest.mark.parametrize("pieces", [0, 1, 2, 3, 7, 15, 40])
def test_every_key_is_in_one_piece(pieces: int) -> None:
    made = cut(pieces * PIECE_ROWS)

    found = [KEYS.filter(begins("key", digits)) for digits in made]

    assert "".join(made) == DIGITS
    assert sum(map(len, found)) == len(KEYS)
    assert len(made) == 1 or max(map(len, found)) < len(KEYS)
