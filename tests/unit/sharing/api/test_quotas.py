"""A caller gets its minute's worth and no more; the server takes only so many."""

from __future__ import annotations

import pytest

from hub.sharing.api.problems import Refusal
from hub.sharing.api.quotas import Quotas


def test_a_bucket_is_emptied_and_filled_again():
    now = [0.0]
    quotas = Quotas(per_minute=60, at_once=1, clock=lambda: now[0])
    for _ in range(60):
        quotas.count("one")

    with pytest.raises(Refusal) as refused:
        quotas.count("one")
    quotas.count("other")
    now[0] += 1.0
    quotas.count("one")

    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "1"})
    with pytest.raises(Refusal):
        quotas.count("one")


def test_waiting_long_fills_no_more_than_a_minute():
    now = [0.0]
    quotas = Quotas(per_minute=2, at_once=1, clock=lambda: now[0])
    quotas.count("one")
    now[0] += 3600.0

    quotas.count("one")
    quotas.count("one")

    with pytest.raises(Refusal) as refused:
        quotas.count("one")
    assert refused.value.headers == {"Retry-After": "30"}


def test_only_so_many_are_worked_on():
    quotas = Quotas(per_minute=60, at_once=1)

    with quotas.working(), pytest.raises(Refusal) as refused, quotas.working():
        pass
    with quotas.working():
        pass

    assert refused.value.code == "busy"
