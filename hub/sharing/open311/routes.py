"""Routes of GeoReport v2 and of servicerequestupdates, for reading only.

What lives here: their parameters, and which rows they mean. What does not: the fields
(`listing`, `services`), the forms (`form`), rights and audit (`reading`).

Pages are of the newest release at hand; one that is published between two pages moves
rows by as many as came with it, so readers ask for windows that overlap.
"""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hub.sharing.api.problems import UNKNOWN, Refusal
from hub.sharing.api.service import Service
from hub.sharing.open311 import listing, services
from hub.sharing.open311.asking import (
    MOST_ROWS,
    MOST_SIGNS,
    Paged,
    read_list,
    read_span,
)
from hub.sharing.open311.failing import PREFIX, GeoRoute
from hub.sharing.open311.form import MEDIA, Form, listed, told
from hub.sharing.open311.reading import Reading
from hub.sharing.open311.words import stages_of
from hub.sharing.shelf import AnyOf, Condition, Order
from hub.storage.audit_entries import HandOver

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
Ending = Annotated[Form, Path(description="json or xml.")]
City = Annotated[
    str | None, Query(max_length=60, description="The city's id; there is one.")
]
Page = Annotated[int, Query(ge=1, le=1_000_000, description="Of the rows, from 1.")]
Size = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of a page.")]
Since = Annotated[
    str | None, Query(max_length=40, description="W3C date, included; 90 days at most.")
]
Until = Annotated[str | None, Query(max_length=40, description="W3C date, included.")]
Purpose = Annotated[
    str | None, Query(max_length=200, description="What for, where you have several.")
]
Words = Annotated[str | None, Query(max_length=MOST_SIGNS)]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {one.partition(";")[0]: {} for one in MEDIA.values()}},
    **{
        status: {
            "description": "errors: code and description",
            "content": {one.partition(";")[0]: {} for one in MEDIA.values()},
        }
        for status in (400, 401, 403, 404, 405, 410, 429, 500, 503)
    },
}


