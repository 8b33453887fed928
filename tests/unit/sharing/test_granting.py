"""Grants that could not mean what they say are refused, with what to write instead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.consumers import AT, consumer, grant
from support.sharing_world import TERRITORY

from hub.errors import MisuseError
from hub.sharing.granting import check_consumer, check_grant, rule_of
from hub.sharing.subjects import subjects
from hub.storage.grants import RowRule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("all", RowRule("all")),
        ("own", RowRule("own")),
        ("districts:420104", RowRule("districts", ("420104",))),
        ("streets: 1 ,2,2", RowRule("streets", ("1", "2"))),
    ],
)
def test_rules_are_read(text: str, rule: RowRule) -> None:
    assert rule_of(text) == rule


@pytest.mark.parametrize("rule", ["all", "own", "districts:1,2", "streets:3"])
def test_rules_are_written_as_they_are_read(rule: str) -> None:
    assert str(rule_of(rule)) == rule


@pytest.mark.parametrize(
    "text", ["", "none", "districts", "districts:", "all:1", "own:"]
)
def test_other_rules_are_refused(text: str) -> None:
    with pytest.raises(MisuseError, match="Write all, own"):
        rule_of(text)


def test_a_sound_grant_passes() -> None:
    check_grant(grant(), consumer(), subjects(), TERRITORY)


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        ({"dataset": "issues"}, "no such dataset"),
        ({"purpose": "研究"}, "none of the consumer's"),
        ({"valid_until": AT}, "ends before it begins"),
        ({"columns": ("reporter",)}, "no column reporter"),
        ({"columns": (), "column_class": None, "clear": ()}, "names no column"),
        ({"column_class": "CLOSED"}, "never granted as a class"),
        ({"basis": " "}, "no legal basis is stated for reporter_name"),
        ({"clear": ()}, "drop leaves nothing of reporter_name"),
        ({"masks": {"address": "blur"}}, "no mask blur"),
        ({"masks": {"address": "name"}}, "does not hide all"),
        ({"masks": {"reporter_name": "drop"}}, "masked and seen whole"),
        ({"masks": {"lon": "pseudonym"}}, "lon is no text"),
        ({"row_rule": RowRule("districts", ("420199",))}, "no district 420199"),
        ({"row_rule": RowRule("streets", ("420104",))}, "no street 420104"),
        ({"forms": ("fax",)}, "unknown form fax"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(
    wrong: dict[str, object], seen: str
) -> None:
    with pytest.raises(MisuseError, match=seen):
        check_grant(grant(**wrong), consumer(), subjects(), TERRITORY)


FIGURES = {
    "dataset": "figure",
    "columns": (),
    "column_class": "OPEN",
    "clear": (),
    "masks": {},
    "basis": "",
    "row_rule": RowRule("all"),
}


def test_figures_are_not_masked() -> None:
    given = grant(**FIGURES | {"masks": {"unit_code": "pseudonym"}})

    with pytest.raises(MisuseError, match="figure holds counts"):
        check_grant(given, consumer(), subjects(), TERRITORY)


@pytest.mark.parametrize(
    "other",
    [
        {"forms": ()},
        {"forms": ("file", "warehouse")},
        {"forms": ("file",), "basis": "办法第八条"},
        {"forms": ("warehouse",), "row_rule": RowRule("own")},
    ],
)
def test_figures_may_be_granted_by_any_means(
    other: dict[str, object],
) -> None:
    check_grant(grant(**FIGURES | other), consumer(), subjects(), TERRITORY)


def test_rows_that_nothing_tells_apart_are_granted_whole_or_not() -> None:
    cut = grant(
        dataset="category",
        columns=(),
        column_class="OPEN",
        clear=(),
        masks={},
        row_rule=RowRule("own"),
    )

    with pytest.raises(MisuseError, match="no column of category tells"):
        check_grant(cut, consumer(), subjects(), TERRITORY)


def test_own_needs_units_and_a_consumer_that_has_not_ended() -> None:
    own = grant(row_rule=RowRule("own"))

    with pytest.raises(MisuseError, match="no units of its own"):
        check_grant(own, consumer(units=()), subjects(), TERRITORY)
    with pytest.raises(MisuseError, match="is revoked"):
        check_grant(own, consumer(revoked_at=AT), subjects(), TERRITORY)


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        ({"id": "硚口"}, "name is not usable"),
        ({"id": "anybody"}, "whoever comes without a key"),
        ({"org": " "}, "organisation or post is empty"),
        ({"purposes": ("考核", "")}, "a purpose is empty"),
        ({"units": ("AU-X",)}, "no assessment unit AU-X"),
        ({"valid_until": AT - timedelta(days=1)}, "ends before it begins"),
    ],
)
def test_a_consumer_that_makes_no_sense_is_refused(
    wrong: dict[str, object], seen: str
) -> None:
    told = {"units": ("AU-W",), **wrong}

    with pytest.raises(MisuseError, match=seen):
        check_consumer(consumer(**told), TERRITORY)
