"""Routes of the catalogue, the datasets and the releases.

What lives here: what exists, as far as the asker may know it. What does not: rows
(`routes`), what a catalogue says (`hub.sharing.catalogue`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hub.flow.house import House
from hub.schemas import DATASETS, dataset
from hub.sharing.api.problems import documented
from hub.sharing.api.service import Caller, Service
from hub.sharing.asks import Allowed, Ask
from hub.sharing.catalogue.build import catalogue_of
from hub.sharing.catalogue.dcat import dcat
from hub.sharing.catalogue.shape import catalogue_shape
from hub.sharing.subjects import FIGURES
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.releases import Release

LD = "application/ld+json"
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept"}
ReleaseId = Annotated[
    str | None, Query(description="Id of a release; the newest by default.")
]


def router(service: Service) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", tags=["catalogue"])

    @routes.get(
        "/catalog",
        summary="The data catalogue",
        responses={
            200: {"content": {"application/json": {}, LD: {}}},
            **documented(400, 401, 404, 410, 429, 503),
        },
    )
    def catalog(request: Request, release: ReleaseId = None) -> Response:
        """Fields of the government catalogue as JSON, or DCAT 3 as JSON-LD.

        Without a key only what is of class open.
        """
        caller = service.caller(request)
        found = service.release(release, at_hand=False)
        as_ld = LD in request.headers.get("accept", "")
        allowed = seen(service, caller)
        _told(service, caller, "catalog", found)
        # How many rows others have is not for everybody to know.
        whole = tuple(name for name, one in allowed.items() if one.rows.is_all)
        body = _catalog(service.house, found.id, tuple(allowed), whole, as_ld=as_ld)
        kind = LD if as_ld else "application/json"
        return Response(body, media_type=kind, headers=HEADERS)

    @routes.get(
        "/datasets",
        summary="The datasets of which something may be seen",
        responses=documented(400, 401, 404, 410, 429, 503),
    )
    def datasets(
        request: Request, response: Response, release: ReleaseId = None
    ) -> list[dict[str, Any]]:
        caller = service.caller(request)
        found = service.release(release, at_hand=False)
        _told(service, caller, "datasets", found)
        response.headers.update(HEADERS)
        return [
            about(name, allowed, found)
            for name, allowed in seen(service, caller).items()
            if name in DATASETS
        ]

    @routes.get(
        "/datasets/{name}",
        summary="One dataset, with the columns that may be seen",
        responses=documented(400, 401, 403, 404, 410, 429, 503),
    )
    def one(
        request: Request,
        response: Response,
        name: Annotated[str, Path(max_length=60, description="Name of a dataset.")],
        release: ReleaseId = None,
    ) -> dict[str, Any]:
        caller = service.caller(request)
        allowed = seen(service, caller).get(name) if name in DATASETS else None
        if allowed is None:
            # As if it were asked for its rows: the same answer, written down.
            ask = Ask(
                dataset=name if name in DATASETS else "-",
                at=service.house.now(),
                form="api",
            )
            allowed = service.decided(caller, ask)
        found = service.release(release, at_hand=False)
        _told(service, caller, name, found)
        response.headers.update(HEADERS)
        return about(name, allowed, found)

    @routes.get(
        "/releases",
        summary="The releases, newest first",
        responses=documented(400, 401, 429, 503),
    )
    def releases(request: Request, response: Response) -> list[dict[str, Any]]:
        caller = service.caller(request)
        _told(service, caller, "releases", None)
        found = seen(service, caller)
        response.headers.update(HEADERS)
        return [shape(one, found) for one in service.hand.all()]

    @routes.get(
        "/releases/{release}",
        summary="One release, with what it pins and which sources were missing",
        responses=documented(400, 401, 404, 410, 429, 503),
    )
    def release_(request: Request, response: Response, release: str) -> dict[str, Any]:
        caller = service.caller(request)
        found = service.release(release, at_hand=False)
        _told(service, caller, "releases", found)
        response.headers.update(HEADERS)
        return shape(found, seen(service, caller))

    return routes


def seen(service: Service, caller: Caller) -> dict[str, Allowed]:
    """Of which datasets, and of the figures, the caller may see something, and what."""
    at = service.house.now()
    found = {name: service.sees(caller, name, at) for name in (*DATASETS, FIGURES)}
    return {name: allowed for name, allowed in found.items() if allowed is not None}


def about(name: str, allowed: Allowed, release: Release) -> dict[str, Any]:
    """A dataset as the caller may know it."""
    ds = dataset(name)
    pinned = {one.dataset: one for one in release.datasets}.get(name)
    columns = {one.name: one for one in ds.all_columns}
    return {
        "dataset": name,
        "title": ds.title,
        "description": ds.description,
        "grain": ds.grain,
        "key": list(ds.key),
        "share": ds.share,
        "release": release.id,
        # How many rows others have is not for everybody to know.
        "rows": pinned.rows if pinned and allowed.rows.is_all else None,
        "purpose": allowed.purpose,
        "columns": [
            {
                "column": shown.name,
                "label": columns[shown.name].label,
                "type": columns[shown.name].type,
                "codes": columns[shown.name].code_list,
                "ref": columns[shown.name].ref,
                "mask": shown.mask,
            }
            for shown in allowed.columns
        ],
    }


def shape(release: Release, found: Mapping[str, Allowed]) -> dict[str, Any]:
    """A release as the caller may know it; counts only where it may see all rows."""
    return {
        "release": release.id,
        "published_at": release.published_at,
        "digest": release.digest,
        "state": "recalled"
        if release.recalled
        else ("expired" if release.expired else "published"),
        "reason": release.recalled.reason if release.recalled else None,
        "datasets": [
            {
                "dataset": one.dataset,
                "rows": one.rows if found[one.dataset].rows.is_all else None,
                "digest": one.digest,
            }
            for one in release.datasets
            if one.dataset in found
        ],
        "missing": [
            {"partner": one.partner, "feed": one.feed, "reason": one.reason}
            for one in release.sources
            if one.is_missing and set(one.datasets) & set(found)
        ],
    }


def _told(service: Service, caller: Caller, what: str, release: Release | None) -> None:
    about = HandOver(
        system=caller.name,
        org=None if caller.who is None else caller.who.consumer.org,
        dataset=what,
        version=None if release is None else release.id,
        address=caller.address,
    )
    service.journal.put(about, Outcome(result="delivered", reason="about")).result()


@lru_cache(maxsize=64)
def _catalog(
    house: House,
    release: str,
    names: tuple[str, ...],
    whole: tuple[str, ...],
    *,
    as_ld: bool,
) -> bytes:
    found = catalogue_of(house, release).only(names, whole)
    return orjson.dumps(
        dcat(found) if as_ld else catalogue_shape(found), option=orjson.OPT_UTC_Z
    )
