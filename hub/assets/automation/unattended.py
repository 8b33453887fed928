"""A run that nobody sits beside: what it asks for, what it tries again, what never.

What lives here: one decision by the class of a failure, with a pause that grows and
is never the same for two. What does not: which class a failure is of (`hub.errors`);
what connectors try again themselves: over HTTP, on servers of files and on queues a
failure that reaches us has had all its attempts.

Whoever sits before `hub run` sees the failure at once, and tries again himself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg
from sqlalchemy.exc import OperationalError

from hub.errors import HubError, SourceUnavailable
from hub.flow.run import Window
from hub.storage.batches import Batch

Context = dg.AssetExecutionContext | dg.OpExecutionContext
UNATTENDED = "hub/unattended"
PAUSES = dg.RetryPolicy(
    max_retries=4,
    delay=3,
    backoff=dg.Backoff.EXPONENTIAL,
    jitter=dg.Jitter.PLUS_MINUS,
)
# Connectors that ask once.
ASKING_ONCE = frozenset({"sql"})


@contextmanager
def tried_again(context: Context) -> Iterator[None]:
    """Try a step again after what may pass; end it at once after anything else."""
    try:
        yield
    except (HubError, OperationalError) as error:
        if not _is_unattended(context):
            raise
        if isinstance(error, HubError) and not error.transient:
            # Said here: a policy of Dagster's would not look at the class.
            raise dg.Failure(error.sentence, allow_retries=False) from error
        raise _once_more(context) from error


def asked_for(context: dg.AssetExecutionContext, window: Window) -> Window:
    """What a run asks a feed for: with nobody beside it, whatever is new.

    The days of such a run say where it is told of, not what is asked for: the feed
    goes on where it stands, and a run that waited for an hour reads that hour too.
    """
    return Window() if _is_unattended(context) else window


def ask_once_more(
    context: dg.AssetExecutionContext, connector: str, batches: Sequence[Batch]
) -> None:
    """Ask a source again that could not be reached by a connector that asks once.

    After the last time the step goes on: the ledger has the failure, and core runs
    with the rest of the city.

    Raises:
        RetryRequested: it is to be asked again.
    """
    told = (batches[-1].error or {}) if batches else {}
    if (
        connector in ASKING_ONCE
        and told.get("code") == SourceUnavailable.code
        and _is_unattended(context)
        and context.retry_number < PAUSES.max_retries
    ):
        raise _once_more(context)


def _is_unattended(context: Context) -> bool:
    return UNATTENDED in context.run.tags


def _once_more(context: Context) -> dg.RetryRequested:
    return dg.RetryRequested(
        max_retries=PAUSES.max_retries,
        seconds_to_wait=PAUSES.calculate_delay(context.retry_number + 1),
    )
