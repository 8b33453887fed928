"""Requests are counted by partner and feed, attempts after a failure apart."""

from __future__ import annotations

import pytest
from support.declared import feed
from support.faulty_partner import GOOD, fetch, in_turn
from support.partner_server import Reply, serve

from hub.connectors import tally
from hub.errors import SourceUnavailable


@pytest.fixture(autouse=True)
def _nothing_left() -> None:
    """What other tests asked is not ours."""
    tally.take("qiaokou", feed().name)


def test_a_failure_that_passes_is_one_retry() -> None:
    with serve(in_turn(Reply(status=503), Reply(GOOD))) as server:
        fetch(server.url)

    assert tally.take("qiaokou", feed().name) == (2, 1)
    assert tally.take("qiaokou", feed().name) == (0, 0)


def test_a_partner_that_stays_down_was_asked_as_often_as_was_tried() -> None:
    with serve(in_turn(Reply(status=503))) as server, pytest.raises(SourceUnavailable):
        fetch(server.url)

    assert tally.take("qiaokou", feed().name) == (3, 2)
