"""Committing files to a Delta table so that the commit survives a power cut.

What lives here: the one place where a table changes. A commit carries an
application id and a number that only grows; it is found again by them in the
log, read back, and flushed before its version is told to anyone. delta-rs
accepts the same number twice, and the removal of a file already removed: both
are refused here. What does not: deciding what changes, and holding the lease.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import (
    AddAction,
    RemoveAction,
    Transaction,
    create_table_with_add_actions,
)

from hub.storage import durable
from hub.storage.faults import CommitConflict
from hub.storage.handle import Handle
from hub.storage.listing import list_files
from hub.storage.log import Commit
from hub.storage.parts import DataFile
from hub.storage.shape import Shape
from hub.storage.stats import as_json

EVERY = 50  # commits between checkpoints
ATTEMPTS = 10
# Old releases must stay readable: no entry is ever cleaned up behind our back. And the
# bounds that a file has are read whichever columns they are of (`stats`), not only
# those of the first 32.
KEEP = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.dataSkippingNumIndexedCols": "-1",
}


def commit_files(
    handle: Handle,
    shape: Shape,
    *,
    app_id: str,
    number: int,
    add: Sequence[DataFile],
    remove: Sequence[DataFile],
) -> int:
    """Add and remove files in one durable version, and return it.

    Where another writer commits first, only this commit is tried again, and only
    while every file that it removes is still there.

    Raises:
        CommitConflict: the number is in already, a file to remove is no longer
            there, or others were first each time; nothing was changed.
        StorageDamaged: what was committed cannot be read back or flushed.
    """
    actions: list[AddAction | RemoveAction] = [
        *(_added(handle, file) for file in add),
        *(_removed(file) for file in remove),
    ]
    with handle.lock:
        for _ in range(ATTEMPTS):
            table = handle.latest()
            before = -1 if table is None else table.version()
            _refuse_repeat(handle, table, app_id, number)
            _refuse_absent(handle, table, remove)
            try:
                with durable.writing(f"to the log of {handle.name}"):
                    _send(handle, shape, table, actions, _properties(app_id, number))
                break
            except DeltaError as problem:
                raced = table is None and handle.log.exists()
                if not (raced or isinstance(problem, CommitFailedError)):
                    raise handle.log.damaged("it takes no commit") from problem
                handle.forget()
        else:
            raise _conflict(handle, f"others committed first, {ATTEMPTS} times")
        found = _settle(handle, before, app_id, number)
        if found.added.keys() ^ {file.path for file in add} or (
            found.removed ^ {file.path for file in remove}
        ):
            raise handle.log.damaged(f"version {found.version} lists other files")
        _checkpoint(handle, found.version)
        return found.version


def confirm(handle: Handle, app_id: str, number: int) -> int:
    """Make a commit durable that a killed run may have left, and return its version.

    Raises:
        StorageDamaged: there is no such commit, or a file that it added is gone.
    """
    with handle.lock:
        found = _settle(handle, -1, app_id, number)
        for path, size in found.added.items():
            file = handle.root / path
            if not file.is_file() or file.stat().st_size != size:
                raise handle.log.damaged(f"version {found.version} misses a file")
        return found.version


def _settle(handle: Handle, before: int, app_id: str, number: int) -> Commit:
    table = handle.latest()
    latest = -1 if table is None else table.version()
    for entry in handle.log.commits(before, latest):
        if entry.transactions.get(app_id) == number:
            handle.flush(latest)
            return entry
    raise handle.log.damaged(f"the commit {number} of {app_id} is not in it")


def _send(
    handle: Handle,
    shape: Shape,
    table: DeltaTable | None,
    actions: Sequence[AddAction | RemoveAction],
    properties: CommitProperties,
) -> None:
    schema = Schema.from_arrow(shape.schema)
    if table is None:
        durable.make_folder(handle.root)
        create_table_with_add_actions(
            str(handle.root),
            schema,
            [action for action in actions if isinstance(action, AddAction)],
            mode="error",
            partition_by=list(shape.partition_by),
            configuration=KEEP,
            commit_properties=properties,
            post_commithook_properties=_hooks(),
        )
        return
    _widen(handle, table, shape)
    table.create_write_transaction(
        list(actions),
        "append",
        schema,
        list(shape.partition_by),
        commit_properties=properties,
        post_commithook_properties=_hooks(),
    )


def _widen(handle: Handle, table: DeltaTable, shape: Shape) -> None:
    new = shape.missing_in(pa.schema(table.schema().to_arrow())).names
    if new:
        wanted = Schema.from_arrow(shape.schema).fields
        table.alter.add_columns(
            [field for field in wanted if field.name in new],
            post_commithook_properties=_hooks(),
        )
        handle.latest()


def _added(handle: Handle, file: DataFile) -> AddAction:
    stat = (handle.root / file.path).stat()
    return AddAction(
        path=file.path,
        size=file.size,
        partition_values=dict(file.partition),
        modification_time=int(stat.st_mtime * 1000),
        data_change=True,
        stats=as_json(file.rows, file.stats_min, file.stats_max, file.null_count),
    )


def _removed(file: DataFile) -> RemoveAction:
    return RemoveAction(
        path=file.path,
        data_change=True,
        deletion_timestamp=int(time.time() * 1000),
        size=file.size,
        partition_values=dict(file.partition),
    )


def _properties(app_id: str, number: int) -> CommitProperties:
    return CommitProperties(app_transactions=[Transaction(app_id, number)])


def _hooks() -> PostCommitHookProperties:
    return PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


def _refuse_repeat(
    handle: Handle, table: DeltaTable | None, app_id: str, number: int
) -> None:
    last = None if table is None else table.transaction_version(app_id)
    if last is not None and last >= number:
        raise _conflict(handle, f"{app_id} is at {last} already, this is {number}")


def _refuse_absent(
    handle: Handle, table: DeltaTable | None, remove: Sequence[DataFile]
) -> None:
    if not remove:
        return
    live = set() if table is None else set(list_files(table)["path"])
    if any(file.path not in live for file in remove):
        raise _conflict(handle, "a file to be replaced is no longer in the table")


def _conflict(handle: Handle, seen: str) -> CommitConflict:
    return CommitConflict(
        f"commit to the table {handle.name}",
        seen=seen,
        next_step="Nothing was changed; read the table again and merge anew.",
    )


def _checkpoint(handle: Handle, version: int) -> None:
    table = handle.latest()
    if table is None or version == 0 or version % EVERY:
        return
    # A table without its newest checkpoint is slower to open and nothing else.
    with suppress(DeltaError, OSError):
        table.create_checkpoint()
        handle.log.sync_checkpoint(table.version())
