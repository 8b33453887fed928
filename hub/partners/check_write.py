"""Whether rows can reach the receiver as a delivery declares it.

What lives here: which keys of `[delivery.write]` mean something for which connector,
what each of them needs, and what keeps a repeated hand-over from counting twice. What
does not: dataset and columns (`check_delivery`), the address (`check_source`).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import PurePosixPath

from hub.partners.check_folder import scheme_of
from hub.partners.delivery import Delivery
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Partner

ENDINGS = (".csv", ".jsonl", ".xlsx")
_ALL = {"size", "op", "ops", "at", "at_format", "key", "number"}
_KEYS = {
    "rest": {"path", "records", "verdict", "receipt"},
    "sql": {"table", "marker"},
    "files": {"files", "done", "encoding"},
}
_NEEDED = {
    "rest": ("path", 'write path = "/…"'),
    "sql": ("table", 'write table = "…"'),
    "files": ("files", 'write files = "name_{key}.csv"'),
}


def find_write_problems(
    partner: Partner, delivery: Delivery, where: str
) -> Iterator[Problem]:
    """Everything that is wrong with how a delivery reaches its receiver."""
    source = partner.receiving(delivery).source
    connector, write, at = source.connector, delivery.write, path_of(where, "write")
    if connector not in _KEYS:
        yield Problem(
            path_of(where, "to"),
            f'nothing can be handed over by connector "{connector}"',
            f"allowed: {', '.join(_KEYS)}",
        )
        return
    for key in sorted(write.model_fields_set - _ALL - _KEYS[connector]):
        owners = [name for name, keys in _KEYS.items() if key in keys]
        yield Problem(
            path_of(at, key),
            f'has no meaning for connector "{connector}"',
            f"it belongs to {' and '.join(owners)}",
        )
    needed, advice = _NEEDED[connector]
    if not getattr(write, needed):
        yield Problem(at, f'connector "{connector}" needs {needed}', advice)
    if delivery.withdrawals and write.op is None:
        yield Problem(
            path_of(at, "op"),
            "is missing, so no row could be withdrawn",
            'write op = "op_type", or withdrawals = false',
        )
    if len(set(write.ops)) < len(write.ops) and delivery.withdrawals:
        what = "uses one word for several things"
        yield Problem(path_of(at, "ops"), what, 'e.g. ["I", "U", "D"]')
    if connector == "rest":
        yield from _rest(partner, delivery, where)
    elif connector == "sql" and write.key is None and write.marker is None:
        yield Problem(
            at,
            "says nothing by which a repeated insert is known",
            "name a column for the idempotency key in key, or a table in marker",
        )
    elif connector == "files":
        yield from _files(partner, delivery, where)


def _rest(partner: Partner, delivery: Delivery, where: str) -> Iterator[Problem]:
    auth = partner.receiving(delivery).source.auth
    if auth.kind == "template":
        yield Problem(
            path_of(where, "to"),
            'auth of kind "template" would look for its places in the rows',
            "use another kind",
        )
    is_list = (delivery.write.size or 1) > 1 and delivery.write.records is None
    if auth.kind == "signed" and is_list:
        yield Problem(
            path_of(where, "write", "records"),
            "is missing: a bare list has no fields that could be signed",
            'write records = "…"',
        )


def _files(partner: Partner, delivery: Delivery, where: str) -> Iterator[Problem]:
    write, at = delivery.write, path_of(where, "write")
    folder = partner.receiving(delivery).source.folder
    if folder is not None and scheme_of(folder) is not None:
        yield Problem(
            path_of(where, "to", "folder"),
            "is a remote folder, and files are dropped into local or mounted ones",
            "mount it, or hand over by rest or sql",
        )
    name = write.files
    if name is not None:
        path = PurePosixPath(name)
        if "{key}" not in path.name:
            what = "holds no {key}: two files would have one name"
            yield Problem(path_of(at, "files"), what, 'e.g. "status_{key}.csv"')
        if path.is_absolute() or ".." in path.parts:
            yield Problem(path_of(at, "files"), "leads out of the folder")
        if path.suffix not in ENDINGS:
            yield not_allowed(
                path_of(at, "files"),
                kind="ending",
                given=path.suffix,
                allowed=ENDINGS,
            )
    try:
        codecs.lookup(write.encoding)
    except LookupError:
        yield Problem(path_of(at, "encoding"), "is no text encoding", 'e.g. "gb18030"')
