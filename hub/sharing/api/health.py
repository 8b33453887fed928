"""Routes for whoever watches the server: alive, ready, and figures for Prometheus.

What lives here: what a load balancer and a monitor ask. What does not: alarms. No
answer tells anything of rows or callers, and none needs a key. How much each partner
sends is told to monitors near by only (`near`).
"""

from __future__ import annotations

from ipaddress import ip_address

import sqlalchemy as sa
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from hub.errors import HubError, MisuseError, ReleaseGone
from hub.sharing.api.counts import REGISTRY
from hub.sharing.api.hand import NotReady
from hub.sharing.api.problems import AGAIN, Refusal, documented
from hub.sharing.api.service import Service
from hub.storage.faults import AuditUnwritable
from hub.watching import exposition

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def router(service: Service) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["operation"])

    # On the loop itself: a process whose threads are all at work lives as well.
    @routes.get("/healthz", summary="The process lives", responses=documented())
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/readyz", summary="Rows can be handed over", responses=documented(503))
    def readyz() -> dict[str, str]:
        try:
            release = service.hand.release(None)
            service.journal.probe()
        except (HubError, NotReady, sa.exc.SQLAlchemyError) as problem:
            again = {"Retry-After": str(AGAIN)}
            raise Refusal(503, "not_ready", unready(problem), again) from None
        return {"status": "ready", "release": release.id}

    @routes.get(
        "/metrics",
        summary="Figures of the server for Prometheus",
        response_class=Response,
        responses={200: {"content": {CONTENT_TYPE_LATEST: {}}}, **documented()},
    )
    def metrics(request: Request) -> Response:
        told = generate_latest(REGISTRY)
        if near(request):
            told += exposition(service.house)
        return Response(told, media_type=CONTENT_TYPE_LATEST)

    return routes


def unready(problem: Exception) -> str:
    """Why no rows can be handed over: one sentence that tells no path and no value."""
    if isinstance(problem, NotReady):
        return "The newest release is being made ready; ask again in a while."
    if isinstance(problem, AuditUnwritable):
        return "The audit log cannot be written, so nothing is handed over."
    if isinstance(problem, ReleaseGone | MisuseError):
        return "There is no release to hand over; `hub run` makes one."
    if isinstance(problem, sa.exc.SQLAlchemyError):
        return "The control database does not answer, so nothing is handed over."
    return "The hub cannot hand anything over; its log says why."


def near(request: Request) -> bool:
    """Whether somebody on the hub's own network asks, and no proxy for another."""
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_private
    except ValueError:
        return False
