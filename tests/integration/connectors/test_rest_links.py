"""Listings that say themselves where they go on, and whether that is followed."""

from __future__ import annotations

from typing import Any

import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import ROWS, ids, read

from hub.errors import BatchRefused, SourceRejected

BODY = feed(
    read={
        "path": "/cases?v=2",
        "params": {"size": 10},
        "records": "rows",
        "page": {"kind": "next_link", "link": "paging.next", "total": "count"},
    }
)
HEADER = feed(
    read={
        "path": "/cases",
        "page": {"kind": "link_header", "total_header": "X-Total-Count"},
    }
)


def linked(request: Request, *, form: str = "{host}/cases?from={n}&b=%2B%26") -> Reply:
    """Ten rows, and in the body where the next ten are."""
    start = int(request.params.get("from", 0))
    host = f"http://{request.headers['host']}"
    more = start + 10 < len(ROWS)
    return Reply(
        {
            "rows": ROWS[start : start + 10],
            "count": len(ROWS),
            "paging": {"next": form.format(host=host, n=start + 10) if more else None},
        }
    )


@pytest.mark.parametrize(
    "form", ["{host}/cases?from={n}&b=%2B%26", "/cases?from={n}&b=%2B%26", "?from={n}"]
)
def test_an_address_in_the_answer_is_followed_as_it_is(form: str) -> None:
    with serve(lambda r: linked(r, form=form)) as server:
        parts = read(server, BODY, auth={"kind": "bearer", "token": "env:TOKEN"})

    assert ids(parts) == [str(n) for n in range(25)]
    first, second, third = server.requests
    assert first.params == {"v": "2", "size": "10"}
    assert second.params["from"] == "10"
    if "b=" in form:
        assert second.params == {"from": "10", "b": "+&"}
    assert third.headers["authorization"] == "Bearer t0p-secret"


def test_a_name_with_a_dot_at_the_top_is_found() -> None:
    def answer(request: Request) -> Reply:
        if request.params:
            return Reply({"value": ROWS[2:3]})
        return Reply({"value": ROWS[:2], "@odata.nextLink": "/cases?$skip=2"})

    page = {"kind": "next_link", "link": "@odata.nextLink"}
    one = feed(read={"path": "/cases", "records": "value", "page": page})
    with serve(answer) as server:
        assert ids(read(server, one)) == ["0", "1", "2"]


def headed(request: Request) -> Reply:
    """Pages whose header says what comes before, next and last."""
    page = int(request.params.get("page", 1))
    links = ['</cases?page=1>; rel="first"']
    if page < 3:
        links.append(f'</cases?page={page + 1};x=1,2>; title="a, b"; rel="next last"')
    return Reply(
        ROWS[(page - 1) * 10 : page * 10],
        headers={"Link": ", ".join(links), "X-Total-Count": "25"},
    )


def headed_page(request: Request) -> Reply:
    params = {n: v.partition(";")[0] for n, v in request.params.items()}
    return headed(Request("GET", request.path, params, request.headers, None))


def test_the_header_link_leads_to_the_end() -> None:
    with serve(headed_page) as server:
        parts = read(server, HEADER)

    assert ids(parts) == [str(n) for n in range(25)]
    assert [part.meta.origin["page"] for part in parts] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("total", "seen"),
    [("26", "26 rows are declared and 25 came"), (None, "X-Total-Count .* no total")],
)
def test_a_total_in_a_header_is_held_to(total: str | None, seen: str) -> None:
    def answer(request: Request) -> Reply:
        reply = headed_page(request)
        given = {"Link": reply.headers["Link"]}
        return Reply(
            reply.body, headers=given | ({"X-Total-Count": total} if total else {})
        )

    with (
        serve(answer) as server,
        pytest.raises((BatchRefused, SourceRejected), match=seen),
    ):
        read(server, HEADER)


@pytest.mark.parametrize("back", ["", "?from=10", "#top"])
def test_a_link_to_a_page_that_was_there_refuses_the_batch(back: str) -> None:
    """To the first page, to itself, and to the first under another name."""

    def answer(request: Request) -> Reply:
        there = f"/cases{back}" if request.params else "/cases?from=10"
        rows = [{"id": len(server.requests)}]  # never twice the same page
        return Reply({"rows": rows, "paging": {"next": there}})

    one = feed(
        read={
            "path": "/cases",
            "records": "rows",
            "page": {"kind": "next_link", "link": "paging.next"},
        }
    )
    with serve(answer) as server, pytest.raises(BatchRefused, match="links go in a ci"):
        read(server, one)

    assert len(server.requests) == 2


def test_a_listing_that_ends_before_its_total_refuses_the_batch() -> None:
    def answer(request: Request) -> Reply:
        reply: Any = linked(request)
        return Reply(reply.body | {"paging": {}})

    with serve(answer) as server, pytest.raises(BatchRefused, match=r"10 came \(B07\)"):
        read(server, BODY)


