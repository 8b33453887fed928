"""An erasure from its first tombstone to its end; safe to kill and to run again.

What lives here: the order of things. Tombstones first, in one transaction: from then
on nothing that arrives brings a value back. Then partner by partner what was sent,
what was staged, and core; each step is taken up again where a killed run left it.
Only when all is gone is the erasure `done`. What does not: what is due (`due`), the
steps themselves.

The raw parts are written from the staged facts' knowledge of which delivery told of
a key; so staged, which loses nothing but values, comes after them.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import polars as pl

from hub.errors import MisuseError
from hub.flow import tables
from hub.flow.erased_manifests import write_erased_manifests
from hub.flow.erasure.digests import kept_digests, plan_store
from hub.flow.erasure.due import find_due
from hub.flow.erasure.facts import Own, erase_core, erase_staged
from hub.flow.erasure.landed import erase_landed, telling_objects
from hub.flow.house import House
from hub.flow.release import make_release
from hub.flow.run import recover
from hub.partners.duties import Retention, erasable_columns
from hub.partners.spec import Partner
from hub.schemas import DATASETS, dataset
from hub.storage.erasures import WHOLE, Erasure, Erasures
from hub.storage.holders import this_process
from hub.storage.releases import Releases
from hub.storage.serving import drop_shelves

LEASE = timedelta(minutes=30)
CASCADE = ("issue_event", "handling", "review")


def erase_due(house: House, rules: tuple[Retention, ...], author: str) -> list[Erasure]:
    """Erase what rules say, and finish what killed runs have left.

    Returns:
        The erasures that ended now; none where nothing was due.
    """
    done = finish_erasures(house)
    for rule in rules:
        due = find_due(house, rule)
        if due.tombstones.is_empty():
            continue
        made = _open(
            house,
            due.tombstones,
            rule=rule.rule,
            columns=rule.columns,
            reason=rule.basis,
            author=author,
        )
        done.append(_carry_out(house, made))
    if done:
        _publish(house)
    # Whether or not anything was due: a killed run may have left them unwritten.
    write_erased_manifests(house)
    return done


def erase_row(
    house: House,
    name: str,
    key: str,
    *,
    columns: tuple[str, ...] = (),
    reason: str,
    author: str,
) -> Erasure:
    """Erase one row, or some columns of it; with a case go its steps.

    Args:
        house: the hub.
        name: dataset.
        key: hub id of the row.
        columns: columns that go; none means the whole row.
        reason, author: why, and on whose word; both are kept.

    Raises:
        MisuseError: no such dataset, column or row, or nothing is left to erase.
    """
    _refuse_odd(name, columns, reason)
    if finish_erasures(house):
        _publish(house)
        write_erased_manifests(house)
    partner = _partner_of(house, name, key)
    told = pl.DataFrame(
        [(name, key, one, partner) for one in columns or (WHOLE,)],
        schema=dict.fromkeys(("dataset", "key", "column", "partner"), pl.String),
        orient="row",
    )
    if name == "issue" and not columns:
        told = pl.concat([told, *_steps_of(house, key)])
    known = Erasures(house.control.engine).lookup(name, told["key"])
    left = told.join(known, on=["key", "column"], how="anti")
    if left.is_empty():
        raise MisuseError(
            f"erase a row of {name}",
            seen="it was erased before",
            next_step="`hub retention list` tells when and why.",
        )
    made = _open(house, left, rule=None, columns=columns, reason=reason, author=author)
    done = _carry_out(house, made)
    _publish(house)
    write_erased_manifests(house)
    return done


def finish_erasures(house: House) -> list[Erasure]:
    """Carry out what killed runs have left."""
    left = Erasures(house.control.engine).all("erasing")
    return [_carry_out(house, one) for one in left]


def _open(
    house: House,
    tombstones: pl.DataFrame,
    *,
    rule: str | None,
    columns: tuple[str, ...],
    reason: str,
    author: str,
) -> Erasure:
    for partner in tombstones["partner"].unique().sort():
        _require_partner(house, str(partner))
    given = Erasure(
        rule=rule,
        dataset=str(tombstones["dataset"][0]),
        columns=columns,
        reason=reason,
        author=author,
        counts={},
        made_at=house.now(),
    )
    return Erasures(house.control.engine).open(given, tombstones)


def _publish(house: House) -> None:
    """What readers get from now on has a digest and a signature of its own."""
    if Releases(house.control.engine).latest() is not None:
        make_release(house)


def _carry_out(house: House, one: Erasure) -> Erasure:
    erasures = Erasures(house.control.engine)
    erased = erasures.tombstones(one.number)
    counts: Counter[str] = Counter(tombstones=len(erased))
    for (partner,), own in erased.partition_by("partner", as_dict=True).items():
        counts.update(_of_partner(house, one, str(partner), own))
    ended = erasures.close(one.number, counts, house.now())
    store = plan_store(house)
    for name in store.batches():
        if name.startswith(f"e{one.number}-"):
            store.drop(name)
    return ended


def _of_partner(
    house: House, one: Erasure, name: str, erased: pl.DataFrame
) -> dict[str, int]:
    partner = _require_partner(house, name)
    step = f"e{one.number}-{name}"
    with house.leases.hold(
        f"partner/{name}", this_process(f"erasure {one.number}"), LEASE
    ) as lease:
        for feed in partner.feeds:
            recover(house, partner, feed, lease)
        digests = kept_digests(house, partner, erased, f"{step}-digests")
        objects = telling_objects(house, partner, erased)
        counts = Counter(erase_landed(house, partner, erased, objects))
        house.note("erased", {"partner": name, "what": "landed"})
        for dataset_name, own in erased.partition_by("dataset", as_dict=True).items():
            told = str(dataset_name[0])
            part = Own(dataset(told), own, digests[told])
            at = f"{step}-{told}"
            counts["staged"] += erase_staged(house, partner, part, f"{at}-staged")
            counts["core"] += erase_core(house, partner, part, one.number, f"{at}-core")
            # The server makes them again from what is left.
            counts["shelves"] += drop_shelves(house.settings.home, told)
            house.note("erased", {"partner": name, "what": told})
    return dict(counts)


def _require_partner(house: House, name: str) -> Partner:
    partner = house.city.partners.get(name)
    if partner is None:
        raise MisuseError(
            "erase what a partner sent",
            seen=f"the city has no sound file of {name}, so its rows cannot be read",
            next_step="Put its file back (it may be paused), then run again.",
            partner=name,
        )
    return partner


def _refuse_odd(name: str, columns: tuple[str, ...], reason: str) -> None:
    known = {one for one, ds in DATASETS.items() if ds.id_column and ds.core}
    problems = [
        (name not in known, "there is no such dataset of rows", sorted(known)),
        (not reason.strip(), "no reason is given", ["say why with --reason"]),
    ]
    if name in known:
        allowed = erasable_columns(name)
        odd = [one for one in columns if one not in allowed]
        problems.append((bool(odd), f"{odd} cannot be emptied", list(allowed)))
    for is_wrong, seen, told in problems:
        if is_wrong:
            raise MisuseError(
                f"erase a row of {name}",
                seen=seen,
                next_step=f"Possible: {', '.join(told)}.",
            )


def _partner_of(house: House, name: str, key: str) -> str:
    """Whose row it is: as the key index says, else staged or quarantine."""
    known = house.keys.lookup(name, pl.Series("hub_id", [key], dtype=pl.String))
    if len(known):
        return str(known["partner"].item())
    for partner in house.city.partners.values():
        staged = tables.staged_table(house.lake, partner.id, dataset(name))
        if any((frame["key"] == key).any() for frame in staged.scan(columns=["key"])):
            return partner.id
        for feed in partner.feeds:
            held = tables.quarantine_table(house.lake, partner.id, feed.name)
            for frame in held.scan(columns=["keys"]):
                if frame["keys"].list.contains(key).any():
                    return partner.id
    raise MisuseError(
        f"erase a row of {name}",
        seen="no row of that key was ever taken in",
        next_step="The key is the hub id, the first column of the dataset.",
    )


def _steps_of(house: House, key: str) -> list[pl.DataFrame]:
    """Tombstones of everything that belongs to a case."""
    found = []
    for name in CASCADE:
        ds = dataset(name)
        table = tables.core_table(house.lake, ds)
        columns = [str(ds.id_column), "issue_id", "partner"]
        found += [
            frame.filter(pl.col("issue_id") == key).select(
                dataset=pl.lit(name),
                key=str(ds.id_column),
                column=pl.lit(WHOLE),
                partner="partner",
            )
            for frame in table.scan(columns=columns)
        ]
    return found
