"""One further request per row, a few at a time.

What lives here: fetching the detail of every row of a page (a case with its trail
and attachments, where the listing holds heads only) and merging it into the row. A
detail that cannot be had fails the delivery: a case without its trail would look
like one where nothing happened. What does not: the listing (`rest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import compress, repeat
from operator import setitem
from urllib.parse import quote

from hub.connectors.asking import Ask, split_query
from hub.connectors.base import Place
from hub.connectors.envelope import open_envelope
from hub.connectors.exact import MISSING, as_text, dig, of_type
from hub.connectors.outcomes import Answer
from hub.connectors.transport import Transport
from hub.partners.spec import Detail, Feed


def add_details(
    rows: Sequence[object],
    feed: Feed,
    transport: Transport,
    concurrency: int,
    place: Place,
) -> None:
    """Merge the detail of every row into it, in place.

    Rows without a key stay as they are and are quarantined later (P07).

    Args:
        rows: rows of one page, numbers as sent.
        feed: declares `detail`; the first field of its key fills `{key}`.
        transport: sends.
        concurrency: how many requests may be under way.
        place: partner and feed, for errors.

    Raises:
        SourceRejected: a detail is missing or not good.
        SourceUnavailable: one could not be fetched.
    """
    detail = feed.read.detail
    assert detail is not None
    objects: list[dict[str, object]] = list(of_type(rows, dict))
    keys = list(map(as_text, map(dig, objects, repeat(feed.key[0]))))
    asked = list(filter(None, keys))

    def fetch(key: str) -> object:
        return _fetch(key, detail, feed, transport, place)

    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        found = list(pool.map(fetch, asked))
    list(map(setitem, compress(objects, keys), repeat(detail.into), found))


def _fetch(
    key: str, detail: Detail, feed: Feed, transport: Transport, place: Place
) -> object:
    path, params = split_query(detail.path)
    whole, whole_params = _with_key(path, params, key)

    def judge(answer: Answer) -> object:
        envelope = open_envelope(
            answer, declared=feed.encoding, digits=True, place=place, path=detail.path
        )
        envelope.check_verdict(feed.read.verdict)
        found = dig(envelope.doc, detail.records)
        if found is MISSING or found is None:
            raise place.rejected(
                f"read {detail.path}",
                f"its answer holds nothing at {detail.records}",
                "Compare detail in [feed.read] with the partner's documentation.",
            )
        return found

    return transport.fetch(Ask("GET", whole, whole_params, label=path), judge, place)


def _with_key(
    path: str, params: dict[str, str], key: str
) -> tuple[str, dict[str, str]]:
    filled = {name: text.replace("{key}", key) for name, text in params.items()}
    return path.replace("{key}", quote(key, safe="")), filled
