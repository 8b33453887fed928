"""One at a time, and the next as soon as one is done."""

from __future__ import annotations

import threading

import pytest

from hub.storage.turns import in_turn


def test_two_never_hold_it_together(tmp_path):
    inside, most = [0], [0]
    both = threading.Barrier(8)

    def work():
        both.wait(20)
        for _ in range(50):
            with in_turn(tmp_path / "turn"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    assert (inside[0], most[0]) == (0, 1)


def test_a_failure_lets_go_of_it(tmp_path):
    with pytest.raises(ValueError, match="inside"), in_turn(tmp_path / "turn"):
        raise ValueError("inside")

    with in_turn(tmp_path / "turn"):
        pass
