"""Signing the audit log where nobody sits beside it.

What lives here: a root of what was written since the last one, and when none may be
made. What does not: signing and the chain (`hub.storage.audit`), when it is done
(`hub.assets.nightly`), judging a log (`hub.sharing.audit`).
"""

from __future__ import annotations

from typing import NamedTuple

from hub.errors import StorageDamaged
from hub.flow.house import House
from hub.storage.audit import Audit
from hub.storage.audit_chain import Root
from hub.storage.audit_reading import AuditReading
from hub.storage.signing import FILE, own_public, signer


class Signed(NamedTuple):
    """A new root, and how many entries it is the first to witness; None and 0: none."""

    root: Root | None
    entries: int


def sign_written(house: House) -> Signed:
    """Sign what was written since the last root.

    No key is made for it: under another one the log would not go on.

    Raises:
        StorageDamaged: the log has entries, and the key that seals them is gone, or
            its file holds none.
        AuditUnwritable: the database or the file of roots did not take it, or the log
            is not what this hub wrote last.
    """
    engine, home = house.control.engine, house.settings.home.absolute()
    entry, before = AuditReading(engine).ends()
    if not entry:
        return Signed(None, 0)
    if own_public(home) is None:
        raise StorageDamaged(
            "sign the audit log",
            seen=f"{FILE} is gone, and {entry - before} entries at its end have no "
            "root",
            next_step="Put the file back from a backup; where it is lost, "
            "`hub audit sign --key HEX` goes on with the old public half.",
        )
    root = Audit(engine, home=home, signer=signer(home)).sign(at=house.now())
    return Signed(root, 0 if root is None else root.entry - before)
