"""The rows that stay out: which they are today, why, and as they were sent.

What lives here: reading quarantine. Every row has one last word: that of the newest
batch of its delivery's family that judged it; a merged retry that took it in ends
its stay. What does not: putting rows in (`split`), trying them again (`retry`).
Findings hold no values; `text` is the row as sent, and only a caller that asks for
it gets it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.returned import returned_rows
from hub.partners.spec import Feed, Partner
from hub.schemas import DATASETS, dataset
from hub.schemas.rules import RULES
from hub.storage.ahead import in_order
from hub.storage.batches import Batch
from hub.storage.sums import Sums

FINDING = ("rule", "severity", "dataset", "column")
KEY = ["root", "row"]


def held_rows(
    house: House, partner: Partner, feed: Feed, delivery: Batch | None = None
) -> pl.DataFrame:
    """Rows of a feed that are out now.

    Args:
        house: the hub.
        partner: whose feed it is.
        feed: the feed.
        delivery: the one delivery that is asked about.

    Returns:
        root (number of the delivery), row, batch_id (whose word it is), findings.
    """
    table = tables.quarantine_table(house.lake, partner.id, feed.name)
    batches = house.ledger.batches(partner.id, feed.name)
    files = None
    if delivery is not None:
        root = delivery.parent or delivery.number
        kin = [one.id for one in batches if root in (one.number, one.parent)]
        files = table.files(partitions=[{"batch_id": one} for one in kin])
    frame = table.read(files=files, columns=["batch_id", "row", "findings"])
    numbers = {batch.id: batch.number for batch in batches}
    roots = {batch.id: batch.parent or batch.number for batch in batches}
    told = frame.select(
        "batch_id",
        "row",
        "findings",
        root=_mapped("batch_id", roots),
        number=_mapped("batch_id", numbers),
    ).sort("number", "row")
    last = told.unique(KEY, keep="last", maintain_order=True)
    settled = settled_rows(house, partner, feed, batches)
    return last.join(settled, on=KEY, how="anti").select(*KEY, "batch_id", "findings")


def _mapped(column: str, values: dict[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(
        list(values), list(values.values()), default=None, return_dtype=pl.Int64
    )


def settled_rows(
    house: House, partner: Partner, feed: Feed, batches: list[Batch]
) -> pl.DataFrame:
    """Rows that a merged retry has taken in, or their sender brought again: root, row.

    A row that was brought again is out no more as it was: what became of it is told by
    the submission that brought it.
    """
    roots = {
        one.id: one.parent or one.number
        for one in batches
        if one.kind == "retry" and one.state == "merged"
    }
    empty = pl.DataFrame(schema=dict.fromkeys(KEY, pl.Int64))
    found = [empty, returned_rows(house, partner, feed, batches)]
    places = [{"batch_id": one} for one in roots]
    for name in sorted({emit.dataset for emit in feed.emits}) if roots else []:
        table = tables.staged_table(house.lake, partner.id, dataset(name))
        files = table.files(partitions=places)
        told = table.read(files=files, columns=["batch_id", "row"])
        found.append(told.select(root=_mapped("batch_id", roots), row="row").unique())
    return pl.concat(found).unique()


def held_about(house: House, datasets: Collection[str]) -> int:
    """Rows that are out now, of every feed that tells of one of these datasets.

    They stand beside each figure: any of them might have counted.
    """
    # The ledger knows how many rows of each batch were kept out. Only where they may
    # have been judged again, or brought again, are they looked at one by one.
    out: dict[tuple[str, str], int] = {}
    again: set[tuple[str, str]] = set()
    for one in Sums(house.control.engine).batches():
        feed = (one["partner"], one["feed"])
        out[feed] = out.get(feed, 0) + one["quarantined"]
        if one["kind"] != "delivery":
            again.add(feed)
    feeds = [
        (partner, feed)
        for partner in house.city.partners.values()
        for feed in partner.feeds
        if out.get((partner.id, feed.name))
        and not {emit.dataset for emit in feed.emits}.isdisjoint(datasets)
    ]
    looked_at = [
        (partner, feed)
        for partner, feed in feeds
        if (partner.id, feed.name) in again
        or partner.reading(feed).source.connector == "push"
    ]
    known = (out[p.id, f.name] for p, f in feeds if (p, f) not in looked_at)
    counted = in_order(lambda one: len(held_rows(house, *one)), looked_at, ahead=4)
    return sum(known) + sum(counted)


def findings_of(
    house: House, batch: Batch, *, row: int | None = None, sent: bool = False
) -> pl.DataFrame:
    """What keeps the rows of one batch out, one line per finding, in row order.

    Args:
        row: the one row that is asked for.
        sent: also give the row as sent.

    Returns:
        row, rule, severity, dataset, column, keys (hub ids of what it tells of), and
        text if asked.
    """
    table = tables.quarantine_table(house.lake, batch.partner, batch.feed)
    files = table.files(partitions=[{"batch_id": batch.id}])
    text = ["text"] if sent else []
    frame = table.read(files=files, columns=["row", "findings", "keys", *text])
    if row is not None:
        frame = frame.filter(pl.col("row") == row)
    return (
        frame.explode("findings")
        .select("row", pl.col("findings").struct.unnest(), "keys", *text)
        .sort("row", *FINDING, nulls_last=True)
    )


def sent_rows(
    house: House, partner: Partner, feed: Feed, held: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The held rows as they were sent, some at a time.

    Returns:
        Frames of batch_id, row, text, findings.
    """
    table = tables.quarantine_table(house.lake, partner.id, feed.name)
    wanted = held.select("batch_id", "row")
    for frame in table.scan(columns=["batch_id", "row", "text", "findings"]):
        found = frame.join(wanted, on=["batch_id", "row"], how="semi")
        if len(found):
            yield found.sort("batch_id", "row")


def worded(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings with `label`, `message` and `remedy`, in Chinese, for a district."""
    codes = list(RULES)
    labels = pl.DataFrame(
        [
            (ds.name, column.name, column.label)
            for ds in DATASETS.values()
            for column in ds.all_columns
        ],
        schema={"dataset": pl.String, "column": pl.String, "label": pl.String},
        orient="row",
    )
    rule = pl.col("rule")
    return findings.join(
        labels, on=["dataset", "column"], how="left", maintain_order="left"
    ).with_columns(
        message=rule.replace_strict(codes, [RULES[c].meaning_zh for c in codes]),
        remedy=rule.replace_strict(codes, [RULES[c].remedy_zh for c in codes]),
    )


def reasons_by_row(held: pl.DataFrame) -> pl.DataFrame:
    """Why rows are out, in Chinese, one line per row.

    Args:
        held: batch_id, row, findings.

    Returns:
        batch_id, row, and the lists rules, problems, remedies.
    """
    single = worded(
        held.explode("findings").select(
            "batch_id", "row", pl.col("findings").struct.unnest()
        )
    )
    where = pl.concat_str(
        [pl.col("column"), pl.col("label")], separator=" ", ignore_nulls=True
    )
    named = pl.when(where != "").then(pl.concat_str(where, pl.lit(": "), "message"))
    return single.group_by("batch_id", "row", maintain_order=True).agg(
        rules=pl.col("rule"),
        problems=named.otherwise(pl.col("message")),
        remedies=pl.col("remedy").unique(maintain_order=True),
    )
