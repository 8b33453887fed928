"""A consumer's BI tool sees in the warehouse what `decide` allows, and no more."""

from __future__ import annotations

from collections import Counter

import polars as pl
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from support.bi_readers import (
    EAST,
    PURPOSE,
    WEST,
    bi_tool,
    enter,
    give,
    on,
    told,
)

from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.published import published
from hub.flow.release import find_release
from hub.schemas import dataset
from hub.sharing.asks import Allowed, Ask
from hub.sharing.callers import consumer_who
from hub.sharing.decision import Rulebook
from hub.sharing.handing import decided, handed_rows, handing
from hub.sharing.join_keys import join_key, master, token
from hub.sharing.small_cells import NOTES
from hub.sharing.warehouse.loading import load, sync
from hub.sharing.warehouse.logins import give_login
from hub.storage.consumers import Consumers
from hub.storage.grants import RowRule


@pytest.fixture
def house(warehoused: House) -> House:
    return warehoused


def handed(house: House, dataset: str, name: str = "east") -> pl.DataFrame:
    """What a file of the same grants would hold."""
    who = consumer_who(house.control.engine, name)
    ask = Ask(dataset=dataset, at=house.now(), form="warehouse", purpose=PURPOSE)
    allowed = decided(who, ask, Rulebook.of(house.city))
    assert isinstance(allowed, Allowed)
    given = handing(house, who, allowed, find_release(house, None))
    empty = pl.DataFrame(schema=given.schema)
    return pl.concat([empty, *handed_rows(house, given)])


def test_columns_are_granted_masked_or_absent(house: House) -> None:
    give(house, "person")
    load(house)

    with bi_tool(house) as tool:
        found = tool.execute("SELECT * FROM for_east.person ORDER BY source_id")
        names = [one.name for one in found.description or ()]
        told = [dict(zip(names, row, strict=True)) for row in found]

    key = join_key(master(house.settings.home), "east", PURPOSE)
    whole = handed_persons(house)
    hidden = whole.select(token(pl.col("person_id"), "code", key))["person_id"]
    assert [one["person_name"] for one in told] == ["*", "*"]
    assert [one["person_id"] for one in told] == hidden.to_list()
    assert not {"row_digest", "batch_id", "load_part"} & set(names)
    assert "partner" in names


def handed_persons(house: House) -> pl.DataFrame:
    return published(house, dataset("person")).sort("source_id")


def test_sql_shows_the_rows_that_polars_shows(house: House) -> None:
    rules = {
        "r-all": RowRule("all"),
        "r-own": RowRule("own"),
        "r-east": EAST,
        "r-west": WEST,
        "r-street": RowRule("streets", ("420102002",)),
    }
    datasets = ("issue", "review", "area", "person", "assignment", "division")
    for name, rule in rules.items():
        enter(house, name)
        for one in datasets:
            give(house, one, name, row_rule=rule)
    load(house)

    counts = set()
    for name in rules:
        with bi_tool(house, name) as tool:
            for one in datasets:
                wanted = handed(house, one, name)
                shown = ", ".join(wanted.columns)
                found = tool.execute(f"SELECT {shown} FROM {one}").fetchall()
                assert told(found) == told(wanted.rows()), (name, one)
                counts.add((one, len(found)))
    assert {one for one in counts if one[0] == "issue"} == {
        ("issue", 4), ("issue", 3), ("issue", 1), ("issue", 0),
    }  # fmt: skip


def test_a_login_reaches_nothing_but_its_views(house: House) -> None:
    enter(house, "west", units=("AU-W",))
    give(house, "person", row_rule=EAST)
    give(house, "issue", row_rule=EAST)
    give(house, "issue", "west", row_rule=WEST)
    load(house)

    forbidden = (
        "SELECT * FROM public.issue",
        "SELECT * FROM public.warehouse_view",
        "SELECT * FROM masked_east.person",
        "SELECT * FROM for_west.issue",
        "DROP VIEW for_east.issue",
        "CREATE TABLE for_east.mine (a int)",
        "INSERT INTO for_east.hub_release VALUES ('r9', now())",
        "CREATE ROLE other",
    )
    with bi_tool(house) as tool:
        for text in forbidden:
            with pytest.raises((InsufficientPrivilege, psycopg.Error)) as told:
                tool.execute(text)
            assert told.value.sqlstate == "42501", text
        seen = tool.execute("SELECT DISTINCT district_code FROM issue").fetchall()
    assert seen == [("420102",)]


