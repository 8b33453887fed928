"""What to do next with a batch, wherever it stands."""

from __future__ import annotations

import pytest
from support.ledger_batches import some_batch

from hub.cli.batch_page import History, next_steps
from hub.storage.batches import BatchPart, Kind, State

PART = BatchPart(0, "ab", {})


def history(
    state: State,
    *,
    kind: Kind = "delivery",
    quarantined: int = 0,
    held: int | None = 0,
    parts: tuple[BatchPart, ...] = (PART,),
) -> History:
    batch = some_batch(
        8,
        kind=kind,
        parent=None if kind == "delivery" else 5,
        state=state,
        accepted=10 - quarantined,
        quarantined=quarantined,
    )
    return History(batch, parts, {}, (), (), held)


def commands(told: History) -> list[str]:
    return [command for command, _ in next_steps(told)]


SHOW = "hub quarantine show b00000008"
EXPORT = "hub quarantine export qiaokou/cases rejected.csv"
REPLAY = "hub quarantine replay qiaokou/cases --batch b00000008"
RUN = "hub run qiaokou/cases"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (history("merged"), [""]),
        (history("merged", quarantined=2, held=2), [SHOW, EXPORT, REPLAY]),
        (history("merged", quarantined=2, held=None), [SHOW, EXPORT, REPLAY]),
        (history("merged", quarantined=2, held=0), [SHOW]),
        (history("refused", quarantined=2), [SHOW, REPLAY]),
        (history("refused", parts=()), [RUN]),
        (history("failed"), [RUN]),
        (history("split"), [RUN]),
    ],
)
def test_every_state_leads_on(told: History, expected: list[str]) -> None:
    assert commands(told) == expected


def test_a_retry_leads_back_to_its_delivery() -> None:
    told = history("merged", kind="retry", quarantined=1, held=1)

    assert commands(told)[-1] == "hub quarantine replay qiaokou/cases --batch b00000005"
