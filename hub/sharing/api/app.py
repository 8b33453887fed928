"""The server put together: routes, guards and the description of both.

What lives here: assembly, and nothing else. What does not: any route.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Any

from fastapi import Depends, FastAPI, Request, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp

from hub.flow.house import open_house
from hub.settings import ServeSettings, Settings
from hub.sharing.api import catalog, health, metrics, routes
from hub.sharing.api.guard import Guard
from hub.sharing.api.hand import NotReady
from hub.sharing.api.problems import (
    AGAIN,
    LOG,
    Problem,
    Refusal,
    answer,
    install,
    told_of,
)
from hub.sharing.api.service import Options, Service
from hub.sharing.open311 import failing
from hub.sharing.open311 import routes as open311
from hub.sharing.open311.form import error
from hub.sharing.shelf import TornShelf
from hub.sharing.submissions import routes as submissions
from hub.telling import start

BEARER = HTTPBearer(
    auto_error=False, description="Key of a consumer; without one only open data."
)
FREE = "/rows"  # of these routes parameters are columns


async def strict(request: Request) -> None:
    """Refuse a parameter that the route does not know.

    It waits for nothing: as it is, it costs no thread of its own.

    Raises:
        Refusal: 400.
    """
    route = request.scope["route"]
    known = {one.alias for one in route.dependant.query_params}
    given = request.query_params.multi_items()
    if route.path.endswith(FREE):
        return
    if other := sorted({name for name, _ in given} - known):
        named = ", ".join(name for name in other if name.isidentifier()) or "one"
        raise Refusal(400, "parameter", f"There is no parameter {named} here.")
    if len(given) > len(dict(given)):
        raise Refusal(400, "parameter", "A parameter stands more than once.")


def make_app(service: Service) -> ASGIApp:
    """The application over an open service."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        service.hand.watch()
        over = Event()
        taking = Thread(target=service.desk.work, args=(over,), name="inbox")
        taking.start()
        yield
        over.set()
        service.desk.arrived.set()
        await run_in_threadpool(taking.join)
        service.close()

    app = FastAPI(
        title="City-management data hub",
        version="1",
        description="Released datasets and figures, to whom they are granted.",
        docs_url=None,
        redoc_url=None,
        lifespan=living,
        redirect_slashes=False,
    )
    install(app)

    def torn(_: Request, error: Exception) -> Response:
        assert isinstance(error, TornShelf)
        LOG.error("%s", error.sentence)
        service.hand.renew(error.folder)
        return answer(told_of(error))

    def not_ready(_: Request, error: Exception) -> Response:
        del error
        said = "The release is being made ready; ask again in a while."
        return answer(Refusal(503, "not_ready", said, {"Retry-After": str(AGAIN)}))

    app.add_exception_handler(TornShelf, torn)
    app.add_exception_handler(NotReady, not_ready)
    guarded = [Security(BEARER), Depends(strict)]
    for room in (catalog, routes, metrics):
        app.include_router(room.router(service), dependencies=guarded)
    app.include_router(health.router(service), dependencies=[Depends(strict)])
    app.include_router(open311.router(service), dependencies=guarded)
    inward = submissions.router(service.desk, recognise=service.sender)
    app.include_router(inward, dependencies=guarded)
    app.include_router(failing.rest(service))

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            schemas = told.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            for path in told["paths"].values():
                for operation in path.values():
                    told_422 = operation["responses"].get("422", {})
                    if told_422.get("description") == "Validation Error":
                        del operation["responses"]["422"]
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
    return Guard(app, service.quotas, {failing.PREFIX: error})


def app_of_environment() -> ASGIApp:
    """The application of one server process, as the environment tells."""
    settings = Settings()
    start(settings)
    given = ServeSettings()
    options = Options(per_minute=given.per_minute, at_once=given.at_once)
    return make_app(Service(open_house(settings), options))
