"""What a case and its steps are called: the table of dialects §6, row by row."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from hub.sharing.open311.words import (
    reached,
    service_code,
    stage_words,
    stages_of,
    status,
    update_status,
)

STEP: dict[str, Any] = {
    "action_code": "SUBMIT",
    "stage": None,
    "stage_before": None,
    "is_last": False,
    "duplicate_of_id": None,
    "close_type_code": None,
    "check": None,
    "measure": None,
}


def called(**told: Any) -> str:
    kinds = {name: pl.Boolean if name == "is_last" else pl.String for name in STEP}
    frame = pl.DataFrame([{**STEP, **told}], schema=kinds)
    return str(frame.select(update_status()).item())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"stage": "DISCOVERED"}, "open"),
        ({"stage": "ACCEPTED"}, "investigating"),
        ({"stage": "VERIFIED"}, "investigating"),
        ({"stage": "REGISTERED"}, "investigating"),
        ({"stage": "DISPATCHED"}, "action_scheduled"),
        ({"stage": "HANDLING"}, "in_progress"),
        ({"stage": "REWORK"}, "in_progress"),
        ({"stage": "HANDLED"}, "in_progress"),
        ({"stage": "CHECKED"}, "in_progress"),
        ({"stage": "CLOSED", "check": "PASS"}, "fixed"),
        ({"stage": "FED_BACK", "check": "PASS"}, "fixed"),
        ({"stage": "CLOSED"}, "closed"),
        ({"stage": "CLOSED", "check": "FAIL"}, "closed"),
        ({"stage": "FED_BACK", "check": "UNABLE"}, "closed"),
        (
            {"stage": "CLOSED", "check": "PASS", "close_type_code": "FORCED"},
            "no_further_action",
        ),
        ({"stage": "CLOSED", "action_code": "FORCE_CLOSE"}, "no_further_action"),
        ({"stage": "NOT_ACCEPTED"}, "no_further_action"),
        ({"stage": "NOT_REGISTERED"}, "no_further_action"),
        ({"stage": "CANCELLED"}, "cancelled"),
        ({"stage": "CLOSED", "duplicate_of_id": "x", "is_last": True}, "duplicate"),
        ({"stage": "DISPATCHED", "duplicate_of_id": "x"}, "action_scheduled"),
        ({"stage": "HANDLED", "measure": "TRANSFER"}, "internal_referral"),
        ({"stage": "HANDLED", "measure": "CLEAR"}, "in_progress"),
        ({"stage": "DISPATCHED", "measure": "TRANSFER"}, "action_scheduled"),
        ({"action_code": "SUSPEND", "stage": None}, "planned"),
        ({"action_code": "EXTEND", "stage": "DISPATCHED"}, "planned"),
        ({"stage": "REWORK", "stage_before": "CLOSED"}, "reopen"),
        ({"stage": "DISPATCHED", "stage_before": "CANCELLED"}, "reopen"),
        ({"stage": "FED_BACK", "stage_before": "CLOSED", "check": "PASS"}, "fixed"),
        ({"action_code": "RESUME", "stage": None}, "unchanged"),
        (
            {"action_code": "APPEAL", "stage": None, "stage_before": "CLOSED"},
            "unchanged",
        ),
    ],
)
def test_an_update_is_called_as_the_dialect_says(
    told: dict[str, Any], expected: str
) -> None:
    assert called(**told) == expected


@pytest.mark.parametrize(
    ("action", "stage", "case_stage", "expected"),
    [
        ("HANDLE", None, "CLOSED", "HANDLED"),
        ("HANDLE", "HANDLING", "CLOSED", "HANDLING"),
        ("CANCEL", None, "NOT_REGISTERED", "NOT_REGISTERED"),
        ("CANCEL", None, "HANDLED", "CANCELLED"),
        ("SUSPEND", None, "HANDLED", None),
        ("CHECK_FAIL", None, "CLOSED", "REWORK"),
    ],
)
def test_a_step_reaches_what_it_says_or_what_its_action_stands_for(
    action: str, stage: str | None, case_stage: str, expected: str | None
) -> None:
    kinds = dict.fromkeys(("action_code", "stage_code", "case_stage"), pl.String)
    frame = pl.DataFrame([(action, stage, case_stage)], schema=kinds, orient="row")

    assert frame.select(reached()).item() == expected


def test_a_case_is_closed_where_nothing_more_is_to_be_done() -> None:
    over = {"CLOSED", "FED_BACK", "NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED"}
    assert set(stages_of("closed")) == over
    assert "CHECKED" in stages_of("open")
    assert stages_of("fixed") == ()
    frame = pl.DataFrame({"stage_code": ["CLOSED", "CANCELLED", "CHECKED", None]})

    told = frame.select(status(), notes=stage_words())

    assert told.rows() == [
        ("closed", "结案"), ("closed", "作废"), ("open", "核查/复核"), (None, None),
    ]  # fmt: skip


def test_services_have_their_kind_and_code() -> None:
    frame = pl.DataFrame(
        {"k": ["MATTER", "COMPONENT", None], "c": ["06010", "01001", "06010"]}
    )

    codes = frame.select(service_code("k", "c")).to_series().to_list()

    assert codes == ["M-06010", "C-01001", None]
