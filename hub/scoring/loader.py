"""From a policy file to a typed policy, with everything that is wrong in one error.

What lives here: reading from the leaves up (rules, items, dimensions, the policy), so
that a mistake in one place does not hide those of another. What does not: whether a
readable policy makes sense (`check`).

A number of a policy is read as a decimal, never as a float: 0.1 is a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hub.partners.problems import FaultyDeclaration, Problem, not_allowed, path_of
from hub.partners.toml_text import parse_tables, read_text
from hub.partners.wording import PathWords, Steps, problems_of
from hub.scoring.check import (
    find_dimension_problems,
    find_item_problems,
    find_policy_problems,
)
from hub.scoring.rules import RULES, Rule
from hub.scoring.rules.base import Measure
from hub.scoring.spec import Dimension, Item, Policy
from hub.scoring.vocabulary import Vocabulary

Tables = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)
FOLDER = "policies"
CHECK = "Correct the file, then run `hub policy check {path}`."
BESIDE = ("total", "ranking", "review", "cap", "dimension")


def load_policy(path: Path, vocabulary: Vocabulary | None = None) -> Policy:
    """The policy of a file.

    Args:
        path: `<id>.toml`.
        vocabulary: metrics and calibers that it may name; all names pass without.

    Raises:
        FaultyDeclaration: with every problem of the file, one per line.
    """
    return parse_policy(read_text(path), path, vocabulary)


def parse_policy(text: str, path: Path, vocabulary: Vocabulary | None = None) -> Policy:
    """The policy of a text, e.g. one that was kept with a frozen month.

    Args:
        text: TOML.
        path: file that it was read from, for messages.
        vocabulary: as for `load_policy`.

    Raises:
        FaultyDeclaration: with every problem of the text, one per line.
    """
    problems: list[Problem] = []
    tables = flat_tables(policy_tables(text, path), BESIDE, problems)
    policy = _Reading(problems, vocabulary).policy(tables)
    problems += name_problems(tables, path)
    if problems or policy is None:
        raise faulty(path, problems)
    return policy


def policy_tables(text: str, path: Path) -> Tables:
    """The tables of a policy file; numbers with a point are decimals."""
    return parse_tables(text, path, exact=True, next_step=CHECK.format(path=path))


def flat_tables(
    tables: Tables, beside: Sequence[str], problems: list[Problem]
) -> Tables:
    """The keys of `[policy]` and the tables beside it as one table."""
    own = tables.pop("policy", None)
    if not isinstance(own, dict):
        problems.append(
            Problem("policy", "is no table", "begin the file with a table [policy]")
        )
        own = {}
    known = {key: value for key, value in tables.items() if key in beside}
    problems += [
        not_allowed("", kind="table", given=key, allowed=("policy", *beside))
        for key in tables
        if key not in known
    ]
    problems += [
        Problem(
            path_of("policy", key),
            "is a table of its own",
            f"write [{key}] below, not inside [policy]",
        )
        for key in beside
        if key in own
    ]
    return {key: value for key, value in own.items() if key not in beside} | known


def name_problems(tables: Mapping[str, Any], path: Path) -> list[Problem]:
    """The problem that a filed policy is not called like its file, if it is not."""
    given = tables.get("id")
    if path.parent.name != FOLDER or given is None or given == path.stem:
        return []
    return [
        Problem(
            "policy → id",
            f'is "{given}", and the file is called {path.name}',
            "a policy is found by its file: give both the same name",
        )
    ]


def faulty(path: Path, problems: Sequence[Problem]) -> FaultyDeclaration:
    """The error that carries all problems of a policy file."""
    found = list(dict.fromkeys(problems))
    return FaultyDeclaration(path, found, next_step=CHECK.format(path=path))


def read_model(
    model: type[Model], table: Tables, path: PathWords, problems: list[Problem]
) -> Model | None:
    """One table as its model, or nothing and its problems."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        problems += problems_of(error, model, table, path)
        return None


def below(where: str) -> PathWords:
    """Paths of the keys of one table."""
    return lambda steps: path_of(where, *map(str, steps))


def file_path(steps: Steps) -> str:
    """Paths of the keys of a file: tables by their name, the rest in `[policy]`."""
    if steps and steps[0] in BESIDE:
        return path_of(*map(str, steps))
    return path_of("policy", *map(str, steps))


def _some_item() -> Item:
    """A stand-in for an item that cannot be read; nothing is told of it."""
    return Item(
        id="stands_in",
        title_zh="?",
        title_en="?",
        value=Measure(metric="?"),
        rule=RULES["rate"].model_validate({"kind": "rate", "weight": 1}),
    )


