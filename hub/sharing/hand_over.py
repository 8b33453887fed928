"""A frozen month for the assessment system: figures with the rows behind them (R67).

What lives here: deciding what a consumer may have of a frozen revision, picking it,
and writing it as files with a manifest of digests, in one folder that appears whole
or not at all. The audit says that it begins before the first byte is written, and
how it went before the folder gets its name. What does not: the evidence itself
(`hub.flow.assessment.evidence`), the decision (`decision`).

Evidence names rows by their hub ids. Whose evidence is handed over follows from the
grants on the datasets of those rows: where the id of such a row is not to be seen
whole, the figure comes without its evidence, and the manifest says so; likewise
where fewer rows are granted than figures. A grant that hides small cells gives no
figures here: the list of their rows would tell them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hub.errors import MisuseError
from hub.flow.assessment.evidence import evidence_of_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.metrics.counting import EVIDENCE
from hub.metrics.levels import LEVELS
from hub.schemas import DATASETS
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.audit_log import open_audit
from hub.sharing.callers import consumer_who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.subjects import FIGURES
from hub.storage import durable
from hub.storage.assessments import Revision
from hub.storage.audit_entries import HandOver, Outcome

# Codes of these levels stand for a person, or for the few of one area or unit.
CLOSE = {"area": ("area", "area_id"), "org": ("org", "org_id"),
         "chief": ("person", "person_id")}  # fmt: skip


@dataclass(frozen=True)
class HandedOver:
    """What was handed over: the manifest as it stands in the folder."""

    folder: Path
    manifest: Mapping[str, Any]


def hand_over_month(
    house: House,
    period: str,
    *,
    number: int | None,
    consumer: str,
    purpose: str | None,
    folder: Path,
) -> HandedOver:
    """Hand a frozen revision over as files.

    Args:
        house: the hub.
        period: month `YYYY-MM`.
        number: of the revision; None for the current one.
        consumer: id of the recipient.
        purpose: one of its purposes; None for its only one.
        folder: a folder that is not there yet.

    Raises:
        MisuseError: the month is not frozen, the folder is there, or no grant in
            force covers the figures; a refusal is in the audit.
        AuditUnwritable: the audit did not take it; nothing was handed over.
    """
    revision = find_revision(house, period, number)
    if folder.exists():
        raise MisuseError(
            f"hand {period} over",
            seen=f"{folder} is there already",
            next_step="Name a folder that is not there yet.",
        )
    who = consumer_who(house.control.engine, consumer)
    answer = _figures_allowed(house, who, purpose)
    told = _handover(who, revision, answer, purpose)
    if isinstance(answer, Refused) or answer.small_cells is not None:
        _refuse(house, told, answer)
    assert isinstance(answer, Allowed)
    audit = open_audit(house)
    begun = audit.begin(told, at=house.now())
    folder.parent.mkdir(parents=True, exist_ok=True)
    with durable.aside(folder.parent) as draft:
        draft.mkdir(mode=0o700)
        figures = _figures(house, revision, answer)
        evidence, withheld = _evidence(house, revision, who, figures, answer)
        files = [
            _written(draft / "figures.csv", figures.select(answer_columns(answer))),
            _written(draft / "evidence.csv", evidence),
        ]
        manifest = _manifest(house, revision, consumer, answer, files, withheld)
        content = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        (draft / "manifest.json").write_text(content + "\n", "utf-8")
        outcome = Outcome(
            result="delivered",
            row_count=len(figures) + len(evidence),
            byte_count=sum(one["bytes"] for one in files),
            digest=hashlib.sha256(f"{content}\n".encode()).hexdigest(),
        )
        audit.end(begun, outcome, at=house.now())
        shutil.move(draft, folder)
    return HandedOver(folder, manifest)


def answer_columns(answer: Allowed) -> list[str]:
    """Columns of the figures that are handed over."""
    return [one.name for one in answer.columns]


def _figures_allowed(house: House, who: Who, purpose: str | None) -> Allowed | Refused:
    """What one of its grants shows of the figures; best one that hides no cells.

    Grants are asked one by one: what is open to everybody hides small cells, and
    would hide them in an answer that it adds its rows to.
    """
    numbers = [one.number for one in who.grants if one.dataset == FIGURES]
    answers = [
        _decided(house, who, FIGURES, None, purpose, grant=one) for one in numbers
    ]
    for one in answers:
        if isinstance(one, Allowed) and one.small_cells is None:
            return one
    allowed = [one for one in answers if isinstance(one, Allowed)]
    return allowed[0] if allowed else _decided(house, who, FIGURES, None, purpose)


def _decided(
    house: House,
    who: Who,
    dataset: str,
    columns: tuple[str, ...] | None,
    purpose: str | None,
    grant: int | None = None,
) -> Allowed | Refused:
    ask = Ask(
        dataset=dataset,
        at=house.now(),
        form="file",
        columns=columns,
        purpose=purpose,
        grant=grant,
    )
    return decide(who, ask, Rulebook.of(house.city))


def _handover(
    who: Who, revision: Revision, answer: Allowed | Refused, purpose: str | None
) -> HandOver:
    allowed = answer if isinstance(answer, Allowed) else None
    grants = allowed.grants if allowed else ()
    return HandOver(
        system=who.consumer.id,
        org=who.consumer.org,
        grant_id=",".join(map(str, grants)) or None,
        purpose=allowed.purpose if allowed else purpose,
        valid_until=allowed.valid_until if allowed else None,
        dataset=FIGURES,
        version=revision.release_id,
        columns=tuple(answer_columns(allowed)) if allowed else (),
        means="file",
    )


def _refuse(house: House, told: HandOver, answer: Allowed | Refused) -> None:
    seen = (
        answer.reason
        if isinstance(answer, Refused)
        else "its grant hides small cells, and the rows behind them would tell them"
    )
    outcome = Outcome(result="refused", reason=seen)
    open_audit(house).record(told, outcome, at=house.now())
    raise MisuseError(
        f"hand frozen figures to {told.system}",
        seen=seen,
        next_step="Grant it `figure` for this purpose; all rows need a stated --basis.",
    )


def _figures(house: House, revision: Revision, answer: Allowed) -> pl.DataFrame:
    """The figures that may be seen, every column of them; most levels are close."""
    frame = read_rows(house, revision, "figure").filter(answer.rows.predicate())
    return frame.with_columns(
        pl.col("calibers").list.join(" "), pl.col("as_of").dt.to_string("iso")
    )


def _evidence(
    house: House,
    revision: Revision,
    who: Who,
    figures: pl.DataFrame,
    answer: Allowed,
) -> tuple[pl.DataFrame, list[str]]:
    """Evidence of the figures handed over, and the subjects that come without."""
    found = evidence_of_month(house, revision, figures["metric"].unique().to_list())
    seen = pl.lit(value=False)
    for level in LEVELS:
        mine = figures.filter(level=level.name)
        if len(mine) and level.column is None:
            seen = pl.lit(value=True)
        elif len(mine) and level.column is not None:
            codes = mine["unit_code"].drop_nulls().unique().implode()
            seen = seen | pl.col(level.column).is_in(codes).fill_null(value=False)
    found = found.filter(seen)
    subjects = found["subject"].unique().sort().to_list()
    whole = [one for one in subjects if _is_seen_whole(house, who, one, answer)]
    hidden = [
        level.column
        for level in LEVELS
        if level.column is not None
        and level.name in CLOSE
        and not _shows(house, who, *CLOSE[level.name], answer)
    ]
    kept = found.filter(pl.col("subject").is_in(whole)).drop(hidden)
    lists = [name for name in ("levels",) if name in kept.columns]
    kept = kept.with_columns(pl.col(name).list.join(" ") for name in lists)
    order = [name for name in EVIDENCE if name in kept.columns]
    return kept.select(order).sort(order), [x for x in subjects if x not in whole]


def _is_seen_whole(house: House, who: Who, subject: str, figures: Allowed) -> bool:
    ds = DATASETS.get(subject)
    if ds is None or ds.id_column is None:
        return False  # an id of several parts, a person's among them
    return _shows(house, who, ds.name, ds.id_column, figures)


def _shows(house: House, who: Who, dataset: str, column: str, figures: Allowed) -> bool:
    """Whether ids of a dataset are seen whole, of as many places as the figures."""
    answer = _decided(house, who, dataset, (column,), figures.purpose)
    if isinstance(answer, Refused) or answer.masks:
        return False
    return answer.rows.is_all or set(answer.rules) == set(figures.rules)


def _written(path: Path, frame: pl.DataFrame) -> dict[str, Any]:
    frame.write_csv(path)
    durable.sync(path)
    content = path.read_bytes()
    return {
        "file": path.name,
        "rows": len(frame),
        "columns": frame.columns,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _manifest(
    house: House,
    revision: Revision,
    consumer: str,
    answer: Allowed,
    files: list[dict[str, Any]],
    withheld: list[str],
) -> dict[str, Any]:
    return {
        "kind": "city-hub frozen month",
        "city": house.city.id,
        "period": revision.period,
        "revision": revision.number,
        "release": revision.release_id,
        "as_of": revision.as_of.isoformat(),
        "consumer": consumer,
        "grants": list(answer.grants),
        "purpose": answer.purpose,
        "handed_over_at": house.now().isoformat(),
        "frozen": {
            one.name: {"rows": one.rows, "digest": one.digest}
            for one in revision.tables
        },
        "files": files,
        "without_evidence": withheld,
    }
