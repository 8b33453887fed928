"""Whether submissions can be taken as a partner file declares them.

What lives here: what only a push source has, and what cannot be asked of one. That the
consumer exists is known to the control database alone, so nothing is said of it here.
What does not: keys of `[feed.read]` (`check_reading`), who may send
(`hub.sharing.submissions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.partners.problems import Problem, path_of
from hub.partners.source import Source
from hub.partners.spec import Feed, Partner

_NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")


def find_push_problems(source: Source, at: str) -> Iterator[Problem]:
    """What is wrong with the sender and its forms.

    Args:
        source: the declaration, of whatever connector.
        at: its place in the file.
    """
    if source.connector != "push":
        yield from _find_foreign_limits(source, at)
        if "formats" in source.model_fields_set:
            yield Problem(
                path_of(at, "formats"),
                f'has no meaning for connector "{source.connector}"',
                "leave it out; [feed.read] format says what a file is",
            )
        return
    if source.consumer is not None and not _NAME.fullmatch(source.consumer):
        yield Problem(
            path_of(at, "consumer"),
            "is no name of a consumer",
            "take it from `hub consumer list`",
        )
    if not source.formats:
        yield Problem(
            path_of(at, "formats"), "names none", 'write e.g. formats = ["csv", "xlsx"]'
        )
    if source.limits.waiting_mb < source.limits.max_body_mb:
        yield Problem(
            path_of(at, "limits", "max_waiting_mb"),
            f"is less than max_body_mb, {source.limits.max_body_mb}: the largest "
            "submissions could never come in",
            f"write at least {source.limits.max_body_mb}, or a smaller max_body_mb",
        )
    if source.auth.kind != "none":
        yield Problem(
            path_of(at, "auth"),
            'has no meaning for connector "push": the partner comes with a key of ours',
            "leave it out; `hub consumer add` makes the key",
        )


def _find_foreign_limits(source: Source, at: str) -> Iterator[Problem]:
    for name in ("max_waiting", "max_waiting_mb"):
        if name in source.limits.model_fields_set:
            yield Problem(
                path_of(at, "limits", name),
                f'has no meaning for connector "{source.connector}": nothing waits '
                "in the inbox",
                "leave it out; it belongs to push",
            )


def find_push_feed_problems(
    partner: Partner, feed: Feed, where: str
) -> Iterator[Problem]:
    """What a feed asks for that a submission does not tell.

    Args:
        partner: as the feed sees it.
        feed: the feed.
        where: its place in the file.
    """
    if partner.source.connector == "push" and feed.as_of is not None:
        yield Problem(
            path_of(where, "as_of"),
            'has no meaning for connector "push"',
            "a submission is dated by the instant at which it was received; name the "
            "change time of a row with changed",
        )
