"""Fields that nobody mapped, those of lists included."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from hub.connectors.decode import Wanted
from hub.onboarding.probe_fields import idle_fields, unmapped_seen, with_fields

WANTED = Wanted(frozenset({"id", "at"}), {"steps": frozenset({"name"})})


def test_fields_of_an_unfolded_list_are_asked_for_inside_it() -> None:
    more = with_fields(WANTED, ["note", "steps.who"])

    assert more.scalars == {"id", "at", "note"}
    assert more.lists == {"steps": frozenset({"name", "who"})}


def test_nulls_and_empty_texts_are_both_empty() -> None:
    frame = pl.DataFrame(
        {
            "note": ["x", None, " ", "y"],
            "steps": [
                [{"name": "a", "who": None}, {"name": "b", "who": "c"}],
                [],
                None,
                [{"name": "d", "who": ""}],
            ],
        }
    )

    note, who = unmapped_seen(frame, ["note", "steps.who"])

    assert (note.field, note.null_share) == ("note", Decimal("0.500000"))
    assert (who.field, who.null_share) == ("steps.who", Decimal("0.666667"))


def test_mapped_fields_that_never_come_or_hold_nothing_are_told_apart() -> None:
    frame = pl.DataFrame(
        {"id": ["1", "2"], "at": [None, None], "steps": [[{"name": "a"}], []]},
        schema_overrides={"at": pl.String},
    )

    found = idle_fields(frame, WANTED, {"id", "at", "steps"})

    assert found == (("steps.name",), ("at",))
