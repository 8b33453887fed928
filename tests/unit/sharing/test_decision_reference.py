"""The decision and a plain reading of the rules agree on every ask, row and cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.sharing_reference import (
    Question,
    Verdict,
    World,
    all_cells,
    counts,
    verdict,
)
from support.sharing_world import frame, policy, question, rulebook, world

from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.decision import decide
from hub.sharing.seen_rows import SeenRows, keys_wanted
from hub.storage.grants import Grant


def _rows(rows: SeenRows, dataset: str) -> tuple[int, ...]:
    """Numbers of the rows that are seen, found as a reader of the lake would."""
    found = {
        one: frame(one.dataset).filter(keys_wanted(one))[one.key]
        for one in rows.lookups
    }
    kept = frame(dataset).filter(rows.predicate(found))
    return tuple(kept["place"])


def _told(answer: Allowed | Refused) -> Verdict:
    if isinstance(answer, Refused):
        return Verdict(answer.kind)
    return Verdict(
        None,
        tuple((one.name, one.mask or "") for one in answer.columns),
        _rows(answer.rows, answer.dataset),
        answer.grants,
        answer.small_cells is not None,
    )


def _ask(question: Question) -> Ask:
    return Ask(
        dataset=question.dataset,
        at=question.at,
        form=question.form,  # type: ignore[arg-type]
        columns=None if question.columns is None else tuple(question.columns),
        filters=tuple(question.filters),
        sorts=tuple(question.sorts),
        purpose=question.purpose,
        grant=question.grant,
    )


SEEN: Counter[str] = Counter()


# A seed says it all: the ask that fails is named, and there is nothing to make small.
@settings(max_examples=60, phases=[Phase.generate])
@given(seed=st.integers(0, 2**64 - 1))
def test_the_decision_is_what_the_rules_say(seed: int) -> None:
    chance = Random(seed)
    drawn = world(chance)
    book = rulebook(drawn)
    for _ in range(4):
        consumer, key, grants = policy(chance)
        who = None if consumer is None else Who(consumer, grants, key)
        for _ in range(12):
            asked = question(chance, grants)
            expected = verdict(drawn, consumer, key, list(grants), asked)

            found = _told(decide(who, _ask(asked), book))

            assert found == expected, asked
            SEEN[expected.refused or f"rows {bool(expected.rows)}"] += 1


# The ask that fails is named here as well.
@settings(max_examples=30, phases=[Phase.generate])
@given(seed=st.integers(0, 2**64 - 1))
def test_what_is_not_granted_might_as_well_not_exist(seed: int) -> None:
    chance = Random(seed)
    drawn = world(chance)
    for _ in range(4):
        consumer, key, grants = policy(chance)
        who = None if consumer is None else Who(consumer, grants, key)
        for _ in range(12):
            asked = question(chance, grants)
            poorer = rulebook(_without_the_unseen(drawn, grants, asked))

            answer = decide(who, _ask(asked), rulebook(drawn))

            assert decide(who, _ask(asked), poorer) == answer, asked


def _without_the_unseen(
    drawn: World, grants: tuple[Grant, ...], asked: Question
) -> World:
    """The world less every column that no grant in force, nor openness, shows."""
    ways = [None, *(one for one in grants if counts(one, asked))]
    columns = {
        dataset: {
            name: told
            for name, told in known.items()
            if any(
                name in all_cells(drawn, way, dataset)
                for way in ways
                if way is None or way.dataset == dataset
            )
        }
        for dataset, known in drawn.columns.items()
    }
    return replace(drawn, columns={name: one for name, one in columns.items() if one})


def test_the_drawn_asks_are_refused_in_every_way_and_also_allowed() -> None:
    if not SEEN:
        test_the_decision_is_what_the_rules_say()

    assert SEEN["rows True"] >= 60
    assert {
        "unknown",
        "unauthorised",
        "expired",
        "revoked",
        "purpose",
        "column",
    } <= set(SEEN)


def test_a_condition_is_never_null() -> None:
    every = SeenRows(())

    assert frame("issue").select(every.predicate()).to_series().to_list() in (
        [False] * 7,
        [False],
    )
    assert pl.select(SeenRows(None).predicate()).item() is True
