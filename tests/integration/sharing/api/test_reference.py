"""The interface and a plain evaluator agree: policies, questions, pages and forms.

Consumers and grants are drawn and kept in the control database without being checked,
so that odd ones are among them; rows come from the lake, not from the shelves.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import httpx
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.plain_masks import join_key, masked
from support.served import Served
from support.served_draws import ASKED, Known, drawn_consumer, drawn_question
from support.served_reference import fulfils, kinds_of, ordered, rows_back
from support.served_rows import EAST, STREETS, WEST
from support.sharing_reference import Question, World, verdict
from support.thorough import THOROUGH, of

from hub.flow.published import published_rows
from hub.schemas import DATASETS

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
SEEN: Counter[str] = Counter()


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
