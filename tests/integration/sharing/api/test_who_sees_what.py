"""Every route, asked by every kind of consumer, about its own objects and others'.

The routes are read off the OpenAPI: a new one fails here until somebody says what each
consumer may see of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from support.served import Served
from support.served_rows import EAST, STREETS, WEST

API, GEO = "/api/v1", "/open311/v2"
BAD_KEYS = ("wrong", "expired", "revoked", "planned")
# In the order: nobody, ungranted, ended, files, study, narrow, east, west, everything.
ASKERS = (
    "nobody", "ungranted", "ended", "files", "study", "narrow", "east", "west",
    "everything", "whole",
)  # fmt: skip
Told = tuple[int, ...]
ALL_MAY: Told = (200,) * 10
NONE_MAY: Told = (401, 404, 404, 404, 404, 404, 404, 404, 404, 404)
OF_NOTHING: Told = (404,) * 10
# `whole` has cases, people and figures; `narrow` has cases only, for one purpose both.
CASES_TOLD: Told = (401, 404, 404, 404, 200, 200, 200, 200, 200, 200)
CASES: Told = (401, 404, 404, 404, 403, 200, 200, 200, 200, 200)
STEPS_TOLD: Told = (401, 404, 404, 404, 200, 404, 200, 200, 200, 404)
STEPS: Told = (401, 404, 404, 404, 403, 404, 200, 200, 200, 404)
LD = "application/ld+json"
# Route → what is asked for in its place → statuses.
EXPECTED: dict[str, Mapping[str, Told]] = {
    f"{API}/catalog": {"/catalog": ALL_MAY, "/catalog?release=r000009": OF_NOTHING},
    f"{API}/datasets": {"/datasets": ALL_MAY, "/datasets?release=": OF_NOTHING},
    f"{API}/datasets/{{name}}": {
        "/datasets/area": ALL_MAY,
        "/datasets/issue": CASES_TOLD,
        "/datasets/handling": STEPS_TOLD,
        "/datasets/meeting_item": NONE_MAY,
        "/datasets/figure": NONE_MAY,
        "/datasets/exception": NONE_MAY,
        "/datasets/nothing": NONE_MAY,
    },
    f"{API}/datasets/{{name}}/rows": {
        "/datasets/area/rows": ALL_MAY,
        "/datasets/issue/rows": CASES,
        "/datasets/issue_event/rows": STEPS,
        "/datasets/handling/rows": STEPS,
        "/datasets/service_object/rows": STEPS,
        "/datasets/meeting_item/rows": NONE_MAY,
        "/datasets/figure/rows": NONE_MAY,
        "/datasets/base_row/rows": NONE_MAY,
        "/datasets/nothing/rows": NONE_MAY,
    },
    f"{API}/releases": {"/releases": ALL_MAY},
    f"{API}/releases/{{release}}": {
        "/releases/r000001": ALL_MAY,
        "/releases/r000009": OF_NOTHING,
        "/releases/1": OF_NOTHING,
    },
    f"{API}/metrics": {"/metrics": ALL_MAY},
    f"{API}/metrics/{{code}}": {
        "/metrics/on_time_handling_rate": ALL_MAY,
        "/metrics/nothing": OF_NOTHING,
    },
    f"{API}/metrics/{{code}}/evidence": {
        "/metrics/on_time_handling_rate/evidence?period=2026-09": CASES,
        "/metrics/road_chief_coverage/evidence?period=2026-09": (
            401, 404, 404, 404, 403, 404, 404, 404, 404, 404,
        ),
    },
}  # fmt: skip
# Std code, stage, times and point are public there, text and address are not (sharing
# §3): `test_text_and_address_are_for_those_with_a_grant`.
EXPECTED |= {
    f"{GEO}/discovery.{{form}}": {f"/{GEO}/discovery.json": ALL_MAY},
    f"{GEO}/services.{{form}}": {f"/{GEO}/services.xml": ALL_MAY},
    f"{GEO}/services/{{service_code}}.{{form}}": {
        f"/{GEO}/services/M-06010.json": ALL_MAY,
        f"/{GEO}/services/nothing.json": OF_NOTHING,
    },
    f"{GEO}/requests.{{form}}": {f"/{GEO}/requests.json": ALL_MAY},
    f"{GEO}/requests/{{service_request_id}}.{{form}}": {
        f"/{GEO}/requests/nothing.json": OF_NOTHING
    },
    f"{GEO}/servicerequestupdates.{{form}}": {
        f"/{GEO}/servicerequestupdates.json": ALL_MAY
    },
}
# A room whose askers are partners has tables of its own.
ELSEWHERE = {
    f"{API}/submissions": "submissions/",
}
FREE = {"/healthz": "ok", "/readyz": "ready", "/metrics": "hub_http"}


def test_every_route_says_what_each_consumer_may_see(served: Served) -> None:
    told = served.get("//openapi.json").json()["paths"]

    own = {path: told[path] for path in told if not path.startswith(tuple(ELSEWHERE))}
    assert set(own) == set(EXPECTED) | set(FREE)
    assert all(set(operations) == {"get"} for operations in own.values())


@pytest.mark.parametrize("route", EXPECTED)
def test_each_consumer_is_told_what_is_its_own_only(served: Served, route: str) -> None:
    wrong = {}
    for path, statuses in EXPECTED[route].items():
        for who, status in zip(ASKERS, statuses, strict=True):
            found = served.get(path, who)
            if found.status_code != status:
                wrong[path, who] = found.status_code, status
            if status != 200 and not route.startswith(GEO):
                assert found.json()["status"] == status

    assert not wrong


@pytest.mark.parametrize("route", EXPECTED)
@pytest.mark.parametrize("who", BAD_KEYS)
def test_a_key_that_is_not_in_force_opens_nothing(
    served: Served, route: str, who: str
) -> None:
    before = len(served.entries())

    for path in EXPECTED[route]:
        found = served.get(path, who)
        assert found.status_code == 401, path
        assert found.headers["WWW-Authenticate"] == "Bearer"
        is_problem = found.headers["Content-Type"] == "application/problem+json"
        assert is_problem is not route.startswith(GEO)

    written = served.entries()[before:]
    assert [one["result"] for one in written] == ["refused"] * len(EXPECTED[route])


@pytest.mark.parametrize("path", FREE)
@pytest.mark.parametrize("who", ["nobody", "wrong", "east"])
def test_what_monitors_ask_needs_no_key(served: Served, path: str, who: str) -> None:
    found = served.get(f"/{path}", who)

    assert (found.status_code, FREE[path] in found.text) == (200, True)


def rows(served: Served, who: str, dataset: str, more: str = "") -> list[dict]:
    found = served.get(f"/datasets/{dataset}/rows?limit=10000{more}", who)
    assert found.status_code == 200, found.text
    told: list[dict] = found.json()["rows"]
    return told


def test_a_district_sees_its_own_cases_with_all_that_belongs_to_them(
    served: Served,
) -> None:
    every = {who: rows(served, who, "issue") for who in ("east", "west", "everything")}
    ids = {who: {one["issue_id"] for one in found} for who, found in every.items()}

    assert {one["district_code"] for one in every["east"]} == {EAST}
    assert {one["district_code"] for one in every["west"]} == {WEST}
    assert not ids["east"] & ids["west"]
    assert ids["east"] | ids["west"] == ids["everything"]
    for dataset in ("issue_event", "handling"):
        for who in every:
            assert {one["issue_id"] for one in rows(served, who, dataset)} <= ids[who]
    for who, streets in {"east": STREETS[:2], "west": STREETS[2:]}.items():
        shops = rows(served, who, "service_object")
        assert {one["street_code"] for one in shops} == set(streets)
    assert {one["street_code"] for one in every["everything"]} == set(STREETS)


def test_asking_for_others_objects_finds_nothing(served: Served) -> None:
    theirs = rows(served, "west", "issue")
    steps = rows(served, "west", "handling")

    for one in theirs:
        assert not rows(served, "east", "issue", f"&issue_id=eq.{one['issue_id']}")
    assert not rows(served, "east", "issue", f"&district_code=eq.{WEST}")
    assert steps
    for one in steps:
        told = f"&handling_id=eq.{one['handling_id']}"
        assert not rows(served, "east", "handling", told)


def test_the_place_where_others_stopped_opens_nothing(served: Served) -> None:
    path = "/datasets/issue/rows?limit=1"
    theirs = served.get(path, "everything").json()

    mine = served.get(f"{path}&after={theirs['next']}", "east")
    public = served.get(f"{path}&after={theirs['next']}")

    assert {one["district_code"] for one in mine.json()["rows"]} <= {EAST}
    assert public.status_code == 401


def test_evidence_lists_only_cases_that_are_granted(served: Served) -> None:
    path = "/metrics/on_time_handling_rate/evidence?period=2026-09"
    told = {who: served.get(path, who).json() for who in ("east", "west", "everything")}
    ids = {
        who: {
            *found["numerator_ids"],
            *(one["subject_id"] for one in found["left_out"] + found["missed"]),
        }
        for who, found in told.items()
    }

    assert ids["east"]
    assert ids["west"]
    for who in ("east", "west"):
        assert ids[who] <= {one["issue_id"] for one in rows(served, who, "issue")}
    assert ids["east"] | ids["west"] == ids["everything"]
    theirs = served.get(f"{path}&level=district&unit_code={WEST}", "east").json()
    assert set(theirs["counts"].values()) == {0}


def test_figures_of_few_people_are_for_those_with_a_grant(served: Served) -> None:
    path = "/metrics/duty_action_rate"
    public, whole = (served.get(path, who).json() for who in ("nobody", "whole"))
    levels = {
        name: {one["level"] for one in told["figures"]}
        for name, told in (("public", public), ("whole", whole))
    }

    assert not levels["public"] & {"area", "org", "chief"}
    assert levels["whole"] >= {"area", "chief"}
    assert served.get(f"{path}?level=area", "nobody").json()["figures"] == []


def test_how_many_rows_others_have_is_told_to_nobody(served: Served) -> None:
    for who in ("east", "west", "narrow", "everything"):
        (cases,) = (
            one
            for one in served.get("/releases/r000001", who).json()["datasets"]
            if one["dataset"] == "issue"
        )
        about = served.get("/datasets/issue", who).json()

        assert cases["rows"] == about["rows"] == (24 if who == "everything" else None)
        plain = served.get("/catalog", who).json()["datasets"]
        (listed,) = (one for one in plain if one["dataset"] == "issue")
        assert listed["rows"] == cases["rows"]
        linked = served.get("/catalog", who, headers={"Accept": LD}).text
        assert ('"hub:rows":24' in linked) is (who == "everything")


def test_text_and_address_are_for_those_with_a_grant(served: Served) -> None:
    told = {
        who: served.get(f"/{GEO}/requests.json", who).json()
        for who in ("nobody", "ungranted", "study", "east", "everything")
    }
    districts = {
        one["issue_id"]: one["district_code"]
        for one in rows(served, "everything", "issue")
    }

    for who, found in told.items():
        assert len(found) == len(districts)
        texts = {
            districts[one["service_request_id"]]
            for one in found
            if one.get("description") or one.get("address")
        }
        mine = {"east": {EAST}, "everything": {EAST, WEST}}
        assert texts == mine.get(who, set())
