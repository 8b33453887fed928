"""Whether what is said about XML and SOAP fits together.

What lives here: which keys an XML answer or document needs, and which go with an
envelope only. What does not: the other keys of reading (`check_reading`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.redaction import is_secret_name
from hub.partners.spec import Feed, Partner, Read

REST_FORMS = ("xml",)
_WRITTEN = re.compile(r"<(?:\w+:)?(\w+)[^>]*>\s*([^<\s][^<]*)</")


def find_form_problems(partner: Partner, feed: Feed, where: str) -> Iterator[Problem]:
    """Everything that is wrong with the form of answers, documents and envelopes."""
    read = feed.read
    is_rest = partner.source.connector == "rest"
    if is_rest and read.format not in {None, *REST_FORMS}:
        yield not_allowed(
            path_of(where, "format"),
            kind="form of an answer",
            given=str(read.format),
            allowed=REST_FORMS,
        )
    if read.format == "xml" and read.records is None:
        yield Problem(
            where,
            'format "xml" needs records',
            'write the names of the elements from the root on, e.g. "cases.case"',
        )
    # A file without a declared format may be XML by its ending.
    by_word = partner.source.connector in {"rest", "queue"}
    if read.inner is not None and read.format != "xml" and by_word:
        yield Problem(
            path_of(where, "inner"), 'needs format = "xml"', "or leave it out"
        )
    if read.inner is not None and not f"{read.records}.".startswith(f"{read.inner}."):
        yield Problem(
            path_of(where, "records"),
            "does not begin with inner",
            f'write it as "{read.inner}.…", the names inside that document after it',
        )
    if read.format == "xml" and read.detail is not None:
        yield Problem(
            path_of(where, "detail"), "is merged into JSON rows only", "leave it out"
        )
    yield from _envelope(read, where)
    expired = read.verdict is not None and bool(read.verdict.expired)
    if expired and partner.source.auth.kind not in {"login", "oauth2"}:
        yield Problem(
            path_of(where, "verdict", "expired"),
            f'has no meaning for auth of kind "{partner.source.auth.kind}"',
            "leave it out",
        )
    if read.window is not None and read.window.begin is not None and not is_rest:
        yield Problem(
            path_of(where, "window", "begin"),
            f'has no meaning for connector "{partner.source.connector}"',
            "leave it out; a first run reads everything",
        )


def _envelope(read: Read, where: str) -> Iterator[Problem]:
    if read.envelope is None:
        if read.soap_action is not None:
            yield Problem(
                path_of(where, "soap_action"), "goes with envelope", "leave it out"
            )
        return
    at = path_of(where, "envelope")
    if read.method != "POST" or read.format != "xml":
        yield Problem(at, 'needs method = "POST" and format = "xml"')
    if read.body:
        yield Problem(at, "stands beside body", "send one of the two")
    placed = "".join((read.envelope, *map(str, read.params.values())))
    needed = {
        "page": read.page.kind in {"number", "offset"},
        "cursor": read.page.kind in {"cursor", "keyset"},
        "from": read.window is not None,
        "to": read.window is not None,
        "keys": read.sweep is not None,
    }
    for name, is_needed in needed.items():
        if is_needed and f"{{{name}}}" not in placed:
            yield Problem(at, f"holds no {{{name}}}", "say where it goes")
    for name, text in _WRITTEN.findall(read.envelope):
        if is_secret_name(name) and "{" not in text:
            yield Problem(
                path_of(at, name),
                "looks like a secret that is written out",
                "credentials belong in [source] auth",
            )
    filled = re.sub(r"\{\w+\}", "1", read.envelope).strip()
    try:
        expat.ParserCreate().Parse(filled.encode(), True)
    except expat.ExpatError as error:
        yield Problem(at, f"is not XML in its line {error.lineno}", "correct it")