def test_several_link_headers_are_one_list() -> None:
    both = {"Link": '</c>; rel="first"\n</c?p=2>; rel="next"'}
    pages = {None: Reply(ROWS[:1], headers=both), "2": Reply(ROWS[1:2])}
    one = feed(read={"path": "/c", "page": {"kind": "link_header"}})

    with serve(lambda r: pages[r.params.get("p")]) as server:
        assert ids(read(server, one)) == ["0", "1"]


def test_a_linked_listing_that_shrinks_is_read_again() -> None:
    rows = list(ROWS)

    def answer(request: Request) -> Reply:
        if len(server.requests) == 2:
            del rows[0]
        start = int(request.params.get("from", 0))
        more = {"next": f"/cases?from={start + 10}"} if start + 10 < len(rows) else {}
        found = rows[start : start + 10]
        return Reply({"rows": found, "count": len(rows), "paging": more})

    with serve(answer) as server:
        parts = read(server, BODY)

    assert set(ids(parts)) == {str(n) for n in range(25)}
    assert len(server.requests) == 6


def test_an_empty_page_with_a_link_goes_on() -> None:
    pages = {
        None: Reply([], headers={"Link": "</c?p=2>; rel=next"}),
        "2": Reply(ROWS[:1]),
    }
    one = feed(read={"path": "/c", "page": {"kind": "link_header"}})
    with serve(lambda r: pages[r.params.get("p")]) as server:
        assert ids(read(server, one)) == ["0"]


def test_a_link_elsewhere_is_refused_before_anything_is_sent_there() -> None:
    with serve(lambda _: Reply([])) as other:
        port = other.url.rpartition(":")[2]
        for there in (other.url, f"http://localhost:{port}", f"//localhost:{port}"):
            reply = {"rows": ROWS[:1], "count": 2, "paging": {"next": f"{there}/c4n"}}

            with (
                serve(lambda _, reply=reply: Reply(reply)) as server,
                pytest.raises(SourceRejected, match=f"it leads to .*:{port}") as failed,
            ):
                read(server, BODY, auth={"kind": "bearer", "token": "env:TOKEN"})

            assert len(server.requests) == 1
            assert "c4n" not in str(failed.value)
            assert "hosts of [source]" in str(failed.value)

    assert other.requests == []


def test_a_link_to_a_host_that_the_file_names_is_followed() -> None:
    last = {"rows": ROWS[1:2], "count": 2}
    with serve(lambda _: Reply(last)) as other:
        first = {"rows": ROWS[:1], "count": 2, "paging": {"next": f"{other.url}/c"}}
        with serve(lambda _: Reply(first)) as server:
            parts = read(server, BODY, hosts=[other.url.removeprefix("http://")])

    assert ids(parts) == ["0", "1"]


def test_a_redirect_on_the_own_host_is_followed_with_new_stamps() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply(status=301, headers={"Location": "/v2/cases?a=1"})
        return Reply(ROWS[:1])

    auth = {"kind": "signed", "key": "env:KEY", "secret": "env:TOKEN"}
    with serve(answer) as server:
        parts = read(server, feed(read={"path": "/cases"}), auth=auth)

    assert ids(parts) == ["0"]
    assert server.requests[1].params == {"a": "1"}
    assert len({request.headers["nonce"] for request in server.requests}) == 2


def test_redirects_without_end_are_refused() -> None:
    moved = Reply(status=302, headers={"Location": "/cases"})
    with (
        serve(lambda _: moved) as server,
        pytest.raises(SourceRejected, match="than 5"),
    ):
        read(server, feed(read={"path": "/cases"}))

    assert len(server.requests) == 6


@pytest.mark.parametrize(("status", "ok"), [(302, False), (307, True), (308, True)])
def test_a_post_is_redirected_only_as_a_post(status: int, ok: bool) -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply(status=status, headers={"Location": "/new"})
        return Reply(ROWS[:1])

    one = feed(read={"method": "POST", "path": "/cases", "body": {"a": 1}})
    with serve(answer) as server:
        if not ok:
            with pytest.raises(SourceRejected, match=r"redirects a POST \(HTTP 302\)"):
                read(server, one)
            return
        assert ids(read(server, one)) == ["0"]

    (asked,) = server.asked("/new")
    assert (asked.method, asked.body) == ("POST", {"a": 1})


def test_who_asks_stands_in_the_address_of_every_page() -> None:
    auth = {"kind": "template", "username": "env:KEY", "password": "env:TOKEN"}
    one = feed(
        read={
            "path": "/c",
            "params": {"token": "{password}", "v": "1"},
            "page": {"kind": "link_header"},
        }
    )

    def answer(request: Request) -> Reply:
        return Reply([] if "p" in request.params else ROWS[:1], headers=links)

    links = {"Link": "</c?p=2>; rel=next"}
    with serve(answer) as server, pytest.raises(BatchRefused):
        read(server, one, auth=auth)

    assert server.requests[1].params == {"p": "2", "token": "t0p-secret"}
