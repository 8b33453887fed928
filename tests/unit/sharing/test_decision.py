"""Decisions over the real datasets, worked out by hand from the classes and masks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from support.consumers import AT, consumer, grant
from support.sharing_world import EAST, TERRITORY, WEST

from hub.schemas import DATASETS
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.granting import check_grant
from hub.sharing.subjects import subjects
from hub.storage.grants import Grant, RowRule

BOOK = Rulebook(subjects=subjects(), territory=TERRITORY)
DISTRICT = RowRule("districts", (WEST,))


def own(number: int = 1, **other: Any) -> Grant:
    """Cases of the own district, as the schema masks them."""
    plain = {"columns": (), "basis": "", "clear": (), "masks": {}, "forms": ()}
    return grant(number=number, row_rule=DISTRICT, **{**plain, **other})


def ask(who: Who | None, dataset: str = "issue", **other: Any) -> Allowed | Refused:
    given: dict[str, Any] = {"form": "api", "at": AT, **other}
    return decide(who, Ask(dataset=dataset, **given), BOOK)


def holder(*grants: Grant) -> Who:
    return Who(consumer(), grants)


def allowed(answer: Allowed | Refused) -> Allowed:
    assert isinstance(answer, Allowed), answer
    return answer


def kind(answer: Allowed | Refused) -> tuple[str, int]:
    assert isinstance(answer, Refused), answer
    return answer.kind, answer.status


def nameless(answer: Allowed | Refused) -> Refused:
    """A refusal without the names that the asker itself gave."""
    assert isinstance(answer, Refused)
    return replace(answer, columns=())


def test_anybody_sees_the_open_columns_of_open_datasets() -> None:
    answer = allowed(ask(None, "org"))

    names = {one.name for one in answer.columns}
    assert {"org_id", "org_name", "division_code", "partner"} <= names
    assert not names & {"establishment_count", "in_post_count", "feed", "source_id"}
    assert answer.rows.is_all
    assert (answer.grants, answer.purpose, answer.masks) == ((), None, {})


@pytest.mark.parametrize("dataset", ["issue", "person", "handling", "nothing"])
def test_nobody_without_a_key_learns_whether_other_datasets_exist(dataset: str) -> None:
    assert kind(ask(None, dataset)) == ("unauthorised", 401)


def test_what_is_not_granted_answers_as_if_absent() -> None:
    who = holder(own())

    assert kind(ask(who, "person")) == kind(ask(who, "nothing")) == ("unknown", 404)
    hidden = ask(who, columns=("reporter_phone",))
    absent = ask(who, columns=("reporter_fax",))
    assert kind(hidden) == kind(absent) == ("column", 400)
    assert nameless(hidden) == nameless(absent)


def test_a_district_sees_its_own_cases_masked_as_the_schema_says() -> None:
    answer = allowed(ask(holder(own())))

    assert answer.masks == {
        "reporter_person_id": "pseudonym",
        "description": "scrub",
        "address": "address",
    }
    names = {one.name for one in answer.columns}
    assert not names & {"reporter_name", "reporter_phone", "media", "feed", "batch_id"}
    cases = pl.DataFrame({"district_code": [WEST, EAST, None]})
    seen = cases.select(answer.rows.predicate()).to_series().to_list()
    assert seen == [True, False, False]
    assert answer.rows.as_data() == {"any": [{"column": "district_code", "in": [WEST]}]}


def test_a_handling_is_seen_where_its_case_is_seen() -> None:
    answer = allowed(ask(holder(own(dataset="handling")), "handling"))

    (lookup,) = answer.rows.lookups
    assert (lookup.dataset, lookup.key, lookup.column) == (
        "issue", "issue_id", "issue_id",
    )  # fmt: skip
    handlings = pl.DataFrame({"issue_id": ["mine", "theirs", None]})
    keys = {lookup: pl.Series(["mine", None])}
    seen = handlings.select(answer.rows.predicate(keys)).to_series().to_list()
    assert seen == [True, False, False]
    with pytest.raises(KeyError):
        answer.rows.predicate()


def test_a_closed_column_needs_its_name_and_a_basis() -> None:
    phone = ("reporter_phone",)
    by_name = own(columns=phone, clear=phone)
    with_basis = replace(by_name, basis="办法第八条")
    masked = replace(with_basis, clear=())

    assert kind(ask(holder(by_name), columns=phone)) == ("column", 400)
    assert kind(ask(holder(masked), columns=phone)) == ("column", 400)
    answer = allowed(ask(holder(with_basis), columns=phone))
    assert answer.masks == {}
    assert answer.basis == ("办法第八条",)
    closed = [c.name for c in DATASETS["issue"].all_columns if c.share == "CLOSED"]
    others = set(closed) - set(phone)
    whole = allowed(ask(holder(with_basis)))
    assert not others & {one.name for one in whole.columns}


@pytest.mark.parametrize("dataset", sorted(subjects()))
def test_a_grant_of_everything_with_a_basis_shows_everything_whole(
    dataset: str,
) -> None:
    every = tuple(subjects()[dataset].columns)
    given = own(dataset=dataset, columns=every, clear=every, basis="办法第八条")
    given = replace(given, row_rule=RowRule("all"))
    check_grant(given, consumer(), subjects(), TERRITORY)

    answer = allowed(ask(holder(given), dataset, grant=1, sorts=every))

    assert tuple(one.name for one in answer.columns) == every
    assert answer.masks == {}


def test_a_grant_may_mask_more_and_never_less() -> None:
    stricter = own(masks={"address": "drop", "case_no": "pseudonym"})
    looser = own(masks={"reporter_person_id": "name"})

    answer = allowed(ask(holder(stricter)))
    assert answer.masks["case_no"] == "pseudonym"
    assert "address" not in {one.name for one in answer.columns}
    kept = allowed(ask(holder(looser)))
    assert "reporter_person_id" not in {one.name for one in kept.columns}


@pytest.mark.parametrize("how", ["filters", "sorts"])
def test_rows_are_not_chosen_by_what_is_not_seen_whole(how: str) -> None:
    who = holder(own())
    masked: dict[str, Any] = {how: ("address",)}
    unseen: dict[str, Any] = {how: ("reporter_phone",)}
    whole: dict[str, Any] = {how: ("reported_at",)}

    assert kind(ask(who, **masked)) == ("masked", 400)
    assert kind(ask(who, **unseen)) == ("column", 400)
    assert allowed(ask(who, columns=("issue_id",), **whole))


def test_a_grant_is_for_its_purpose() -> None:
    two = Who(consumer(purposes=("考核", "研究")), (own(),))

    assert allowed(ask(two, purpose="考核")).purpose == "考核"
    assert kind(ask(two, purpose="研究")) == ("purpose", 403)
    assert kind(ask(two)) == ("purpose", 403)
    assert allowed(ask(holder(own()))).purpose == "考核"
    assert allowed(ask(two, "org", purpose="研究")).grants == ()


def test_a_grant_is_for_its_forms() -> None:
    who = holder(own(forms=("file",)))

    assert allowed(ask(who, form="file"))
    assert kind(ask(who, form="api")) == ("unknown", 404)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"valid_until": AT}, ("unknown", 404)),
        ({"revoked_at": AT}, ("unknown", 404)),
        ({"valid_from": AT + timedelta(seconds=1)}, ("unknown", 404)),
    ],
)
def test_a_grant_that_is_over_is_none(
    ends: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert kind(ask(holder(own(**ends)))) == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"valid_until": AT}, ("expired", 401)),
        ({"revoked_at": AT}, ("revoked", 401)),
        ({"valid_from": AT + timedelta(seconds=1)}, ("unauthorised", 401)),
    ],
)
def test_a_consumer_that_is_over_sees_not_even_what_is_open(
    ends: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert kind(ask(Who(consumer(**ends), (own(),)), "org")) == expected


def test_two_districts_come_together_where_they_are_shown_alike() -> None:
    east = own(2, valid_until=AT + timedelta(days=2))
    east = replace(east, row_rule=RowRule("districts", (EAST,)))
    masked = replace(east, number=3, masks={"case_no": "drop"})

    answer = allowed(ask(holder(own(), east, masked)))

    assert answer.grants == (1, 2)
    assert answer.valid_until == AT + timedelta(days=2)
    codes = [one["in"] for one in answer.rows.as_data()["any"]]
    assert codes == [[WEST], [EAST]]


def test_detail_of_the_own_and_little_of_all_are_two_answers() -> None:
    city = replace(own(2, columns=("issue_id", "stage_code")), column_class=None)
    who = holder(own(), replace(city, row_rule=RowRule("all")))

    assert allowed(ask(who)).grants == (1,)
    little = allowed(ask(who, columns=("stage_code",)))
    assert (little.grants, little.rows.is_all) == ((1, 2), True)
    assert allowed(ask(who, grant=2)).reads == ("issue_id", "stage_code")


def test_open_figures_hide_small_cells_and_figures_of_people() -> None:
    answer = allowed(ask(None, "figure"))
    levels = pl.DataFrame({"level": ["city", "street", "chief", "area", "org"]})

    seen = levels.select(answer.rows.predicate()).to_series().to_list()

    assert answer.small_cells == 5
    assert seen == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("rule", "basis", "least"),
    [
        (DISTRICT, "", None),
        (RowRule("all"), "", 5),
        (RowRule("all"), "办法第八条", None),
    ],
)
def test_small_cells_of_the_own_are_shown(
    rule: RowRule, basis: str, least: int | None
) -> None:
    given = replace(own(dataset="figure", basis=basis), row_rule=rule)

    assert allowed(ask(holder(given), "figure", grant=1)).small_cells == least


def test_the_own_are_whole_beside_what_is_open_to_all() -> None:
    given = replace(own(dataset="figure"), row_rule=DISTRICT)

    both = allowed(ask(holder(given), "figure"))
    alone = allowed(ask(holder(given), "figure", grant=1))

    assert (both.small_cells, both.whole) == (5, alone.rows)
    assert (alone.small_cells, alone.whole) == (None, None)
    assert allowed(ask(None, "figure")).whole is None


def test_a_masked_column_of_figures_is_not_there() -> None:
    given = replace(own(dataset="figure"), masks={"unit_code": "pseudonym"})

    names = {one.name for one in allowed(ask(holder(given), "figure", grant=1)).columns}

    assert "unit_code" not in names
    assert "numerator" in names


def test_without_what_is_open_only_grants_speak() -> None:
    who = holder(replace(own(dataset="figure"), row_rule=DISTRICT))

    assert allowed(ask(who, "figure")).small_cells == 5
    assert allowed(ask(who, "figure", granted_only=True)).small_cells is None
    assert kind(ask(None, "figure", granted_only=True)) == ("unauthorised", 401)


def test_an_answer_is_data_as_well() -> None:
    told = allowed(ask(holder(own()), columns=("case_no", "address"))).as_data()

    assert told["columns"] == [
        {"column": "case_no", "mask": None},
        {"column": "address", "mask": "address"},
    ]
    assert told["rules"] == ["districts:420104"]
    assert told["grants"] == [1]
