"""The demo's summary: one line per feed that adds up, and calls to paste."""

from __future__ import annotations

import pytest
from support.ledger_batches import some_batch

from hub.cli.demo import same_days
from hub.cli.demo_page import COUNTED, by_feed, show_arrivals
from hub.cli.printing import Page

BATCHES = [
    some_batch(1, accepted=7, quarantined=2, duplicate=1),
    some_batch(2, state="refused", received=4, accepted=4),
    some_batch(3, kind="retry", parent=1, received=2, accepted=2),
    some_batch(4, partner="roster", feed="areas", received=5, accepted=5),
    some_batch(
        5, partner="roster", feed="areas", state="failed", received=None, accepted=None
    ),
]


def test_a_retry_counts_no_row_twice_and_a_refused_row_stays_refused() -> None:
    cases, areas = by_feed(BATCHES)

    assert cases == ("qiaokou/cases", 2, 14, 7, 2, 1, 2, 4, "refused")
    assert areas == ("roster/areas", 2, 5, 5, 0, 0, 0, 0, "failed")
    _, _, received, accepted, quarantined, duplicate, _, refused, _ = cases
    assert received == accepted + quarantined + duplicate + refused


def test_the_sum_stands_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    show_arrivals(Page(), BATCHES)

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].split() == ["all", "合计", "4", "19", "12", "2", "1", "2", "4"]
    assert lines[2].split() == ["partner/feed", *COUNTED, "refused", "state"]


def test_states_are_told_only_where_one_is_bad(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_arrivals(Page(), BATCHES[:1])

    assert "state" not in capsys.readouterr().out


def test_thirty_feeds_stay_thirty_lines_at_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    counts = {"received": 123_456, "accepted": 123_456}
    many = [
        some_batch(
            one, partner=f"street_office_{one:02}", feed="road_sections", **counts
        )
        for one in range(30)
    ]

    show_arrivals(Page(), many)

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert len([line for line in lines if line.startswith("street_office")]) == 30
    assert "3703680" in lines[-1]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("given", "call"),
    [
        ((200, 2, None), "hub demo --issues 200 --days 2 --order 2,1"),
        ((60, 1, 7), "hub demo --issues 60 --days 1 --seed 7"),
    ],
)
def test_the_same_days_again_are_called_with_the_same_numbers(
    given: tuple[int, int, int | None], call: str
) -> None:
    assert same_days(*given) == call
