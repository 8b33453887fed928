"""Service requests and their updates, from released cases and their trail.

What lives here: the columns of both in GeoReport's names (dialects §6). What does not:
which rows (`routes`), words (`words`), rights and audit (`reading`).
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.stage_chain import CHECKS
from hub.sharing.open311.reading import Reading
from hub.sharing.open311.words import (
    action_words,
    ended,
    reached,
    service_code,
    stage_words,
    status,
    update_status,
)

TIMES = (
    "reported_at", "accepted_at", "verified_at", "registered_at", "dispatched_at",
    "received_at", "handled_at", "checked_at", "closed_at", "cancelled_at",
    "fed_back_at",
)  # fmt: skip
REQUEST = (
    "service_request_id", "status", "status_notes", "service_name", "service_code",
    "description", "agency_responsible", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "lat", "long", "media_url",
)  # fmt: skip
UPDATE = (
    "update_id", "service_request_id", "status", "status_notes", "updated_datetime",
    "description", "media_url", "external_status_code",
)  # fmt: skip
W3C = "%Y-%m-%dT%H:%M:%S%.f%:z"
TEXT = pl.String


def requests(
    reading: Reading, cases: pl.DataFrame, services: pl.DataFrame
) -> pl.DataFrame:
    """Service requests of some cases, in their order.

    Args:
        cases: public columns of the dataset issue.
        services: of `Services.of`.
    """
    ids = cases["issue_id"]
    told = cases.select(
        "issue_id",
        service_request_id="issue_id",
        status=status(),
        status_notes=stage_words(),
        service_code=service_code("std_category_kind_code", "std_category_code"),
        requested_datetime=_w3c(pl.col("reported_at"), reading.zone),
        updated_datetime=_w3c(_changed(), reading.zone),
        expected_datetime=_w3c(pl.col("deadline_at"), reading.zone),
        lat="lat",
        long="lon",
        media_url=pl.lit(None, dtype=TEXT),
    ).join(services.drop("major_name"), "service_code", "left", maintain_order="left")
    wanted = ("description", "address", "handling_org_id")
    more = None if not len(ids) else reading.granted("issue", "issue_id", wanted, ids)
    if more is not None:
        told = told.join(
            _with_agency(reading, more), "issue_id", "left", maintain_order="left"
        )
    return told.select(name for name in REQUEST if name in told.columns)


def _changed() -> pl.Expr:
    """Of a case that is over the instant when it ended, else its last step."""
    ended_at = (
        pl.when(pl.col("stage_code").is_in(["CLOSED", "FED_BACK"]))
        .then(pl.col("closed_at"))
        .when(pl.col("stage_code").is_in(list(ended())))
        .then(pl.col("cancelled_at"))
    )
    return pl.coalesce(ended_at, pl.max_horizontal(*TIMES))


def _w3c(instant: pl.Expr, zone: str) -> pl.Expr:
    return instant.dt.convert_time_zone(zone).dt.strftime(W3C)


def _with_agency(reading: Reading, more: pl.DataFrame) -> pl.DataFrame:
    """The unit that handles a case by its name instead of its id."""
    if "handling_org_id" not in more.columns:
        return more
    wanted = ("org_name", "valid_from_on")
    units = reading.granted("org", "org_id", wanted, more["handling_org_id"])
    if units is None or not {*wanted} <= {*units.columns}:
        return more.drop("handling_org_id")
    # A unit has a row for each of its versions; the latest one names it.
    named = units.sort("valid_from_on").unique("org_id", keep="last")
    told = named.select(handling_org_id="org_id", agency_responsible="org_name")
    joined = more.join(told, "handling_org_id", "left", maintain_order="left")
    return joined.drop("handling_org_id")


def updates(reading: Reading, steps: pl.DataFrame) -> pl.DataFrame:
    """Service request updates of some steps, in their order.

    Args:
        steps: public columns of the dataset issue_event.
    """
    ids = steps["issue_id"]
    cases = reading.of("issue", "issue_id", ids).select(
        "issue_id", "close_type_code", "duplicate_of_id", case_stage="stage_code"
    )
    # What a step means depends on those before and after it.
    trail = (
        reading.of("issue_event", "issue_id", ids)
        .join(cases, "issue_id")
        .with_columns(stage=reached())
        .sort("issue_id", "event_seq")
    )
    before = pl.col("stage").forward_fill().shift(1)
    last = pl.col("event_seq") == pl.col("event_seq").max()
    trail = trail.with_columns(
        stage_before=before.over("issue_id"), is_last=last.over("issue_id")
    )
    whole = _with_proof(reading, trail, ids).select(
        "event_id", "stage", status=update_status()
    )
    told = steps.join(whole, "event_id", "inner", maintain_order="left").select(
        "event_id",
        update_id="event_id",
        service_request_id="issue_id",
        status="status",
        status_notes=pl.coalesce(stage_words("stage"), action_words()),
        updated_datetime=_w3c(pl.col("happened_at"), reading.zone),
        media_url=pl.lit(None, dtype=TEXT),
        external_status_code=pl.coalesce("stage", "action_code"),
    )
    events = told["event_id"]
    more = None
    if len(events):
        more = reading.granted("issue_event", "event_id", ("opinion",), events)
    if more is not None:
        named = more.rename({"opinion": "description"})
        told = told.join(named, "event_id", "left", maintain_order="left")
    return told.select(name for name in UPDATE if name in told.columns)


def _with_proof(reading: Reading, trail: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Beside each step the last check and the last handling there were by then."""
    at = "happened_at"
    checks = reading.of("review", "issue_id", ids).filter(
        pl.col("review_kind_code").is_in(list(CHECKS))
        & pl.col("result_code").is_not_null()
    )
    by_step = trail.select(
        "issue_id",
        at,
        check=pl.col("action_code").replace_strict(
            {"CHECK_PASS": "PASS", "CHECK_FAIL": "FAIL"},
            default=None,
            return_dtype=TEXT,
        ),
    ).filter(pl.col("check").is_not_null())
    by_review = checks.select(
        "issue_id", pl.col("done_at").alias(at), check="result_code"
    )
    handled = (
        reading.of("handling", "issue_id", ids)
        .filter(pl.col("measure_code").is_not_null())
        .select("issue_id", pl.col("finished_at").alias(at), measure="measure_code")
    )
    found = trail.sort(at, "event_seq")
    for proof in (pl.concat([by_step, by_review]), handled):
        sound = proof.drop_nulls(at).sort(at)
        found = found.join_asof(
            sound, on=at, by="issue_id", strategy="backward", check_sortedness=False
        )
    return found
