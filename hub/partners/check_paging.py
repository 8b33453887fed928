"""Whether a listing says everything that turning its pages needs.

What lives here: which keys a kind of pager needs and which mean nothing for it, totals
and counts, forms as bodies. What does not: the other keys of reading (`check_reading`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.partners.problems import Problem, path_of
from hub.partners.spec import Count, Page, Read

_NEEDED = {
    "cursor": ("cursor", "write the path of the next cursor in the answer"),
    "next_link": ("link", "write the path of the next page's address in the answer"),
    "keyset": ("field", "write the field by which the listing ascends"),
}
# Keys that belong to some kinds only.
_OWNERS = {
    "cursor": ("cursor",),
    "link": ("next_link",),
    "field": ("keyset",),
    "inclusive": ("keyset",),
    "param": ("number", "offset", "cursor", "keyset"),
    "first": ("number", "offset"),
}
_LINKS = ("next_link", "link_header")


def find_paging_problems(read: Read, where: str) -> Iterator[Problem]:
    """Everything that is wrong with `page`, `count`, `send` of `[feed.read]`."""
    yield from _page(read.page, path_of(where, "page"))
    if read.count is not None:
        yield from _count(read, read.count, path_of(where, "count"))
    if read.page.kind in _LINKS and read.method != "GET":
        yield Problem(
            path_of(where, "page"),
            f'kind "{read.page.kind}" follows addresses, which are asked for by GET',
            'write method = "GET", or page in another way',
        )
    if read.send == "form":
        yield from _form(read, where)


def _page(page: Page, where: str) -> Iterator[Problem]:
    needed, advice = _NEEDED.get(page.kind, (None, ""))
    if needed is not None and getattr(page, needed) is None:
        yield Problem(where, f'kind "{page.kind}" needs {needed}', advice)
    given = page.model_fields_set
    for key, kinds in _OWNERS.items():
        # Without a kind nothing is paged, and a profile may have left the rest.
        if key in given and page.kind not in {*kinds, "none"}:
            yield Problem(
                path_of(where, key),
                f'has no meaning for kind "{page.kind}"',
                f"it belongs to {' and '.join(kinds)}",
            )
    if page.total is not None and page.total_header is not None:
        yield Problem(where, "has total and total_header", "write one of the two")
    if not page.inclusive:
        return
    if "size" not in given:
        yield Problem(
            where,
            "inclusive needs size",
            "write how many rows a page really holds: a shorter one is the last",
        )
    if page.total is not None or page.total_header is not None:
        yield Problem(
            where,
            "inclusive and a total do not go together",
            "leave the total out: rows that come twice would be counted twice",
        )


def _count(read: Read, count: Count, where: str) -> Iterator[Problem]:
    """The count is of one listing, and asked for in words that it can fill."""
    if read.paths:
        yield Problem(where, "counts one listing, and there are paths", "leave it out")
    if read.envelope is not None:
        yield Problem(
            where, "cannot be asked for with the listing's envelope", "leave it out"
        )
    if read.page.inclusive:
        yield Problem(
            where,
            "and inclusive do not go together",
            "leave the count out: rows that come twice would be counted twice",
        )
    for key, value in (("from", count.from_), ("to", count.to)):
        if value is not None and read.window is None:
            yield Problem(path_of(where, key), "needs window", "leave it out")


def _form(read: Read, where: str) -> Iterator[Problem]:
    at = path_of(where, "send")
    if read.method != "POST":
        yield Problem(at, '"form" needs method = "POST"')
    if read.envelope is not None:
        yield Problem(at, "stands beside envelope", "send one of the two")
    for name, value in read.body.items():
        if isinstance(value, dict):
            yield Problem(
                path_of(where, "body", name),
                "is a table, and a form is flat",
                'write the names as the partner does, e.g. "page.size" = "{size}"',
            )
