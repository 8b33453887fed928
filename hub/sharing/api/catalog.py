"""Routes of the catalogue, the datasets and the releases.

What lives here: what exists, as far as the asker may know it. What does not: rows
(`routes`), what a catalogue says (`hub.sharing.catalogue`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub.flow.house import House
from hub.schemas import DATASETS, dataset
from hub.sharing.api.problems import UNKNOWN, Refusal, documented
from hub.sharing.api.service import Caller, Service
from hub.sharing.catalogue.build import catalogue_of
from hub.sharing.catalogue.dcat import dcat
from hub.sharing.catalogue.shape import catalogue_shape
from hub.sharing.subjects import FIGURES
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.releases import Release

LD = "application/ld+json"
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
        found = service.release(release)
        as_ld = LD in request.headers.get("accept", "")
        names = visible(service, caller)
        _told(service, caller, "catalog", found)
        body = _catalog(service.house, found.id, names, as_ld=as_ld)
        return Response(body, media_type=LD if as_ld else "application/json")

    @routes.get(
        "/datasets",
        summary="The datasets of which something may be seen",
        responses=documented(400, 401, 404, 410, 429, 503),
    )
    def datasets(request: Request, release: ReleaseId = None) -> list[dict[str, Any]]:
        caller = service.caller(request)
        found = service.release(release)
        _told(service, caller, "datasets", found)
        return [
            about(service, caller, name, found)
            for name in visible(service, caller)
            if name in DATASETS
        ]

    @routes.get(
        "/datasets/{name}",
        summary="One dataset, with the columns that may be seen",
        responses=documented(400, 401, 404, 410, 429, 503),
    )
    def one(request: Request, name: str, release: ReleaseId = None) -> dict[str, Any]:
        caller = service.caller(request)
        if name not in DATASETS or name not in visible(service, caller):
            if caller.who is None:
                raise Refusal(401, "unauthorised", "Send a key; this is not open.")
            raise Refusal(404, "unknown", UNKNOWN)
        found = service.release(release)
        _told(service, caller, name, found)
        return about(service, caller, name, found)

    @routes.get(
        "/releases",
        summary="The releases, newest first",
        responses=documented(400, 401, 429, 503),
    )
    def releases(request: Request) -> list[dict[str, Any]]:
        caller = service.caller(request)
        _told(service, caller, "releases", None)
        names = visible(service, caller)
        return [shape(one, names) for one in service.hand.all()]

    @routes.get(
        "/releases/{release}",
        summary="One release, with what it pins and which sources were missing",
        responses=documented(400, 401, 404, 410, 429, 503),
    )
    def release_(request: Request, release: str) -> dict[str, Any]:
        caller = service.caller(request)
        found = service.release(release)
        _told(service, caller, "releases", found)
        return shape(found, visible(service, caller))

    return routes


def visible(service: Service, caller: Caller) -> tuple[str, ...]:
    """Names of datasets, and the figures, of which the caller may see something."""
    at = service.house.now()
    names = (*DATASETS, FIGURES)
    return tuple(name for name in names if service.sees(caller, name, at) is not None)


def about(
    service: Service, caller: Caller, name: str, release: Release
) -> dict[str, Any]:
    """A dataset as the caller may know it."""
    ds = dataset(name)
    allowed = service.sees(caller, name, service.house.now())
    assert allowed is not None
    pinned = {one.dataset: one for one in release.datasets}[name]
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
        "rows": pinned.rows if allowed.rows.is_all else None,
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


def shape(release: Release, names: Sequence[str]) -> dict[str, Any]:
    """A release as the caller may know it."""
    ended = release.recalled or release.expired
    return {
        "release": release.id,
        "published_at": release.published_at,
        "digest": release.digest,
        "state": "recalled"
        if release.recalled
        else ("expired" if ended else "published"),
        "reason": release.recalled.reason if release.recalled else None,
        "datasets": [
            {"dataset": one.dataset, "rows": one.rows, "digest": one.digest}
            for one in release.datasets
            if one.dataset in names
        ],
        "missing": [
            {"partner": one.partner, "feed": one.feed, "reason": one.reason}
            for one in release.sources
            if one.is_missing and set(one.datasets) & set(names)
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
    house: House, release: str, names: tuple[str, ...], *, as_ld: bool
) -> bytes:
    found = catalogue_of(house, release).only(names)
    return orjson.dumps(
        dcat(found) if as_ld else catalogue_shape(found), option=orjson.OPT_UTC_Z
    )
