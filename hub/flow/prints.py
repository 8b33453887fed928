"""Fingerprints that a batch has shown so far, in 16 bytes a row.

What lives here: which of some fingerprints were there before. Looking up and adding
both cost little whatever there is already: runs of sorted numbers, merged when two are
of like size. What does not: making a fingerprint (`chunks`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

PARTS = 16
Halves = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]


class Prints:
    """A growing set of fingerprints of 128 bits, told as two halves.

    A fingerprint that shares its first half with a different one may be found new
    when it is not; never the other way round. So no row is taken for another.
    """

    def __init__(self) -> None:
        # Cut by the first digit: merging two runs needs their room again, and so only
        # that of a sixteenth.
        self._parts = [_Runs() for _ in range(PARTS)]

    def holds(self, first: Halves, second: Halves) -> npt.NDArray[np.bool_]:
        """Which of some fingerprints are there."""
        found = np.zeros(len(first), dtype=np.bool_)
        for part, at in self._cut(first):
            found[at] = part.holds(first[at], second[at])
        return found

    def add(self, first: Halves, second: Halves) -> None:
        """Remember some fingerprints."""
        for part, at in self._cut(first):
            part.add(first[at], second[at])

    def _cut(self, first: Halves) -> Iterator[tuple[_Runs, Places]]:
        """The parts that are concerned, each with the places of its fingerprints."""
        digit = (first >> np.uint64(60)).astype(np.uint8)
        order = np.argsort(digit, kind="stable")
        ends = np.searchsorted(digit[order], np.arange(PARTS), side="right")
        for part, at in zip(self._parts, np.split(order, ends[:-1]), strict=True):
            if len(at):
                yield part, at


class _Runs:
    """Sorted runs of fingerprints, each at least twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[tuple[Halves, Halves]] = []

    def holds(self, first: Halves, second: Halves) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(first), dtype=np.bool_)
        for firsts, seconds in self._runs:
            at = np.minimum(np.searchsorted(firsts, first), len(firsts) - 1)
            found |= (firsts[at] == first) & (seconds[at] == second)
        return found

    def add(self, first: Halves, second: Halves) -> None:
        run = _sorted(first, second)
        while self._runs and len(self._runs[-1][0]) <= len(run[0]):
            firsts, seconds = self._runs.pop()
            run = _sorted(
                np.concatenate((firsts, run[0])), np.concatenate((seconds, run[1]))
            )
        self._runs.append(run)


def _sorted(first: Halves, second: Halves) -> tuple[Halves, Halves]:
    order = np.argsort(first, kind="stable")
    return first[order], second[order]