def test_no_function_of_the_reader_s_sees_a_hidden_row(house: House) -> None:
    give(house, "issue", row_rule=WEST)
    load(house)
    heard: list[str] = []

    with bi_tool(house) as tool:
        tool.add_notice_handler(lambda told: heard.append(str(told.message_primary)))
        tool.execute(
            "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql "
            "COST 0.0000001 AS 'BEGIN RAISE NOTICE ''%', $1; RETURN true; END'".replace(
                "''%'", "''%''"
            )
        )
        shown = tool.execute(
            "SELECT street_code FROM for_east.issue WHERE pg_temp.leak(street_code)"
        ).fetchall()

    assert shown == [("420103001",)]
    assert heard == ["420103001"]


def test_a_second_purpose_has_a_schema_and_pseudonyms_of_its_own(house: House) -> None:
    enter(house, "two", purposes=(PURPOSE, "研究"))
    give(house, "person", "two")
    give(house, "person", "two", purpose="研究")
    load(house)

    with bi_tool(house, "two") as tool:
        one, other = (
            {row[0] for row in tool.execute(f"SELECT person_id FROM {name}.person")}
            for name in ("for_two", "for2_two")
        )

    assert len(one) == len(other) == 2
    assert not one & other


def figures_seen(house: House, name: str) -> pl.DataFrame:
    with bi_tool(house, name) as tool:
        found = tool.execute(f"SELECT * FROM for_{name}.figure")
        assert found.description is not None
        columns = [one.name for one in found.description]
        rows = found.fetchall()
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def test_figures_of_own_rows_are_shown_by_the_grant_alone(house: House) -> None:
    give(house, "figure", row_rule=RowRule("own"))
    load(house)

    told = figures_seen(house, "east")
    assert set(told["unit_code"]) == {"AU-E", "420102001", "420102002"}
    assert not set(NOTES) & set(told.columns)


def test_of_all_figures_small_cells_are_hidden_as_over_the_interface(
    house: House,
) -> None:
    enter(house, "all")
    give(house, "figure", "all")
    load(house)

    told, file = figures_seen(house, "all"), handed(house, "figure", "all")
    places = ["metric", "basis", "period", "level", "unit_code", "by", "by_code"]
    shown = [*places, "numerator", "denominator", *NOTES]
    assert set(told["denominator_note"]) >= {None, "<5"}
    assert not told.filter(pl.col("denominator").is_between(1, 4)).height
    assert told.columns == file.columns
    assert Counter(told.select(shown).rows()) == Counter(file.select(shown).rows())
    with bi_tool(house, "all") as tool:
        for place in ("public.metric_figure", "masked.metric_figure"):
            with pytest.raises(InsufficientPrivilege):
                tool.execute(f"SELECT count(*) FROM {place}")


def test_own_figures_stay_whole_beside_those_of_others(house: House) -> None:
    give(house, "figure")
    load(house)
    without = figures_seen(house, "east")
    give(house, "figure", row_rule=RowRule("own"))
    settled = sync(house)

    told = figures_seen(house, "east")
    is_own = pl.col("unit_code").is_in(["AU-E", "420102001", "420102002"])
    own, others = told.filter(is_own), told.filter(~is_own | is_own.is_null())
    noted = pl.any_horizontal(pl.col(NOTES).is_not_null())
    assert ("for_east", "figure") in settled.made
    assert without.filter(is_own & noted).height
    assert not own.filter(noted).height
    assert others.filter(noted).height
    assert len(told) == len(without)


def test_what_hides_small_cells_goes_with_the_last_grant_that_needs_it(
    house: House,
) -> None:
    enter(house, "all")
    give(house, "figure", "all")
    load(house)
    assert figures_seen(house, "all").height
    Consumers(house.control.engine).revoke(
        "all", by="甲", reason="结束", at=house.now()
    )
    sync(house)

    with bi_tool(house) as tool:
        found = tool.execute("SELECT nspname FROM pg_namespace").fetchall()
    assert ("masked",) not in found


def test_a_file_of_sqlite_lets_nobody_in(house: House) -> None:
    lite = on(house, None)
    give(lite, "issue")
    _, settled = load(lite)

    assert not settled.is_kept_apart
    for refused in (sync, lambda one: give_login(one, "east")):
        with pytest.raises(MisuseError, match="HUB_WAREHOUSE_URL"):
            refused(lite)
