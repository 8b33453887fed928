"""Whether a request, and the answer to it, make sense before they are kept.

What lives here: checking a request against datasets, the consumer and what was
handed to it; whom a correction is forwarded to; whether a grant fulfils an access
request. What does not: keeping them (`hub.storage.requests`), deadlines
(`request_deadlines`).

A proposed value is taken only for a column without class, mask or person: what a
mask would hide must not come in by the back door, and a masked proposal would tell
the source nothing. For others the request names row and column, and the value goes
to the source by its own means. Free text is scrubbed as on its way out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from hub.errors import MisuseError
from hub.flow.house import House
from hub.schemas import dataset
from hub.sharing.asks import Allowed, Ask, Who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.masks.free_text import scrub
from hub.sharing.subjects import Subject, subjects
from hub.storage.consumers import Consumers
from hub.storage.grants import Grant, Grants
from hub.storage.requests import Request, Requests, Taken

Problem = tuple[str, str]


def make_request(house: House, given: Request) -> Request:
    """Check a request and keep it; a correction is forwarded to its source.

    Raises:
        MisuseError: with the first thing that is wrong with it.
    """
    engine = house.control.engine
    consumer = Consumers(engine).find(given.consumer)
    who = Who(consumer, tuple(Grants(engine).of(consumer.id)))
    subject = subjects().get(given.dataset)
    for seen, step in _problems(house, given, who, subject):
        raise MisuseError(
            f"take in the {given.kind} request of {consumer.id}",
            seen=seen,
            next_step=step,
        )
    partner = _source_of(house, given) if given.kind == "correction" else None
    proposed = None if given.proposed is None else scrubbed(given.proposed)
    reason = scrubbed(given.reason)
    kept = replace(given, partner=partner, reason=reason, proposed=proposed)
    return Requests(engine).add(kept)


def take_step(house: House, number: int, step: Taken) -> Request:
    """Add a step to a request, with the grant that fulfils it where one is named.

    Raises:
        MisuseError: the step may not follow, or the grant does not fulfil it.
    """
    desk = Requests(house.control.engine)
    request = desk.find(number)
    for seen, remedy in _step_problems(house, request, step):
        raise MisuseError(
            f"mark request {number} as {step.step}", seen=seen, next_step=remedy
        )
    reason = None if step.reason is None else scrubbed(step.reason)
    return desk.take(number, replace(step, reason=reason))


def scrubbed(text: str) -> str:
    """Free text without phone and identity numbers and plates (sharing §4)."""
    frame = pl.DataFrame({"text": [text.strip()]}, schema={"text": pl.String})
    return str(frame.select(scrub(pl.col("text"))).item())


def _problems(
    house: House, given: Request, who: Who, subject: Subject | None
) -> Iterator[Problem]:
    if subject is None:
        yield "there is no such dataset", f"There are {_list(subjects())}."
        return
    if who.consumer.state(house.now()) != "active":
        yield "the consumer is not active", "Only who is handed data can ask."
    if not given.reason.strip():
        yield "it states no reason", "Say why with --reason."
    if other := [one for one in given.columns if one not in subject.columns]:
        yield (
            f"{subject.name} has no column {_list(other)}",
            f"Its columns are {_list(subject.columns)}.",
        )
        return
    if given.kind == "correction":
        yield from _correction_problems(house, given, who, subject)
    if given.kind == "access" and not (given.purpose or "").strip():
        yield "it states no purpose", "Say with --purpose what the data are for."


def _correction_problems(
    house: House, given: Request, who: Who, subject: Subject
) -> Iterator[Problem]:
    if given.row_key is None or len(given.columns) != 1:
        yield "it names no row or no column", "Use --row KEY and --column COL."
        return
    ask = Ask(
        dataset=given.dataset, at=house.now(), form="report", columns=given.columns
    )
    asks = [replace(ask, purpose=one) for one in who.consumer.purposes]
    book = Rulebook.of(house.city)
    seen = [decide(who, one, book) for one in asks]
    if not any(isinstance(one, Allowed) for one in seen):
        yield (
            "that column was never shared with it",
            "Corrections are about data that were handed over.",
        )
    column = subject.columns[given.columns[0]]
    if given.proposed is None:
        return
    ds = dataset(subject.name)
    is_personal = any(
        one.name == given.columns[0] and one.personal for one in ds.all_columns
    )
    if column.mask is not None or column.share == "CLOSED" or is_personal:
        yield (
            f"a value of {given.columns[0]} is not written down in a request",
            "Leave --value out; tell the value to the source by its own means.",
        )


def _source_of(house: House, given: Request) -> str:
    """The partner that delivered a row.

    Raises:
        MisuseError: no row of the dataset has that key.
    """
    keys = pl.Series("hub_id", [given.row_key], dtype=pl.String)
    found = house.keys.lookup(given.dataset, keys).filter(
        pl.col("deleted_at").is_null()
    )
    if not len(found):
        raise MisuseError(
            f"take in the correction request of {given.consumer}",
            seen=f"{given.dataset} has no row of that key",
            next_step="The key is the hub id, the first column of the dataset.",
        )
    return str(found["partner"].item())


def _step_problems(house: House, request: Request, step: Taken) -> Iterator[Problem]:
    if step.step == "rejected" and not (step.reason or "").strip():
        yield "no reason is given", "A refusal states its basis: --reason."
    if step.step == "delivered" and request.kind == "correction":
        yield "nothing is delivered for a correction", "Close it once it is corrected."
    if step.grant is None:
        if step.step == "delivered" and request.kind == "access" and not request.grant:
            yield "no grant fulfils it", "Name it with --grant N."
        return
    if request.kind != "access":
        yield "only access is fulfilled by a grant", "Leave --grant out."
        return
    own = Grants(house.control.engine).of(request.consumer)
    found = [one for one in own if one.number == step.grant]
    if not found:
        yield (
            f"{request.consumer} has no grant {step.grant}",
            f"`hub consumer show {request.consumer}` tells the numbers.",
        )
        return
    yield from _grant_problems(house, request, found[0])


def _grant_problems(house: House, request: Request, grant: Grant) -> Iterator[Problem]:
    if grant.dataset != request.dataset or grant.purpose != request.purpose:
        yield (
            f"grant {grant.number} is for another dataset or purpose",
            "Give the grant that was asked for, or reject the request.",
        )
    if grant.state(house.now()) not in ("planned", "active"):
        yield f"grant {grant.number} is over", "Give a new one."


def _list(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))
