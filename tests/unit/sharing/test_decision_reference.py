"""The decision and a plain reading of the rules agree on every ask, row and cell."""

from __future__ import annotations

from collections import Counter

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.sharing_reference import Question, Verdict, World, verdict
from support.sharing_world import (
    consumers,
    frame,
    grants,
    keys,
    questions,
    rulebook,
    worlds,
)

from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.decision import decide
from hub.sharing.seen_rows import SeenRows, keys_wanted


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


# The ask that fails is named; making the whole world small as well takes minutes.
@settings(max_examples=60, phases=[Phase.generate])
@given(
    world=worlds(),
    consumer=st.one_of(st.none(), *[consumers()] * 4),
    key=keys(),
    given_grants=st.tuples(grants(1), grants(2), grants(3)),
    asked=st.lists(questions(), min_size=9, max_size=9),
)
def test_the_decision_is_what_the_rules_say(
    world: World, consumer, key, given_grants, asked: list[Question]
) -> None:
    book = rulebook(world)
    who = None if consumer is None else Who(consumer, given_grants, key)

    for question in asked:
        expected = verdict(world, consumer, key, list(given_grants), question)
        found = _told(decide(who, _ask(question), book))
        SEEN[expected.refused or f"rows {bool(expected.rows)}"] += 1

        assert found == expected, question


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
