"""Requests as data: a declaration's templates filled with what one page needs.

What lives here: `Ask`, one request before it is signed and sent, and the filling
of placeholders in `params` and `body`. A text that is one placeholder becomes its
value (page and size as numbers, keys as a list in a body); a key whose text names
a placeholder without a value is left out, so one template serves the first page,
the next, and the sweep by keys. What does not: which values come next (`paging`,
`windows`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl, quote_plus, urlencode
from xml.sax.saxutils import escape  # writes only, reads nothing

import httpx
import orjson

from hub.connectors.exact import as_text
from hub.connectors.outcomes import FAULT
from hub.partners.spec import Read

Value = str | int | list[str] | None
Values = Mapping[str, Value]
FORM = "application/x-www-form-urlencoded"
_XML = "text/xml, application/xml"
_SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_CREDENTIAL = re.compile(r"\{(username|password)\}")
_PLACEHOLDER = re.compile(r"\{(from|to|page|size|cursor|keys)\}")


class _Omit:
    """Marks an entry that has no value in this request."""


_OMIT: Final = _Omit()


@dataclass(frozen=True)
class Ask:
    """One request: what is asked, not who asks.

    Attributes:
        method: GET or POST.
        path: below the partner's base address.
        params: query parameters, as text.
        body: fields of the body; null for none.
        may_be_gone: HTTP 404 is an answer here: there is no such page.
        label: how errors name the path, where it holds a row's key.
        sent: a body without fields, as it is sent.
        headers: headers of this request besides who asks.
        verb: what the request does, for errors.
        anonymous: send no credentials along.
        tells: further statuses whose body says what is wrong (a SOAP fault).
        form: the body travels as a form.
        address: a whole address that takes the place of base address and path.
    """

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] | None = None
    may_be_gone: bool = False
    label: str | None = None
    sent: bytes | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict)
    verb: str = "read"
    anonymous: bool = False
    tells: frozenset[int] = frozenset()
    form: bool = False
    address: str | None = None

    @property
    def deed(self) -> str:
        """What is attempted, as errors name it."""
        return f"{self.verb} {self.label or self.path}"

    def fields(self) -> dict[str, str]:
        """Everything that a signature covers, as text."""
        query = dict(httpx.URL(self.address).params) if self.address else {}
        return query | self.params | self._texts()

    def _texts(self) -> dict[str, str]:
        texts = {name: as_text(value) for name, value in (self.body or {}).items()}
        return {name: text for name, text in texts.items() if text is not None}

    def content(self) -> bytes | None:
        """The body as it is sent."""
        if self.body is None:
            return self.sent
        if self.form:
            # Credentials are filled in later, where their braces stand.
            return urlencode(self._texts(), safe="{}").encode()
        return orjson.dumps(self.body)

    @property
    def media(self) -> str:
        """The media type of a body with fields."""
        return FORM if self.form else "application/json"

    def written(self, value: str) -> str:
        """A value as it stands inside a text of this body."""
        if self.body is None:
            return _escaped(value)
        if self.form:
            return quote_plus(value)
        return orjson.dumps(value)[1:-1].decode()

    def sending(self, sent: bytes, media: str) -> Ask:
        """The same request with a body of this media type."""
        return replace(self, sent=sent, headers={**self.headers, "Content-Type": media})

    def sending_form(self, texts: Mapping[str, str]) -> Ask:
        """The same request with the fields of a form as its body."""
        return self.sending(urlencode(texts).encode(), FORM)


def make_ask(
    read: Read,
    path: str,
    values: Values,
    names: Sequence[tuple[str | None, str]],
    *,
    may_be_gone: bool = False,
) -> Ask:
    """Fill the templates of a feed for one request.

    Args:
        read: the declaration.
        path: which of its listings.
        values: placeholder → value; null leaves its entries out.
        names: request name and placeholder of what is sent unless a template
            already places it: in the query of a GET, in the body of a POST, where
            dots in a name go into nested objects. Keys go as a comma list.
        may_be_gone: take HTTP 404 for an answer.
    """
    placed = _named(read.params) | _named(read.body)
    path, params = split_query(path)
    filled = _fill(read.params, values)
    params |= {name: _param(text) for name, text in filled.items()}
    if read.envelope is not None:
        faults = frozenset({FAULT})
        plain = Ask(read.method, path, params, may_be_gone=may_be_gone, tells=faults)
        return _enveloped(plain, read, values)
    is_form = read.send == "form"
    body = _fill(read.body, values)
    if is_form:
        body = {name: _param(value) for name, value in body.items()}
    for name, placeholder in names:
        value = values.get(placeholder)
        if name is None or value is None or placeholder in placed:
            continue
        if read.method == "GET":
            params[name] = _param(value)
        else:
            plain_value = _param(value) if isinstance(value, list) else value
            _put(body, name, plain_value, deep=not is_form)
    has_body = read.method == "POST" or bool(body)
    sent = body if has_body else None
    headers = {"Accept": _XML} if read.format == "xml" else {}
    return Ask(
        read.method, path, params, sent, may_be_gone, headers=headers, form=is_form
    )


def follow(read: Read, path: str, address: str) -> Ask:
    """The request for a page whose address the answer before it gave.

    Args:
        read: the declaration.
        path: which of its listings, for errors.
        address: the whole address; it says everything but who asks.
    """
    own = {name: str(text) for name, text in read.params.items()}
    who = {name: text for name, text in own.items() if _CREDENTIAL.search(text)}
    headers = {"Accept": _XML} if read.format == "xml" else {}
    return Ask("GET", split_query(path)[0], who, headers=headers, address=address)


def _enveloped(plain: Ask, read: Read, values: Values) -> Ask:
    """The request with its SOAP envelope and the headers that belong to it."""
    template = read.envelope or ""
    lines = [
        _PLACEHOLDER.sub(lambda match: _escaped(values[match[1]]), line)
        for line in template.splitlines()
        if all(values.get(name) is not None for name in _PLACEHOLDER.findall(line))
    ]
    sent = "\n".join(lines).strip().encode()
    action = read.soap_action
    if _SOAP_12 in template:
        extra = f'; action="{action}"' if action else ""
        return plain.sending(sent, f"application/soap+xml; charset=utf-8{extra}")
    headers = {"Accept": _XML, "SOAPAction": f'"{action or ""}"'}
    return replace(plain, headers=headers).sending(sent, "text/xml; charset=utf-8")


def _escaped(value: object) -> str:
    return escape(_param(value), {'"': "&quot;", "'": "&apos;"})


def split_query(path: str) -> tuple[str, dict[str, str]]:
    """A declared path and the query that may stand behind it."""
    plain, _, query = path.partition("?")
    return plain, dict(parse_qsl(query, keep_blank_values=True))


def _named(template: object) -> set[str]:
    """Placeholders that a template mentions, at any depth."""
    if isinstance(template, str):
        return set(_PLACEHOLDER.findall(template))
    if isinstance(template, Mapping):
        return set().union(*map(_named, template.values()))
    if isinstance(template, (list, tuple)):
        return set().union(*map(_named, template))
    return set()


def _fill(template: Mapping[str, object], values: Values) -> dict[str, object]:
    filled = {name: _filled(inner, values) for name, inner in template.items()}
    return {name: inner for name, inner in filled.items() if inner is not _OMIT}


def _filled(template: object, values: Values) -> object:
    if isinstance(template, str):
        return _filled_text(template, values)
    if isinstance(template, Mapping):
        return _fill(template, values)
    if isinstance(template, (list, tuple)):
        inner = [_filled(one, values) for one in template]
        return [one for one in inner if one is not _OMIT]
    return template


def _filled_text(template: str, values: Values) -> object:
    found = _PLACEHOLDER.findall(template)
    if any(values.get(name) is None for name in found):
        return _OMIT
    whole = _PLACEHOLDER.fullmatch(template)
    if whole:
        return values[whole.group(1)]
    return _PLACEHOLDER.sub(lambda match: _param(values[match.group(1)]), template)


def _param(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return as_text(value) or ""


def _put(
    body: dict[str, object], name: str, value: object, *, deep: bool = True
) -> None:
    head, _, rest = name.partition(".") if deep else (name, "", "")
    if not rest:
        body[head] = value
        return
    inner = body.setdefault(head, {})
    if isinstance(inner, dict):
        _put(inner, rest, value)
