"""Consumers, grants and questions drawn over the served city, sensible or not.

What lives here: drawing. What does not: the rules and the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from support.served import Served
from support.served_consumers import granted
from support.served_rows import EAST, STREETS, WEST
from support.sharing_reference import World, all_cells

from hub.schemas import DATASETS
from hub.storage.consumer_keys import ConsumerKey, ConsumerKeys
from hub.storage.consumers import Consumer, Consumers
from hub.storage.grants import Grant, Grants, RowRule

ASKED = ("issue", "issue_event", "handling", "service_object", "org", "area", "person")
PLACED = ("issue", "issue_event", "handling", "service_object", "org", "area")
RULES = (
    RowRule("all"), RowRule("all"), RowRule("own"), RowRule("districts", (EAST,)),
    RowRule("districts", (EAST, WEST)), RowRule("streets", (STREETS[1],)),
)  # fmt: skip
NUMBERS = count(1)


@dataclass(frozen=True)
class Known:
    """The city's rows and places as plain values."""

    world: World
    kinds: dict[str, dict[str, str]]


def drawn_grants(chance: Random, name: str, served: Served) -> list[Grant]:
    at = served.house.now()
    found = []
    main = chance.choice(PLACED)
    for _ in range(chance.randint(1, 3)):
        dataset = chance.choice((main, main, *ASKED))
        columns = [one for one in DATASETS[dataset].all_columns if one.type != "media"]
        names = [one.name for one in columns]
        texts = [one.name for one in columns if one.type == "str"]
        rule = chance.choice(RULES) if dataset in PLACED else RowRule("all")
        found.append(
            granted(
                name,
                at - timedelta(hours=chance.choice((*[1] * 8, 0, -1))),
                dataset=dataset,
                columns=tuple(chance.sample(names, chance.randint(0, 6))),
                column_class=chance.choice((None, "OPEN", *["CONDITIONAL"] * 4)),
                row_rule=rule,
                purpose=chance.choice((*["考核"] * 5, "研究")),
                basis=chance.choice(("", "办法第八条")),
                clear=tuple(chance.sample(names, chance.randint(0, 9))),
                masks={
                    one: chance.choice(("pseudonym", "drop"))
                    for one in chance.sample(texts, chance.choice((0, 0, 1, 2)))
                },
                forms=chance.choice((*[()] * 5, ("api",), ("file",))),
                valid_until=chance.choice((*[None] * 8, at, at + timedelta(hours=1))),
            )
        )
    return found


def drawn_consumer(
    chance: Random, served: Served
) -> tuple[Consumer | None, ConsumerKey | None, list[Grant], dict[str, str]]:
    if chance.randrange(25) == 0:
        return None, None, [], {}
    at, engine = served.house.now(), served.house.control.engine
    name = f"drawn{next(NUMBERS):06}"
    told = Consumer(
        id=name,
        org="某局",
        contact_role="专员",
        purposes=chance.choice((*[("考核",)] * 4, ("考核", "研究"))),
        units=chance.choice(((), ("AU-E",), ("AU-W",))),
        valid_from=at - timedelta(hours=1),
        valid_until=at if chance.randrange(25) == 0 else None,
        made_at=at,
        made_by="甲",
    )
    Consumers(engine).add(told)
    key, kept = ConsumerKeys(engine).make(name, by="甲", at=at)
    grants = [Grants(engine).add(one) for one in drawn_grants(chance, name, served)]
    return told, kept, grants, {"Authorization": f"Bearer {key}"}


def drawn_filter(
    chance: Random, known: Known, dataset: str, column: str
) -> tuple[str, str] | None:
    """An operator and its value, taken from what the column holds."""
    kind = known.kinds[dataset].get(column, "str")
    values = [row.get(column) for row in known.world.rows[dataset]]
    there = [one for one in values if one is not None]
    if kind == "list" or not there or chance.randrange(5) == 0:
        return "is", chance.choice(("null", "not_null"))
    if kind == "bool":
        return chance.choice((("is", "true"), ("is", "false"), ("eq", "true")))
    told = [_text(one) for one in chance.choices(there, k=3)]
    if kind == "str" and chance.randrange(3) == 0:
        text = told[0]
        cut = chance.randint(0, len(text))
        pattern = chance.choice(
            (text[:cut] + "*", "%" + text[cut:], "_" * len(text), text, "*")
        )
        return ("like", pattern[:60])
    if chance.randrange(4) == 0:
        return "in", "(" + ",".join(f'"{one}"' for one in told) + ")"
    return chance.choice(("eq", "neq", "gt", "gte", "lt", "lte")), told[0]


def _text(value: Any) -> str:
    if hasattr(value, "isoformat"):
        told: str = value.isoformat()
        return told
    return str(value)


def drawn_question(
    chance: Random, known: Known, grants: list[Grant]
) -> tuple[str, dict[str, Any], list[tuple[str, str, str]]]:
    """A dataset, reserved parameters, and conditions."""
    datasets = [one.dataset for one in grants] * 6
    dataset = chance.choice([*datasets, chance.choice(ASKED)])
    cells = all_cells(known.world, None, dataset)
    for one in grants:
        if one.dataset == dataset:
            cells |= all_cells(known.world, one, dataset)
    every = list(known.kinds[dataset])
    is_odd = chance.randrange(8) == 0 or not cells
    shown = every if is_odd else list(cells)
    whole = [name for name in shown if is_odd or not cells[name]] or every
    told: dict[str, Any] = {}
    if chance.randrange(3) == 0:
        wanted = list(dict.fromkeys(chance.choices(shown, k=4)))
        told["columns"] = ",".join(wanted)
    if chance.randrange(2) == 0:
        column = chance.choice(whole)
        told["order"] = column + chance.choice(("", ".asc", ".desc"))
    if chance.randrange(6) == 0:
        told["purpose"] = chance.choice(("考核", "研究"))
    conditions = []
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        column = chance.choice(whole)
        drawn = drawn_filter(chance, known, dataset, column)
        if drawn is not None:
            conditions.append((column, *drawn))
    return dataset, told, conditions
