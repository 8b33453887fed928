"""Pieces of keys: every key in exactly one, however many there are."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from hub.flow.key_pieces import DIGITS, PIECE_ROWS, begins, cut, piece_of

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


def test_a_piece_does_not_keep_the_text_of_the_others_alive() -> None:
    many = pl.DataFrame(
        {
            "key": [
                hashlib.sha256(str(n).encode()).hexdigest()[:32] for n in range(20_000)
            ]
        }
    )

    piece = piece_of([many, many], "key", "0")

    assert piece.equals(pl.concat([many.filter(begins("key", "0"))] * 2))
    assert piece.estimated_size() < many.estimated_size() / 4