def _some_dimension() -> Dimension:
    """A stand-in for a dimension that cannot be read."""
    item = _some_item()
    return Dimension(id="stands_in", title_zh="?", title_en="?", items=(item,))


@dataclass
class _Reading:
    """One file on its way; `problems` grows."""

    problems: list[Problem]
    vocabulary: Vocabulary | None
    seen: list[tuple[str, str]] = field(default_factory=list)

    def policy(self, tables: Tables) -> Policy | None:
        """The whole, judged as far as it can be read."""
        dimensions = [
            self.dimension(table, f"dimension {number}")
            for number, table in self.blocks(tables, "dimension", "")
        ]
        self.twice()
        sound = tuple(one for one in dimensions if one is not None)
        held = {"dimension": sound or (_some_dimension(),)} if dimensions else {}
        found = read_model(Policy, tables | held, file_path, self.problems)
        if found is not None:
            is_whole = 0 < len(sound) == len(dimensions)
            self.problems += find_policy_problems(found, is_whole=is_whole)
        return found

    def dimension(self, table: object, where: str) -> Dimension | None:
        """One dimension with its items."""
        tables, where = self.named(table, "dimension", where)
        before = len(self.problems)
        items = [
            self.item(inner, path_of(where, f"item {number}"), where)
            for number, inner in self.blocks(tables, "item", where)
        ]
        sound = tuple(one for one in items if one is not None)
        is_whole = before == len(self.problems)
        # Its own keys are judged even where no item can be read.
        held = {"item": sound or (_some_item(),)} if items else {}
        found = read_model(Dimension, tables | held, below(where), self.problems)
        if found is not None:
            self.problems += find_dimension_problems(found, where, is_whole=is_whole)
        return found if is_whole else None

    def item(self, table: object, where: str, above: str) -> Item | None:
        """One item with its rule; a rule that cannot be read hides nothing else."""
        tables, where = self.named(table, "item", where, above)
        rule = self.rule(tables["rule"], where) if "rule" in tables else None
        held = {"rule": rule or _some_item().rule} if "rule" in tables else {}
        found = read_model(Item, tables | held, below(where), self.problems)
        if found is not None:
            self.problems += find_item_problems(
                found, where, self.vocabulary, has_rule=rule is not None
            )
        return found if rule is not None else None

    def rule(self, table: object, where: str) -> Rule | None:
        """The rule of an item, by its kind."""
        at = path_of(where, "rule")
        remedy = 'write it like rule = { kind = "rate", weight = 60 }'
        if not isinstance(table, dict):
            self.problems.append(Problem(at, "is no table", remedy))
            return None
        kind = table.get("kind")
        if not isinstance(kind, str):
            self.problems.append(Problem(at, '"kind" is missing', remedy))
            return None
        if kind not in RULES:
            self.problems.append(
                not_allowed(
                    path_of(at, "kind"), kind="rule kind", given=kind, allowed=RULES
                )
            )
            return None
        found = read_model(RULES[kind], table, below(at), self.problems)
        if found is not None:
            self.problems += [
                Problem(path_of(at, flaw.key), flaw.what, flaw.remedy)
                for flaw in found.flaws()
            ]
        return found

    def blocks(self, tables: Tables, key: str, where: str) -> list[tuple[int, object]]:
        """Numbered `[[blocks]]` of a table."""
        given = tables.get(key, [])
        if isinstance(given, list):
            return list(enumerate(given, start=1))
        self.problems.append(
            Problem(path_of(where, key), "is one table", f"write [[{key}]]")
        )
        tables[key] = [given]
        return [(1, given)]

    def named(
        self, table: object, kind: str, where: str, above: str = ""
    ) -> tuple[Tables, str]:
        """A block and how a reader finds it: by its id, else by number."""
        if not isinstance(table, dict):
            self.problems.append(Problem(where, "is no table", f"write [[{kind}]]"))
            return {}, where
        given = table.get("id")
        if not isinstance(given, str):
            return table, where
        self.seen.append((kind, given))
        return table, path_of(above, f'{kind} "{given}"')

    def twice(self) -> None:
        """Ids that stand more than once."""
        self.problems += [
            Problem(f'{kind} "{name}"', "stands twice", f"give each {kind} its own id")
            for kind, name in dict.fromkeys(self.seen)
            if self.seen.count((kind, name)) > 1
        ]
