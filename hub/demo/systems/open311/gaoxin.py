"""东湖高新区's own cases by Open311 in XML, with its own words and no times.

What lives here: requests whose `status_notes` says how far they are, without instants
of it: the hub can only see that a word has changed since an evening (T21). What
does not: the endpoint (`endpoint`), what happens (`hub.demo.ground.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.coordinates import degrees_text
from hub.demo.loopback import serve
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told, local, words
from hub.demo.systems.defects import mark
from hub.demo.systems.open311.endpoint import W3C, Endpoint
from hub.demo.systems.own import DUE, FIVE, surrounded
from hub.demo.told.expected import Keyless, Told, hub_key, refused
from hub.demo.told.issues import derived

PARTNER = "gaoxin"
TRAPS = {
    "T2": "no filter by change: every evening lists everything again",
    "T16": "核销, a word for a state that no table knows",
    "T21": "states without times",
    "T22": "requests that are told again as they were",
    "T43": "control characters and signs of the mark-up in XML",
    "T65": "a service that no list knows",
}
RULES = {"service": "F07", "status": "P06"}
MARKS = "marks"
KINDS = (*RULES, MARKS)
# What the zone's words tell of a stage; the hub can know no more.
SEEN = {
    "DISCOVERED": "DISCOVERED",
    "ACCEPTED": "DISCOVERED",
    "REGISTERED": "DISCOVERED",
    "DISPATCHED": "DISPATCHED",
    "HANDLING": "DISPATCHED",
    "HANDLED": "HANDLED",
    "CHECKED": "HANDLED",
    "CLOSED": "CLOSED",
    "NOT_ACCEPTED": "NOT_ACCEPTED",
    "CANCELLED": "CANCELLED",
}
NOTES = {
    "DISCOVERED": "新收",
    "DISPATCHED": "已派单",
    "HANDLED": "已处理",
    "CLOSED": "办结",
    "NOT_ACCEPTED": "不予受理",
    "CANCELLED": "撤销",
}
OVER = ("CLOSED", "NOT_ACCEPTED", "CANCELLED")
INFERRED = {"DISPATCHED": "DISPATCH", "HANDLED": "HANDLE"}


def has(kind: str) -> pl.Expr:
    """Whether a request has that defect."""
    return pl.col("defect").eq_missing(kind)


STAGE = pl.col("stage")
NOTE = words(STAGE, NOTES)
SAID = pl.format("{}<{}>&c.", "street_name", "category_name")
CODE = pl.format("M-{}", "category_code")
ADDRESS = pl.format("{}{}", "street_name", "community_name")
DERIVED = {
    **derived(method=pl.lit("POINT")),
    "handling_mode_code": pl.when("was_dispatched").then(pl.lit("DISPATCHED")),
    "deadline_at": DUE,
    "deadline_source_code": pl.when(DUE.is_not_null())
    .then(pl.lit("SOURCE"))
    .otherwise(pl.lit("NONE")),
    "source_channel_code": pl.lit("XC"),
    "coord_sys_code": pl.lit("WGS84"),
    "coord_quality_code": pl.lit("OK"),
    "media_count": pl.lit(0),
}
LINES = (
    Line("service_request_id", pl.col("request"), "case_no", pl.col("request")),
    Line(
        "status",
        pl.when(STAGE.is_in(OVER)).then(pl.lit("closed")).otherwise(pl.lit("open")),
    ),
    Line(
        "status_notes",
        pl.when(has("status")).then(pl.lit("核销")).otherwise(NOTE),
        "source_stage_id",
        NOTE,
    ),
    Line(None, None, "source_stage_name", NOTE),
    Line("service_name", pl.col("category_name")),
    Line(
        "service_code", pl.when(has("service")).then(pl.lit("M-06031")).otherwise(CODE)
    ),
    Line(
        "description",
        pl.when(has(MARKS)).then(pl.format("\x0b{}\x07", SAID)).otherwise(SAID),
        "description",
        SAID,
    ),
    Line("agency_responsible", pl.lit("东湖高新区城管执法局")),
    Line(
        "requested_datetime",
        local("created_at", W3C),
        "reported_at",
        pl.col("created_at"),
    ),
    Line("updated_datetime", local("changed_at", W3C)),
    Line("expected_datetime", local(DUE, W3C), "source_deadline_at", DUE),
    Line("address", ADDRESS, "address", ADDRESS),
    Line("lat", pl.col("north"), "lat", pl.col("lat")),
    Line("long", pl.col("east"), "lon", pl.col("lon")),
    Line(None, None, "closed_at", pl.when(STAGE == "CLOSED").then("changed_at")),
    Line(None, None, "cancelled_at", pl.when(STAGE.is_in(OVER[1:])).then("changed_at")),
    *(Line(None, None, name, told) for name, told in DERIVED.items()),
)
EVENT = {
    "issue_id": hub_key("issue", PARTNER, pl.col("request")),
    "action_code": words(STAGE, INFERRED),
    "stage_code": STAGE,
    "happened_at": pl.col("changed_at"),
    "event_seq": pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("request"),
    "is_inferred": pl.lit(value=True),
}


class Gaoxin:
    """The simulated endpoint of the zone."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._endpoint = Endpoint("xml")
        self._made = mark(around.cases(PARTNER), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        url = opening.enter_context(serve(self._endpoint.app))
        return {"HUB_DEMO_GAOXIN_URL": f"{url}/open311/v2"}

    def deliver(self, day: int) -> None:
        """Tell from now on how the requests stood at the end of a day."""
        known = self._known(day).sort("created_at", "case")
        at = known.select(requested_at="created_at")
        self._endpoint.shown = at.with_columns(as_sent(known, LINES))

    def window(self, day: int) -> Span | None:
        """The span of the day; the hub reaches further back by itself."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its requests after all days, and what can be read off their changes."""
        seen = self._changes()
        was = seen.filter(stage="DISPATCHED")["request"]
        known = self._known(self._around.days).with_columns(
            was_dispatched=pl.col("request").is_in(was.implode())
        )
        sound = known.filter(
            ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        )
        told = as_told(sound, pl.col("request"), LINES)
        yield Told("issue", PARTNER, [told], refused(known, "request", RULES))
        instant = pl.col("changed_at").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
        events = seen.filter(STAGE.is_in(list(INFERRED))).select(
            source_id=pl.format("{}#{}@{}", "request", NOTE, instant), **EVENT
        )
        yield Told("issue_event", PARTNER, [events])

    def keyless(self) -> Iterable[Keyless]:
        """Every request has its key."""
        return ()

    def _changes(self) -> pl.DataFrame:
        """Sound requests on the first evening on which a word stood there."""
        evenings = [
            self._known(day).with_columns(evening=pl.lit(day))
            for day in range(1, self._around.days + 1)
        ]
        sound = ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        return (
            pl.concat(evenings)
            .filter(sound)
            .sort("evening", "changed_at", "case")
            .unique(["request", "stage"], keep="first", maintain_order=True)
        )

    def _known(self, day: int) -> pl.DataFrame:
        """Requests with everything that a line may name; stage as the words tell it."""
        known = self._made.known(told_at(day))
        placed = known.with_columns(
            east=degrees_text(known["lon"].to_numpy()),
            north=degrees_text(known["lat"].to_numpy()),
        )
        return surrounded(placed, self._around, "new").with_columns(
            stage=words(STAGE, SEEN),
            request=pl.concat_str(pl.lit("GX"), "stamp", FIVE),
            was_dispatched=pl.lit(value=False),
        )