def router(service: Service) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix=PREFIX, tags=["open311"], route_class=GeoRoute)
    lists = services.Services()

    def reading(
        request: Request, jurisdiction: str | None, purpose: str | None = None
    ) -> Reading:
        caller = service.caller(request)
        if jurisdiction not in (None, "", service.house.city.id):
            raise Refusal(404, "unknown", "There is no such jurisdiction_id here.")
        at = service.house.now()
        return Reading(service, caller, service.release(None), at, purpose)

    def sent(read: Reading, form: Form, body: bytes) -> Response:
        read.hand_over(body)
        return Response(
            body,
            headers={
                "Content-Type": MEDIA[form],
                "Cache-Control": "private, no-cache",
                "Vary": "Authorization",
                "Hub-Release": read.release.id,
            },
        )

    @routes.get("/discovery.{form}", summary="What is served here", responses=ANSWERS)
    def discovery(
        request: Request, form: Ending, jurisdiction_id: City = None
    ) -> Response:
        read = reading(request, jurisdiction_id)
        about = HandOver(
            system=read.caller.name, dataset="discovery", address=read.caller.address
        )
        read.handed.append((about, 0))
        return sent(read, form, told(form, _discovery(read, request), "discovery"))

    @routes.get(
        "/services.{form}", summary="The standard category list", responses=ANSWERS
    )
    def all_services(
        request: Request, form: Ending, jurisdiction_id: City = None
    ) -> Response:
        read = reading(request, jurisdiction_id)
        frame = services.listed(lists.read(read))
        return sent(read, form, listed(form, frame, "services", "service"))

    @routes.get(
        "/services/{service_code}.{form}", summary="One category", responses=ANSWERS
    )
    def one_service(
        request: Request, service_code: str, form: Ending, jurisdiction_id: City = None
    ) -> Response:
        """A definition without attributes: nothing is reported by it here."""
        read = reading(request, jurisdiction_id)
        if service_code not in lists.read(read)["service_code"]:
            raise Refusal(404, "unknown", "There is no such service_code here.")
        definition = {"service_code": service_code, "attributes": []}
        return sent(read, form, told(form, definition, "service_definition"))

    def answer(read: Reading, form: Form, cases: pl.DataFrame) -> Response:
        frame = listing.requests(read, cases, lists.of(read))
        return sent(read, form, listed(form, frame, "service_requests", "request"))

    @routes.get(
        "/requests.{form}", summary="Cases, the newest first", responses=ANSWERS
    )
    def requests(
        request: Request,
        form: Ending,
        jurisdiction_id: City = None,
        service_request_id: Words = None,
        service_code: Words = None,
        start_date: Since = None,
        end_date: Until = None,
        status: Words = None,
        page: Page = 1,
        page_size: Size = MOST_ROWS,
        purpose: Purpose = None,
    ) -> Response:
        """Of the last 90 days where nothing is said; text and address by grant only."""
        read = reading(request, jurisdiction_id, purpose)
        kinds = read.shelf("issue").schema
        holds: list[Condition | AnyOf] = []
        if service_request_id is not None:
            ids = tuple(read_list("service_request_id", service_request_id))
            holds.append(Condition("issue_id", "in", ids, ids, kinds["issue_id"]))
        else:
            span = read_span(start_date, end_date, now=read.at, zone=read.zone)
            holds += read.where(
                "issue", *(("reported_at", text) for text in span.conditions)
            )
            if service_code is not None:
                codes = read_list("service_code", service_code)
                kind = kinds[services.CODE]
                holds.append(services.of_codes(codes, lists.of(read), kind))
            if status is not None:
                stages = _stages(read_list("status", status))
                kind = kinds["stage_code"]
                holds.append(Condition("stage_code", "in", stages, stages, kind))
        used = tuple(
            {
                part.column: None
                for one in holds
                for part in (one.parts if isinstance(one, AnyOf) else (one,))
            }
        )
        order = Order("reported_at", down=True)
        paged = Paged(page, page_size)
        cases = read.public("issue", holds, used, order=order, paged=paged)
        return answer(read, form, cases)

    @routes.get(
        "/requests/{service_request_id}.{form}", summary="One case", responses=ANSWERS
    )
    def one_request(
        request: Request,
        service_request_id: str,
        form: Ending,
        jurisdiction_id: City = None,
        purpose: Purpose = None,
    ) -> Response:
        read = reading(request, jurisdiction_id, purpose)
        cases = read.of("issue", "issue_id", pl.Series([service_request_id]))
        if not len(cases):
            raise Refusal(404, "unknown", UNKNOWN)
        return answer(read, form, cases)

    @routes.get(
        "/servicerequestupdates.{form}",
        summary="Steps of cases, the oldest first",
        responses=ANSWERS,
    )
    def updates(
        request: Request,
        form: Ending,
        jurisdiction_id: City = None,
        start_date: Since = None,
        end_date: Until = None,
        page: Page = 1,
        page_size: Size = MOST_ROWS,
        purpose: Purpose = None,
    ) -> Response:
        """By the instant of the step; what was said is there by grant only."""
        read = reading(request, jurisdiction_id, purpose)
        span = read_span(start_date, end_date, now=read.at, zone=read.zone)
        holds = read.where(
            "issue_event", *(("happened_at", text) for text in span.conditions)
        )
        steps = read.public(
            "issue_event",
            holds,
            ("happened_at",),
            order=Order("happened_at"),
            paged=Paged(page, page_size),
        )
        frame = listing.updates(read, steps)
        body = listed(form, frame, "service_request_updates", "request_update")
        return sent(read, form, body)

    return routes


def _stages(states: list[str]) -> tuple[str, ...]:
    stages = [stages_of(one) for one in states]
    if not all(stages):
        raise Refusal(400, "parameter", "status is open, closed, or both.")
    return tuple(stage for some in stages for stage in some)


def _discovery(read: Reading, request: Request) -> dict[str, Any]:
    base = str(request.base_url).rstrip("/")
    return {
        "changeset": read.release.published_at.isoformat(),
        "contact": read.service.house.city.title,
        "key_service": "Ask the hub's operator; a key shows granted columns.",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}{PREFIX}",
                "changeset": read.release.published_at.isoformat(),
                "type": "production",
                "formats": [one.partition(";")[0] for one in MEDIA.values()],
            }
        ],
    }
