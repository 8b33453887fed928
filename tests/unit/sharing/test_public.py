"""What is public of datasets that are not open: declared once, and never too much."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.consumers import AT, consumer, grant
from support.sharing_world import TERRITORY

from hub.schemas import DATASETS, dataset
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.public import PUBLIC, may_be_public, public_name, public_views
from hub.sharing.subjects import subjects

BOOK = Rulebook(subjects={**subjects(), **public_views()}, territory=TERRITORY)


def ask(who: Who | None, name: str, **told: object) -> Allowed | Refused:
    return decide(who, Ask(dataset=name, at=AT, form="api", **told), BOOK)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PUBLIC)
def test_whatever_is_declared_is_shown_whole_to_anybody(name: str) -> None:
    answer = ask(None, public_name(name))

    assert isinstance(answer, Allowed)
    assert tuple(one.name for one in answer.columns) == PUBLIC[name]
    assert (answer.masks, answer.grants, answer.rows.is_all) == ({}, (), True)


@pytest.mark.parametrize("name", PUBLIC)
def test_no_text_no_person_and_no_place_but_the_point_is_public(name: str) -> None:
    for column in PUBLIC[name]:
        one = dataset(name).column(column)

        kinds = {"ts", "int", "float"}
        assert one.type in kinds or one.codes or column.endswith("_id") or (
            column == "std_category_code"
        )  # fmt: skip
        assert one.ref in (None, "issue", "category")


def test_the_dataset_itself_stays_as_closed_as_it_was() -> None:
    for name in PUBLIC:
        assert DATASETS[name].share == "CONDITIONAL"
        refused = ask(None, name, columns=("issue_id",))
        assert isinstance(refused, Refused)
        assert refused.kind == "unauthorised"


@pytest.mark.parametrize("column", ["description", "address", "reporter_phone"])
def test_what_is_not_declared_is_not_there(column: str) -> None:
    for used in ({"columns": (column,)}, {"filters": (column,)}, {"sorts": (column,)}):
        refused = ask(None, public_name("issue"), **used)

        assert isinstance(refused, Refused)
        assert refused.kind == "column"


@pytest.mark.parametrize(
    "change", [{"share": "CLOSED"}, {"mask": "name"}, {"personal": "PERSONAL"}]
)
def test_what_a_schema_protects_is_never_public(change: dict[str, str]) -> None:
    column = dataset("issue").column("stage_code")

    assert may_be_public(column)
    assert not may_be_public(replace(column, **change))  # type: ignore[arg-type]
    assert not may_be_public(dataset("issue").column("description"))


def test_a_key_shows_no_more_of_a_view_and_an_old_one_nothing() -> None:
    holder = Who(consumer(), (grant(basis="", clear=(), columns=()),))
    gone = Who(consumer(revoked_at=AT), ())

    assert ask(holder, public_name("issue")) == ask(None, public_name("issue"))
    refused = ask(gone, public_name("issue"))
    assert isinstance(refused, Refused)
    assert refused.kind == "revoked"


def test_nobody_is_granted_a_view() -> None:
    assert not set(public_views()) & set(subjects())
