"""What can go wrong inside the storage rooms, beyond damage and held leases.

What lives here: failures that only storage raises. Each says once whether a
retry may help. What does not: `StorageDamaged` and `LeaseHeld`, which other
rooms handle too, see `hub.errors`.
"""

from __future__ import annotations

from hub.errors import HubError, MisuseError


class StorageUnwritable(HubError):
    """The disk did not take a file: full, read-only, or failing."""

    code = "storage_unwritable"
    transient = True


class AuditUnwritable(HubError):
    """The audit log did not take an entry, so nothing may be handed over."""

    code = "audit_unwritable"
    transient = True


class WarehouseUnreachable(HubError):
    """The database of the warehouse cannot be opened, or broke off."""

    code = "warehouse_unreachable"
    transient = True


class WarehouseRefused(HubError):
    """The database of the warehouse does not let the hub do what is asked."""

    code = "warehouse_refused"


class CommitConflict(HubError):
    """Another writer changed the same files first; commit again on fresh facts."""

    code = "commit_conflict"
    transient = True


class FrameMismatch(MisuseError):
    """A frame is not of the table's shape; nothing was cast, nothing written."""

    code = "frame_mismatch"
    exit_code = 1


class IllegalTransition(MisuseError):
    """A batch was asked to go where its state does not lead."""

    code = "illegal_transition"
    exit_code = 1


class LedgerUnbalanced(HubError):
    """Rows are unaccounted for: an identity of the batch does not hold."""

    code = "ledger_unbalanced"
