"""Whether a feed says everything that its connector needs to read it.

What lives here: which keys mean something for which connector, windows, templates
and their placeholders. What does not: pagers (`check_paging`), forms of answers
(`check_forms`), the feed around it (`check_feed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.partners.check_paging import find_paging_problems
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Partner, Read
from hub.partners.templates import leaves

PLACEHOLDERS = ("from", "to", "page", "size", "cursor", "keys")
CREDENTIALS = ("username", "password")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_TRANSPORT = {
    "rest": {
        "method", "path", "paths", "params", "body", "records", "verdict", "page",
        "window", "count", "detail", "sweep", "format", "inner", "envelope",
        "soap_action", "send",
    },
    "sql": {
        "table", "tables", "query", "keyset", "chunk_rows", "window", "acknowledge",
    },
    "files": {
        "files", "members", "format", "delimiter", "sheet", "done", "settle",
        "checksum", "records", "inner",
    },
    "queue": {
        "queue", "format", "records", "inner", "max_messages", "quiet_seconds",
    },
    "push": {"records", "delimiter", "sheet"},
}  # fmt: skip


def find_reading_problems(
    partner: Partner, read: Read, where: str
) -> Iterator[Problem]:
    """Everything that is wrong with `[feed.read]`."""
    connector = partner.source.connector
    for key in sorted(read.model_fields_set - _TRANSPORT[connector]):
        owners = [name for name, keys in _TRANSPORT.items() if key in keys]
        yield Problem(
            path_of(where, key),
            f'has no meaning for connector "{connector}"',
            f"it belongs to {' and '.join(owners)}",
        )
    if connector == "rest":
        yield from _rest(read, where)
        own = CREDENTIALS if partner.source.auth.kind == "template" else ()
        yield from _templates(read, where, (*PLACEHOLDERS, *own))
    elif connector == "sql":
        yield from _sql(read, where)
    elif connector == "files" and read.files is None:
        yield Problem(
            where, "needs files", 'write the pattern of the names, e.g. "cases_*.csv"'
        )


def _rest(read: Read, where: str) -> Iterator[Problem]:
    if (read.path is None) == (not read.paths):
        yield Problem(
            where,
            "needs either path or paths",
            "paths is for several listings of one key space",
        )
    yield from find_paging_problems(read, where)
    if read.detail is not None and "{key}" not in read.detail.path:
        yield Problem(
            path_of(where, "detail", "path"), "holds no {key}", "say where the key goes"
        )


def _sql(read: Read, where: str) -> Iterator[Problem]:
    given = [bool(read.table), bool(read.tables), read.query is not None]
    if sum(given) != 1:
        yield Problem(
            where, "needs either table, tables or query", "write one of the three"
        )
    marks, at = read.acknowledge, path_of(where, "acknowledge")
    if marks is None:
        return
    if not read.table or not read.keyset:
        yield Problem(
            at,
            "needs table, and a keyset that tells its rows apart",
            'e.g. keyset = ["log_id"]',
        )
    if read.window is not None:
        yield Problem(
            at,
            "and window both say what is new",
            "leave the window out: unmarked rows are read, whatever their time",
        )
    if marks.done in marks.new:
        yield Problem(at, "done is one of new", "rows would be read for ever")


def _templates(read: Read, where: str, known: tuple[str, ...]) -> Iterator[Problem]:
    """Placeholders are known, and what fills them is declared."""
    used: set[str] = set()
    tables = {name: getattr(read, name) for name in ("params", "body", "envelope")}
    if read.count is not None:
        tables["count → params"] = read.count.params
    for table, template in tables.items():
        texts = [text for _, text in leaves(template) if text]
        names = set(_PLACEHOLDER.findall(" ".join(map(str, texts))))
        used |= names
        yield from (
            not_allowed(
                path_of(where, table),
                kind="placeholder",
                given=f"{{{name}}}",
                allowed=[f"{{{one}}}" for one in known],
            )
            for name in sorted(names - set(known))
        )
    if CREDENTIALS[1] in known and CREDENTIALS[1] not in used:
        yield Problem(where, "holds no {password}", "say where it goes")
    for name, key in (("from", "window"), ("to", "window"), ("keys", "sweep")):
        if name in used and getattr(read, key) is None:
            yield Problem(
                where,
                f"uses {{{name}}} but declares no {key}",
                f"add {key} = {{ … }}",
            )
