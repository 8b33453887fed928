"""随手拍, the city's snapshot app: requests of citizens by Open311 in JSON.

What lives here: requests of which some are the platform's cases once more, as are those
of the hotline (T56). There are two states: what is over, however it ended, is closed.
What does not: the endpoint (`endpoint`), what happens (`hub.demo.ground.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.coordinates import as_gcj02
from hub.demo.loopback import serve
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told, local
from hub.demo.systems.defects import mark
from hub.demo.systems.open311.endpoint import W3C, Endpoint
from hub.demo.systems.own import FIVE, surrounded
from hub.demo.told.expected import Keyless, Told, hub_key, refused
from hub.demo.told.issues import derived, waits_for_areas

PARTNER = "ssp"
TRAPS = {
    "T2": "no filter by change: every evening lists everything again",
    "T16": "closed for everything that is over",
    "T22": "requests that are told again as they were",
    "T35": "0, 0 where the telephone knew no place; two decimals",
    "T40": "signs beyond the first 65536 in descriptions",
    "T56": "requests that are cases of the platform too",
    "T58": "closed requests of which nobody knows whether anything was mended",
    "T65": "a service that no list knows",
}
RULES = {"service": "F07", "status": "P06"}
NOWHERE, COARSE = "nowhere", "coarse"
KINDS = (*RULES, NOWHERE, COARSE)
OVER = ("CLOSED", "FED_BACK", "NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED")


def has(kind: str) -> pl.Expr:
    """Whether a request has that defect."""
    return pl.col("defect").eq_missing(kind)


IS_OVER = pl.col("stage").is_in(OVER)
STATUS = pl.when(IS_OVER).then(pl.lit("closed")).otherwise(pl.lit("open"))
CODE = pl.format("M-{}", "category_code")
SAID = pl.format("{}😟𠮷", "category_name")  # T40
WHERE = pl.format("{}附近", "community_name")
IS_NOWHERE = has(NOWHERE) | has(COARSE) | pl.col("waits")
METHOD = pl.when(IS_NOWHERE).then(pl.lit("NONE")).otherwise(pl.lit("POINT"))
IS_THERE = ~has(NOWHERE)
CLOSED_AT = pl.when(IS_OVER).then("changed_at")
PHOTO = pl.when(pl.col("pick") % 2 == 0).then(
    pl.format("https://ssp.example/{}.jpg", "request")
)
DERIVED = {
    **derived(method=METHOD),
    "stage_code": pl.when(IS_OVER)
    .then(pl.lit("CLOSED"))
    .otherwise(pl.lit("DISCOVERED")),
    "handling_mode_code": pl.lit(None, dtype=pl.String),  # nobody tells
    "source_channel_code": pl.lit("SSP"),
    "deadline_source_code": pl.lit("NONE"),
}


def sent(axis: str) -> pl.Expr:
    """Degrees as the telephone has them (T35)."""
    text = pl.col(f"{axis}_text")
    return (
        pl.when(has(NOWHERE))
        .then(pl.lit("0.0"))
        .when(has(COARSE))
        .then(text.str.head(text.str.len_chars() - 4))
        .otherwise(text)
    )


def told_degrees(axis: str) -> pl.Expr:
    """What is published of it: a coarse point stays as it came."""
    return (
        pl.when(has(COARSE)).then(sent(axis).cast(pl.Float64)).when(IS_THERE).then(axis)
    )


LINES = (
    Line("service_request_id", pl.col("request"), "case_no", pl.col("request")),
    Line(
        "status",
        pl.when(has("status")).then(pl.lit("planned")).otherwise(STATUS),
        "source_stage_id",
        STATUS,
    ),
    Line(None, None, "source_stage_name", STATUS),
    Line("service_name", pl.col("category_name")),
    Line(
        "service_code", pl.when(has("service")).then(pl.lit("M-06031")).otherwise(CODE)
    ),
    Line("description", SAID, "description", SAID),
    Line("agency_responsible", pl.format("{}城管执法局", "district_name")),
    Line(
        "requested_datetime",
        local("created_at", W3C),
        "reported_at",
        pl.col("created_at"),
    ),
    Line("updated_datetime", local("changed_at", W3C), "closed_at", CLOSED_AT),
    Line("address", WHERE, "address", WHERE),
    Line("lat", sent("lat"), "lat", told_degrees("lat")),
    Line("long", sent("lon"), "lon", told_degrees("lon")),
    Line("media_url", PHOTO, "media_count", PHOTO.is_not_null().cast(pl.Int64)),
    Line(
        "extended_attributes.city_request",
        pl.col("city_no"),
        "duplicate_of_id",
        hub_key("issue", "platform", pl.col("city_id")),
    ),
    *(Line(None, None, name, told) for name, told in DERIVED.items()),
    Line(None, None, "coord_sys_code", pl.when(IS_THERE).then(pl.lit("GCJ02"))),
    Line(
        None,
        None,
        "coord_quality_code",
        pl.when(has(NOWHERE))
        .then(pl.lit("MISSING"))
        .when(has(COARSE))
        .then(pl.lit("UNSURE"))
        .otherwise(pl.lit("CONVERTED")),
    ),
)


class Ssp:
    """The simulated endpoint of the app."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._endpoint = Endpoint("json")
        self._made = mark(around.cases(PARTNER), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        url = opening.enter_context(serve(self._endpoint.app))
        return {"HUB_DEMO_SSP_URL": f"{url}/open311/v2"}

    def deliver(self, day: int) -> None:
        """Tell from now on how the requests stood at the end of a day."""
        known = self._known(day).sort("created_at", "case")
        at = known.select(requested_at="created_at")
        self._endpoint.shown = at.with_columns(as_sent(known, LINES))

    def window(self, day: int) -> Span | None:
        """The span of the day; the hub reaches further back by itself."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its requests after all days."""
        known = self._known(self._around.days)
        sound = known.filter(
            ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        )
        told = as_told(sound, pl.col("request"), LINES)
        yield Told("issue", PARTNER, [told], refused(known, "request", RULES))

    def keyless(self) -> Iterable[Keyless]:
        """Every request has its key."""
        return ()

    def _known(self, day: int) -> pl.DataFrame:
        """Requests with everything that a line may name."""
        known = self._made.known(told_at(day))
        lon, lat = as_gcj02(known["lon"].to_numpy(), known["lat"].to_numpy())
        placed = known.with_columns(lon_text=lon, lat_text=lat)
        return surrounded(placed, self._around, "new").with_columns(
            request=pl.concat_str(pl.lit("SSP"), "stamp", FIVE),
            waits=waits_for_areas(self._around.days),
        )
