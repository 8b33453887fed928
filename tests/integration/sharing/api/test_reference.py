"""The interface and a plain evaluator agree: policies, questions, pages and forms.

Consumers and grants are drawn and kept in the control database without being checked,
so that odd ones are among them; rows come from the lake, not from the shelves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import httpx
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.plain_masks import join_key, masked
from support.served import Served
from support.served_city import EAST, STREETS, WEST, granted
from support.served_reference import fulfils, kinds_of, ordered, rows_back
from support.sharing_reference import Question, World, all_cells, verdict
from support.thorough import THOROUGH, of

from hub.flow.published import published_rows
from hub.schemas import DATASETS
from hub.storage.consumer_keys import ConsumerKey, ConsumerKeys
from hub.storage.consumers import Consumer, Consumers
from hub.storage.grants import Grant, Grants, RowRule

ASKED = ("issue", "issue_event", "handling", "service_object", "org", "area", "person")
PLACED = ("issue", "issue_event", "handling", "service_object", "org", "area")
FORMS = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
STATUS = {
    "unauthorised": 401, "expired": 401, "revoked": 401, "unknown": 404,
    "purpose": 403, "column": 400, "masked": 400,
}  # fmt: skip
RULES = (
    RowRule("all"), RowRule("all"), RowRule("own"), RowRule("districts", (EAST,)),
    RowRule("districts", (EAST, WEST)), RowRule("streets", (STREETS[1],)),
)  # fmt: skip
NUMBERS = count(1)
SEEN: Counter[str] = Counter()


@dataclass(frozen=True)
class Known:
    """The city's rows and places as plain values."""

    world: World
    kinds: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def known(served: Served) -> Known:
    release = served.service.hand.release(None)
    versions = {one.dataset: one.version for one in release.datasets}
    rows, kinds = {}, {}
    for name in ASKED:
        ds = DATASETS[name]
        frames = [pl.DataFrame(schema=ds.polars_schema())]
        frames += published_rows(served.house, ds, version=versions[name])
        told = pl.concat(frames)
        kinds[name] = kinds_of(told)
        rows[name] = told.to_dicts()
        for row in rows[name]:  # where it lies, in the words of the reference
            row.setdefault("division_code", row.get("street_code"))
    world = World(
        classes={name: DATASETS[name].share for name in ASKED},
        columns={
            name: {
                one.name: (one.share, one.mask or "")
                for one in DATASETS[name].all_columns
            }
            for name in ASKED
        },
        rows=rows,
        parents={
            EAST: "420100", WEST: "420100", STREETS[0]: EAST, STREETS[1]: EAST,
            STREETS[2]: WEST,
        },
        levels={},
        over={},
        members=[
            ("AU-E", "DIVISION", STREETS[0]),
            ("AU-E", "DIVISION", STREETS[1]),
            ("AU-W", "DIVISION", STREETS[2]),
        ],
    )  # fmt: skip
    return Known(world, kinds)


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


def agree(chance: Random, served: Served, known: Known) -> None:
    """Draw a consumer with its grants, and compare the answers to three questions."""
    consumer, key, grants, headers = drawn_consumer(chance, served)
    for _ in range(3):
        dataset, reserved, conditions = drawn_question(chance, known, grants)
        ask = Question(
            dataset=dataset,
            at=served.house.now(),
            form="api",
            columns=reserved["columns"].split(",") if "columns" in reserved else None,
            filters=[column for column, *_ in conditions],
            sorts=[reserved["order"].split(".")[0]] if "order" in reserved else [],
            purpose=reserved.get("purpose"),
            grant=None,
        )
        told = verdict(known.world, consumer, key, grants, ask)
        query = [
            *((name, value) for name, value in reserved.items()),
            *((column, f"{word}.{text}") for column, word, text in conditions),
        ]
        form = chance.choice(list(FORMS))
        limit = chance.choice((None, 1, 2, 3, 5, 7, 100))
        found = answers(served, dataset, query, headers, form, limit)
        if told.refused is not None:
            assert found[0].status_code == STATUS[told.refused], (told, query)
            assert found[0].json()["code"] == told.refused
            SEEN[told.refused] += 1
            continue
        kinds = known.kinds[dataset]
        if ask.sorts and kinds[ask.sorts[0]] == "list":
            assert found[0].status_code == 400
            continue
        rows = [known.world.rows[dataset][place] for place in told.rows]
        for column, word, text in conditions:
            rows = [
                row for row in rows if fulfils(row[column], kinds[column], word, text)
            ]
        if ask.sorts:
            down = reserved["order"].endswith(".desc")
            rows = ordered(rows, ask.sorts[0], down=down)
        if limit is not None and form != "json":
            rows = rows[:limit]
        name = consumer.id if consumer else "anybody"
        purpose = ask.purpose or "考核"
        secret = b""
        if any(mask in ("pseudonym", "uscc") for _, mask in told.masks):
            purpose = purpose if told.grants else "open"
            secret = join_key(served.city.home, name, purpose)
        expected = [
            {
                column: masked(mask, row[column], row, secret) if mask else row[column]
                for column, mask in told.masks
            }
            for row in rows
        ]
        got = [row for one in found for row in rows_back(form, one.content, kinds)]
        assert got == expected, (dataset, query, form, limit)
        SEEN[form] += 1
        SEEN["rows"] += bool(rows)
        SEEN["few"] += 0 < len(rows) < len(known.world.rows[dataset])
        SEEN["pages"] += len(found) > 1
        for _, mask in told.masks:
            SEEN[mask] += bool(rows)


def answers(
    served: Served,
    dataset: str,
    query: list[tuple[str, str]],
    headers: dict[str, str],
    form: str,
    limit: int | None,
) -> list[httpx.Response]:
    """One stream, or all pages to the last."""
    url = f"/api/v1/datasets/{dataset}/rows"
    asked = [*query, *([("limit", str(limit))] if limit else [])]
    headers = headers | {"Accept": FORMS[form]}
    found = [served.client.get(url, params=asked, headers=headers)]
    while form == "json" and found[-1].status_code == 200:
        page = found[-1].json()
        assert len(page["rows"]) <= (limit or 100)
        assert ("Link" in found[-1].headers) is (page["next"] is not None)
        if page["next"] is None:
            break
        assert page["rows"]
        link = found[-1].headers["Link"].removeprefix("<").split(">")[0]
        more = served.client.get(link, headers=headers)
        again = [*asked, ("after", page["next"])]
        same = served.client.get(url, params=again, headers=headers)
        assert more.content == same.content
        found.append(more)
    return found


def test_the_interface_says_what_the_rules_say(served: Served, known: Known) -> None:
    SEEN.clear()

    @given(seed=st.integers(0, 2**64))
    @settings(
        max_examples=of(1500, 45),
        phases=[Phase.generate],
        database=None,
        derandomize=not THOROUGH,  # so that the few always reach what is looked at
    )
    def holds(seed: int) -> None:
        agree(Random(seed), served, known)

    holds()

    # The draws reach what they are for.
    for word in (*FORMS, "rows", "few", "pages", "unknown", "column", "pseudonym"):
        assert SEEN[word] > 0, (word, SEEN)
