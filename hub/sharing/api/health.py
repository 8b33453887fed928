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

from hub.errors import HubError
from hub.sharing.api.counts import REGISTRY
from hub.sharing.api.hand import NotReady
from hub.sharing.api.problems import AGAIN, Refusal, documented
from hub.sharing.api.service import Service
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
            said = f"Not ready: {type(problem).__name__}."
            raise Refusal(503, "not_ready", said, again) from None
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


def near(request: Request) -> bool:
    """Whether somebody on the hub's own network asks, and no proxy for another."""
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_private
    except ValueError:
        return False
