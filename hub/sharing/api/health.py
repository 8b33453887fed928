"""Routes for whoever watches the server: alive, ready, and figures for Prometheus.

What lives here: what a load balancer and a monitor ask. What does not: alarms. None of
these answers tells anything of data or callers, and none needs a key.
"""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from hub.errors import HubError
from hub.sharing.api.counts import REGISTRY
from hub.sharing.api.hand import NotReady
from hub.sharing.api.problems import AGAIN, Refusal, documented
from hub.sharing.api.service import Service


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
    def metrics() -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return routes
