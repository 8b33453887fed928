"""Routes of the figures: definitions, figures of a release, and the cases behind one.

What lives here: what may be asked of figures. What does not: counting them
(`hub.metrics`), small cells (`hub.sharing.small_cells`). Statistics go out with small
cells hidden; whoever has a grant on a unit's own figures sees them whole (sharing §8).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
import polars as pl
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hub.metrics.groupings import BREAKDOWNS
from hub.metrics.levels import CITY, LEVELS
from hub.metrics.registry import METRICS
from hub.metrics.words import metric_shape
from hub.sharing.api.catalog import ReleaseId
from hub.sharing.api.evidence import cases_behind
from hub.sharing.api.figures import Figures
from hub.sharing.api.problems import UNKNOWN, Refusal, documented
from hub.sharing.api.service import Caller, Service
from hub.sharing.asks import Allowed, Ask
from hub.sharing.small_cells import NOTES
from hub.sharing.subjects import FIGURES
from hub.sharing.wire import telling
from hub.storage.audit_entries import Outcome

Period = Annotated[
    str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
]
Word = Annotated[str | None, Query(max_length=60)]
Code = Annotated[str, Path(max_length=60, description="Id of a metric.")]
LEVEL_NAMES = tuple(one.name for one in LEVELS)
BY_NAMES = tuple(BREAKDOWNS)
FAILS = documented(400, 401, 403, 404, 410, 429, 503)


def router(service: Service) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1/metrics", tags=["metrics"])
    kept_figures = Figures(service.options.seconds)

    @routes.get("", summary="The metrics and their definitions", responses=FAILS)
    def metrics(request: Request) -> list[dict[str, Any]]:
        caller = service.caller(request)
        ask = Ask(dataset=FIGURES, at=service.house.now(), form="api")
        allowed = service.decided(caller, ask)
        _note(service, caller, allowed, None, 0, "definitions")
        return [metric_shape(one) for one in METRICS.values()]

    @routes.get("/{code}", summary="Figures of one metric", responses=FAILS)
    def figures(
        request: Request,
        code: Code,
        period: Period = None,
        level: Literal[LEVEL_NAMES] | None = None,  # type: ignore[valid-type]
        unit_code: Word = None,
        by: Literal[BY_NAMES] | None = None,  # type: ignore[valid-type]
        by_code: Word = None,
        basis: Word = None,
        purpose: Annotated[str | None, Query(max_length=200)] = None,
        release: ReleaseId = None,
    ) -> Response:
        """Numerator, denominator and value by place; 0/0 is null, never 0 or 1."""
        caller = service.caller(request)
        wanted = {
            "period": period,
            "level": level,
            "unit_code": unit_code,
            "by": by,
            "by_code": by_code,
            "basis": basis,
        }
        named = {name: value for name, value in wanted.items() if value is not None}
        ask = Ask(
            dataset=FIGURES,
            at=service.house.now(),
            form="api",
            filters=tuple(named),
            purpose=purpose,
        )
        allowed = service.decided(caller, ask)
        if code not in METRICS:
            raise Refusal(404, "unknown", UNKNOWN)
        found = service.release(release)
        shelf = service.hand.shelf(found, FIGURES)
        kept = kept_figures.of(shelf, code, period, allowed)
        for name, value in named.items():
            kept = kept.filter(pl.col(name) == value)
        notes = NOTES if allowed.small_cells is not None else ()
        shown = kept.select(*(one.name for one in allowed.columns), *notes)
        _note(service, caller, allowed, found.id, len(shown), code)
        body = {
            "release": found.id,
            "as_of": found.published_at,
            "metric": code,
            "columns": shown.columns,
            "figures": orjson.Fragment(telling(shown).write_json()),
        }
        return _json(body)

    @routes.get(
        "/{code}/evidence",
        summary="The cases behind a figure",
        responses=FAILS,
    )
    def evidence(
        request: Request,
        code: Code,
        period: Annotated[str, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")],
        level: Literal[LEVEL_NAMES] = CITY,  # type: ignore[valid-type]
        unit_code: Word = None,
        purpose: Annotated[str | None, Query(max_length=200)] = None,
        release: ReleaseId = None,
    ) -> Response:
        """Ids of the cases that counted, and of those left out with the reason.

        Of metrics over cases; only cases that are granted to the asker.
        """
        caller = service.caller(request)
        ask = Ask(
            dataset="issue",
            at=service.house.now(),
            form="api",
            columns=("issue_id",),
            filters=("issue_id",),
            purpose=purpose,
        )
        allowed = service.decided(caller, ask)
        if code not in METRICS or METRICS[code].subject != "issue":
            raise Refusal(404, "unknown", UNKNOWN)
        found = service.release(release)
        if (level == CITY) is not (unit_code is None):
            raise Refusal(400, "parameter", "Name level and unit_code, or neither.")
        told = cases_behind(
            service, allowed, found, code, period, level=level, unit_code=unit_code
        )
        rows = sum(told["counts"].values())
        _note(service, caller, allowed, found.id, rows, f"evidence of {code}")
        return _json({"release": found.id, "as_of": found.published_at, **told})

    return routes


def _json(value: Any) -> Response:
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(body, headers=headers, media_type="application/json")


def _note(
    service: Service,
    caller: Caller,
    allowed: Allowed,
    release: str | None,
    rows: int,
    reason: str,
) -> None:
    handover = service.handover(caller, allowed.dataset, allowed, version=release)
    outcome = Outcome(result="delivered", reason=reason, row_count=rows)
    service.journal.put(handover, outcome).result()
