"""The verdict on a feed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.errors import SourceUnavailable
from hub.onboarding.probe_examined import Examined
from hub.onboarding.probe_fields import FieldSeen
from hub.onboarding.probe_keys import RepeatedKeys
from hub.onboarding.probe_times import Clock
from hub.onboarding.report import judge_feed

SOUND = Examined(
    rows=3, accepted=3, quarantined=0, duplicates=0, unread=0, is_whole=True, fields=4,
    unmapped=(), absent=(), empty=(), codes=(), required=(), rules=(), times=(),
    clock=Clock("plausible", "Asia/Shanghai"), places=(), keys=(), bounds=(),
)  # fmt: skip


def test_what_has_nothing_to_mend_is_accepted() -> None:
    assert judge_feed(SOUND, None, []) == ("合格", ())


@pytest.mark.parametrize(
    "flaw",
    [
        {"accepted": 2, "quarantined": 1},
        {"unmapped": (FieldSeen("x", Decimal(0)),)},
        {"absent": ("x",)},
        {"clock": Clock("ahead", "Asia/Shanghai")},
        {"keys": (RepeatedKeys("issue", 1, 2, 1),)},
    ],
)
def test_what_can_be_mended_is_accepted_on_condition(flaw: dict[str, object]) -> None:
    verdict, reasons = judge_feed(replace(SOUND, **flaw), None, [])

    assert verdict == "有条件合格"
    assert len(reasons) == 1


@pytest.mark.parametrize(
    ("found", "bounds"),
    [
        (SOUND, ["B04"]),
        (replace(SOUND, accepted=0, quarantined=3), []),
        (replace(SOUND, rows=0, accepted=0), []),
        (None, []),
    ],
)
def test_a_broken_bound_or_no_good_row_fails(
    found: Examined | None, bounds: list[str]
) -> None:
    assert judge_feed(found, None, bounds)[0] == "不合格"


def test_a_source_that_is_down_fails_in_words_for_its_owner() -> None:
    down = SourceUnavailable("read /x", seen="no answer", next_step="Try again.")

    verdict, (reason, *_) = judge_feed(None, down, [])

    assert verdict == "不合格"
    assert reason == "未能连上贵方系统，或传输中断。"
