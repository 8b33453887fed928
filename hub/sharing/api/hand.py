"""The releases that the server has at hand.

What lives here: which release an ask means, its shelves, and making them ready beside
the serving. What does not: what a shelf is (`hub.sharing.shelf`), recalling
(`hub.sharing.recall`). A release that was recalled is gone within `FRESH` seconds.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hub.errors import HubError, MisuseError, ReleaseGone
from hub.flow.house import House
from hub.flow.release import release_for_readers
from hub.sharing.shelf import Shelf, TornShelf, build_shelf
from hub.sharing.shelf.sweep import sweep_shelves
from hub.storage.releases import Release, Releases

LOG = logging.getLogger("hub.serve")
FRESH = 5.0
LOOKED = 3600.0  # seconds between two looks at whether shelves are still whole
Told = Callable[[str, int, int], None]


class NotReady(Exception):
    """The release exists, and is being made ready."""


class Hand:
    """Releases and shelves of one hub; safe to use from many threads."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._shelves: dict[str, dict[str, Shelf]] = {}
        self._known: dict[str | None, tuple[float, Release]] = {}
        self._wanted: dict[str, Release] = {}
        self._newest: Release | None = None
        self._looked = time.monotonic()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def known(self, text: str | None) -> Release:
        """The release of that id, at hand or not; without one the newest.

        Raises:
            MisuseError: there is none.
            ReleaseGone: it was recalled, or its retention ended.
        """
        return self._looked_up(text)

    def release(self, text: str | None) -> Release:
        """The release of that id; without one the newest that is ready.

        Raises:
            MisuseError: there is none.
            ReleaseGone: it was recalled, or its retention ended.
            NotReady: it is being made ready.
        """
        release = self._looked_up(text)
        with self._lock:
            if release.id in self._shelves:
                return release
            ready = self._newest
            self._wanted[release.id] = release
        self._wake.set()
        if text is None and ready is not None:
            with suppress(ReleaseGone):  # the one before may have ended meanwhile
                return self._looked_up(ready.id)
        raise NotReady

    def shelf(self, release: Release, table: str) -> Shelf:
        """The shelf of a table of a release that `release` gave.

        Raises:
            NotReady: it was taken away meanwhile.
        """
        return self.shelves(release)[table]

    def shelves(self, release: Release) -> dict[str, Shelf]:
        """All shelves of a release that `release` gave.

        Raises:
            NotReady: they were taken away meanwhile.
        """
        with self._lock:
            found = self._shelves.get(release.id)
            if found is None:
                raise NotReady
            return dict(found)

    def all(self) -> list[Release]:
        """Every release, the newest first, those that have ended too."""
        return Releases(self._house.control.engine).all()

    def prepare(self, release: Release, told: Told | None = None) -> None:
        """Make a release ready; `told` hears table, place and number of tables."""
        made = {}
        for nth, pinned in enumerate(release.datasets):
            if told is not None:
                told(pinned.dataset, nth, len(release.datasets))
            made[pinned.dataset] = build_shelf(self._house, pinned)
        with self._lock:
            self._shelves[release.id] = made
            self._wanted.pop(release.id, None)
            if self._newest is None or self._newest.number < release.number:
                self._newest = release

    def renew(self, folder: Path) -> None:
        """Make a shelf anew that turned out to be torn, with every release on it."""
        with self._lock:
            for name, made in [*self._shelves.items()]:
                if any(one.folder == folder for one in made.values()):
                    del self._shelves[name]
            self._newest = self._newest_at_hand()
            shutil.rmtree(folder, ignore_errors=True)
        self._wake.set()

    def look(self) -> None:
        """Make anew every shelf at hand that is not what was written any more."""
        self._looked = time.monotonic()
        with self._lock:
            held = {
                one.folder: one
                for made in self._shelves.values()
                for one in made.values()
            }
        for folder, shelf in held.items():
            if folder.exists() and not shelf.is_whole():
                LOG.error("%s", TornShelf(folder, shelf.table).sentence)
                self.renew(folder)

    def watch(self) -> None:
        """Begin to make ready whatever is newest or asked for, in a thread."""
        self._thread = threading.Thread(target=self._watch, daemon=True, name="hand")
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self._take_up()
            except MisuseError:
                pass  # there is no release yet
            except HubError as problem:
                LOG.error("%s", problem.sentence)
            except Exception as problem:  # noqa: BLE001 - its text may hold values
                # Whatever it is, a database that is away or a full disk: it passes.
                LOG.error("no release was made ready: %s", type(problem).__name__)
            self._wake.wait(FRESH)
            self._wake.clear()

    def _take_up(self) -> None:
        if time.monotonic() - self._looked > LOOKED:
            self.look()
        self._let_go()  # first: where none is left there is nothing to take up
        newest = self._looked_up(None)
        with self._lock:
            due = [*self._wanted.values()]
            if newest.id not in self._shelves:
                due.append(newest)
        for release in due:
            if not self._stop.is_set():
                self.prepare(release)

    def _let_go(self) -> None:
        """Forget releases that have ended, and what only they needed."""
        with self._lock:
            held = list(self._shelves)
        ended = [name for name in held if self._has_ended(name)]
        with self._lock:
            for name in held:
                # Where values were erased, shelves are taken away under the server.
                if name in ended or not all(
                    one.folder.exists() for one in self._shelves[name].values()
                ):
                    self._shelves.pop(name, None)
            self._newest = self._newest_at_hand()
        if ended:
            sweep_shelves(self._house, [one for one in self.all() if not one.has_ended])

    def _newest_at_hand(self) -> Release | None:
        newest = self._newest
        return newest if newest is not None and newest.id in self._shelves else None

    def _has_ended(self, name: str) -> bool:
        found = Releases(self._house.control.engine).find(name)
        return found is None or found.has_ended

    def _looked_up(self, text: str | None) -> Release:
        now = time.monotonic()
        with self._lock:
            found = self._known.get(text)
        if found is not None and now - found[0] < FRESH:
            return found[1]
        release = release_for_readers(self._house, text)
        with self._lock:
            if len(self._known) > 256:
                self._known.clear()
            self._known[text] = (now, release)
        return release
