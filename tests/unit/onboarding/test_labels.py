"""Values get a code only where they are a code or label word by word."""

from __future__ import annotations

from hub.onboarding.labels import table_for
from hub.partners.loader import load_city
from hub.schemas import dataset

CITY = load_city("wuhan")


def test_codes_and_labels_in_both_languages_are_known() -> None:
    column = dataset("handling").column("measure_code")

    found = table_for(column, ("劝导", "FINE", "clearing", "训诫"), CITY)

    assert found is not None
    assert found.known == {"劝导": "PERSUADE", "FINE": "FINE", "clearing": "CLEAR"}
    assert found.unknown == ("训诫",)


def test_what_only_looks_like_a_label_is_not_known() -> None:
    column = dataset("issue").column("source_stage_id")

    found = table_for(column, ("已立案", "待核查", "结案"), CITY)

    assert found is not None
    assert found.known == {"结案": "CLOSED"}
    assert found.looks["已立案"] == "REGISTERED"


def test_names_of_districts_lead_to_their_codes() -> None:
    column = dataset("issue").column("district_code")

    found = table_for(column, ("武昌区", "汉阳区", "某区"), CITY)

    assert found is not None
    assert found.known == {"武昌区": "420106", "汉阳区": "420105"}
    assert found.unknown == ("某区",)


def test_a_column_without_a_list_has_no_table() -> None:
    assert table_for(dataset("issue").column("address"), ("a",), CITY) is None
