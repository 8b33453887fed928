"""Reading a policy for persons, and policies of either kind.

What lives here: files whose level is PERSON, and the choice by level. What does not:
policies of units (`loader`), the ranking (`best_chiefs`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.toml_text import read_text
from hub.partners.wording import Steps
from hub.scoring.check import find_measure_problems
from hub.scoring.chief_spec import BestChiefs
from hub.scoring.loader import (
    faulty,
    flat_tables,
    name_problems,
    parse_policy,
    policy_tables,
    read_model,
)
from hub.scoring.rules.base import shown
from hub.scoring.spec import Policy
from hub.scoring.vocabulary import Vocabulary

PERSON = "PERSON"
BESIDE = ("criterion", "disqualifier")


def load_any(path: Path, vocabulary: Vocabulary | None = None) -> Policy | BestChiefs:
    """The policy of a file, of units or of persons, by its level.

    Raises:
        FaultyDeclaration: with every problem of the file, one per line.
    """
    text = read_text(path)
    heading = policy_tables(text, path).get("policy")
    if isinstance(heading, dict) and heading.get("level") == PERSON:
        return parse_best_chiefs(text, path, vocabulary)
    return parse_policy(text, path, vocabulary)


def load_best_chiefs(path: Path, vocabulary: Vocabulary | None = None) -> BestChiefs:
    """The policy for persons of a file.

    Raises:
        FaultyDeclaration: with every problem of the file, one per line.
    """
    return parse_best_chiefs(read_text(path), path, vocabulary)


def parse_best_chiefs(
    text: str, path: Path, vocabulary: Vocabulary | None = None
) -> BestChiefs:
    """The policy for persons of a text; arguments and errors as `parse_policy`."""
    problems: list[Problem] = []
    tables = flat_tables(policy_tables(text, path), BESIDE, problems)
    problems += name_problems(tables, path)
    policy = read_model(BestChiefs, tables, _file_path, problems)
    if policy is not None:
        problems += _problems(policy, vocabulary)
    if problems or policy is None:
        raise faulty(path, problems)
    return policy


def _file_path(steps: Steps) -> str:
    """Paths of the keys of a file: blocks by their number, the rest in `[policy]`."""
    match steps:
        case ("criterion" | "disqualifier" as name, int() as place, *rest):
            return path_of(f"{name} {place + 1}", *map(str, rest))
        case ("criterion" | "disqualifier" as name, *rest):
            return path_of(name, *map(str, rest))
        case _:
            return path_of("policy", *map(str, steps))


def _problems(policy: BestChiefs, vocabulary: Vocabulary | None) -> Iterator[Problem]:
    ids = [one.id for one in policy.criteria]
    for kind, names in (
        ("criterion", ids),
        ("disqualifier", [one.input for one in policy.disqualifiers]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield Problem(f'{kind} "{name}"', "stands twice", "keep one of them")
    for one in policy.criteria:
        where = path_of(f'criterion "{one.id}"', "value")
        if one.value.metric is None or one.value.takes not in (None, "share"):
            yield Problem(where, "is no share of a metric", "name a metric, no takes")
        yield from find_measure_problems(one.value, where, vocabulary, takes="share")
    for key, name in (
        ("cases_of", policy.cases_of),
        *(("tie_breakers", name) for name in policy.tie_breakers),
    ):
        if name not in ids:
            yield not_allowed(
                path_of("policy", key), kind="criterion", given=name, allowed=ids
            )
    reached = sum((Fraction(one.weight) for one in policy.criteria), Fraction(0))
    if reached != Fraction(policy.full):
        yield Problem(
            "criterion",
            f"does not add up: the weights make {shown(reached)}, and full is "
            f"{shown(policy.full)}",
            f"correct the weights, or say full = {shown(reached)} if that is meant",
        )
