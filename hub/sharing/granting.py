"""Whether a grant makes sense, before it is kept.

What lives here: checking a grant against the datasets, the masks, the city's places and
the consumer it is for, with words that say what to write instead. What does not: what a
grant lets through; `decision` judges every grant anew, also one that is kept already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hub.errors import MisuseError
from hub.sharing.asks import FORMS
from hub.sharing.placing import PLACES, can_place
from hub.sharing.strictness import DROP, RANK, is_as_strict
from hub.sharing.subjects import Subject
from hub.sharing.territory import Territory
from hub.storage.consumers import Consumer
from hub.storage.grants import Grant, RowRule

CLASSES = ("OPEN", "CONDITIONAL")
LEVELS: Mapping[str, str] = {"districts": "DISTRICT", "streets": "STREET"}
NAME = re.compile("[a-z][a-z0-9_-]{1,39}")
ANYBODY = "anybody"  # whoever comes without a key, in the audit and its join keys
Problem = tuple[str, str]


def check_grant(
    grant: Grant,
    consumer: Consumer,
    subjects: Mapping[str, Subject],
    territory: Territory,
) -> None:
    """Refuse a grant that could not mean what it says.

    Raises:
        MisuseError: with the first thing that is wrong with it.
    """
    for seen, step in _problems(grant, consumer, subjects, territory):
        raise MisuseError(
            f"grant {grant.dataset} to {grant.consumer}", seen=seen, next_step=step
        )


def check_consumer(given: Consumer, territory: Territory) -> None:
    """Refuse a consumer that could not mean what it says.

    Raises:
        MisuseError: its name, purposes, units or span cannot be used.
    """
    known = frozenset(territory.units["unit_code"])
    other = [one for one in given.units if one not in known]
    problems: tuple[tuple[bool, str, str], ...] = (
        (
            NAME.fullmatch(given.id) is None,
            "its name is not usable",
            "Use 2 to 40 small letters, digits, - and _, a letter first.",
        ),
        (
            given.id == ANYBODY,
            "its name stands for whoever comes without a key",
            "Choose another.",
        ),
        (
            not (given.org.strip() and given.contact_role.strip()),
            "organisation or post is empty",
            "Name both.",
        ),
        (
            not all(one.strip() for one in given.purposes),
            "a purpose is empty",
            "Say in words what the data are used for.",
        ),
        (
            bool(other),
            f"the city has no assessment unit {_list(other)}",
            "`hub dataset rows assessment_unit` tells the codes.",
        ),
        (
            given.valid_until is not None and given.valid_until <= given.valid_from,
            "it ends before it begins",
            "--until lies after --from.",
        ),
    )
    for is_wrong, seen, step in problems:
        if is_wrong:
            raise MisuseError("add a consumer", seen=seen, next_step=step)


def rule_of(text: str) -> RowRule:
    """A row rule from `all`, `own`, `districts:CODE,…` or `streets:CODE,…`.

    Raises:
        MisuseError: it is none of these.
    """
    kind, _, rest = text.partition(":")
    codes = tuple(dict.fromkeys(one.strip() for one in rest.split(",") if one.strip()))
    match kind:
        case "all" | "own" if ":" not in text:
            return RowRule(kind)
        case "districts" | "streets" if codes:
            return RowRule(kind, codes)
    raise MisuseError(
        "understand which rows are granted",
        seen=f"{kind!r} with {len(codes)} codes is no rule",
        next_step="Write all, own, districts:CODE,CODE or streets:CODE,CODE.",
    )


def _problems(
    grant: Grant,
    consumer: Consumer,
    subjects: Mapping[str, Subject],
    territory: Territory,
) -> Iterator[Problem]:
    subject = subjects.get(grant.dataset)
    if subject is None:
        yield "there is no such dataset", f"There are {_list(subjects)}."
        return
    if grant.purpose not in consumer.purposes:
        yield (
            "the purpose is none of the consumer's",
            f"Its purposes are {_list(consumer.purposes)}.",
        )
    if consumer.revoked_at is not None:
        yield "the consumer is revoked", "Add it anew under another name."
    if grant.valid_until is not None and grant.valid_until <= grant.valid_from:
        yield "it ends before it begins", "--until lies after --from."
    yield from _column_problems(grant, subject)
    yield from _mask_problems(grant, subject)
    yield from _row_problems(grant, consumer, territory)
    if other := [one for one in grant.forms if one not in FORMS]:
        yield f"unknown form {_list(other)}", f"There are {_list(FORMS)}."


def _column_problems(grant: Grant, subject: Subject) -> Iterator[Problem]:
    named = (*grant.columns, *grant.clear, *grant.masks)
    if other := [one for one in named if one not in subject.columns]:
        yield (
            f"{subject.name} has no column {_list(other)}",
            f"Its columns are {_list(subject.columns)}.",
        )
        return
    if not grant.columns and grant.column_class is None:
        yield "it names no column", "Use --columns, --class, or both."
    if grant.column_class not in (None, *CLASSES):
        yield (
            f"columns of class {grant.column_class} are never granted as a class",
            f"Name them with --columns, or use {_list(CLASSES)}.",
        )
    closed = [one for one in grant.columns if subject.columns[one].share == "CLOSED"]
    if not grant.basis.strip() and (whole := [*closed, *grant.clear]):
        yield (
            f"no legal basis is stated for {_list(dict.fromkeys(whole))}",
            "State the clause with --basis.",
        )
    dropped = [one for one in grant.columns if subject.columns[one].mask == DROP]
    if unseen := [one for one in dropped if one not in grant.clear]:
        yield (
            f"the mask drop leaves nothing of {_list(unseen)}",
            "Add them to --clear with a basis, or leave them out.",
        )


def _mask_problems(grant: Grant, subject: Subject) -> Iterator[Problem]:
    for name, mask in grant.masks.items():
        if name not in subject.columns:
            continue
        column = subject.columns[name]
        if mask not in RANK:
            yield f"there is no mask {mask}", f"There are {_list(filter(None, RANK))}."
        elif name in grant.clear:
            yield f"{name} is to be masked and seen whole", "Choose one of the two."
        elif not is_as_strict(mask, column.mask):
            yield (
                f"{mask} on {name} does not hide all that {column.mask} hides",
                "A grant may only be stricter than the schema.",
            )
        elif mask != DROP and subject.is_statistic:
            yield f"{subject.name} holds counts", "Only drop can be put on a column."
        elif mask != DROP and not column.is_text:
            yield f"{name} is no text", "Only drop can be put on it."


def _row_problems(
    grant: Grant, consumer: Consumer, territory: Territory
) -> Iterator[Problem]:
    rule = grant.row_rule
    if not can_place(grant.dataset, rule.kind):
        with_place = [one for one in PLACES if can_place(one, rule.kind)]
        yield (
            f"no column of {grant.dataset} tells whose rows are whose by {rule.kind}",
            f"Grant all rows, or one of {_list(with_place)}.",
        )
    if rule.kind == "own" and not consumer.units:
        yield (
            "the consumer has no units of its own",
            "Name districts or streets, or add the consumer with --unit.",
        )
    if rule.kind in LEVELS:
        known = territory.known(LEVELS[rule.kind])
        if other := [one for one in rule.codes if one not in known]:
            yield (
                f"the city has no {rule.kind[:-1]} {_list(other)}",
                "`hub dataset rows division` tells the codes.",
            )


def _list(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))
