"""How the warehouse looks: as JSON, and on a terminal.

What lives here: shapes and tables. What does not: the commands (`warehouse`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.warehouse import Load
    from hub.sharing.warehouse.loading import Settled
    from hub.storage.warehouse import Standing
    from hub.storage.warehouse_tables import HeldRelease, HeldView


def settled_shape(settled: Settled) -> dict[str, Any] | None:
    """Consumers' views for programs; null where readers are not told apart."""
    if not settled.is_kept_apart:
        return None
    return {
        "views": [one._asdict() for one in settled.views],
        "made": [f"{schema}.{name}" for schema, name in settled.made],
        "gone": [f"{schema}.{name}" for schema, name in settled.gone],
        "logins_dropped": settled.logins_gone,
    }


def show_loads(page: Page, done: Sequence[Load]) -> None:
    """What each transaction did to each table."""
    page.table(
        ("from", "table", "written", "kept", "removed", "rows"),
        (
            (
                one.source,
                table.table,
                table.written,
                table.kept,
                table.removed,
                table.rows,
            )
            for one in done
            for table in one.tables
        ),
        empty="The release has no tables.",
    )


def show_settled(page: Page, settled: Settled) -> None:
    """Consumers' views, and what went."""
    if not settled.is_kept_apart:
        return
    page.line()
    page.table(
        ("consumer", "schema", "view", "rows"),
        settled.views,
        empty="No consumer has a grant for the warehouse.",
    )
    if settled.gone:
        names = ", ".join(f"{schema}.{name}" for schema, name in settled.gone)
        page.line(f"Taken away 已收回: {names}.")
    if settled.logins_gone:
        page.line(f"Logins dropped: {', '.join(settled.logins_gone)}.")


def show_login(page: Page, told: Mapping[str, Any]) -> None:
    """A login with its password, the only time that it is shown."""
    state = "new password, the old one is void" if told["rotated"] else "new"
    page.facts(
        [
            ("role", told["role"]),
            ("password", told["password"]),
            ("schemas", told["schemas"]),
            ("views", told["views"]),
            ("state", state),
        ]
    )
    if not told["views"]:
        page.line(
            "It may read nothing now: no grant for the warehouse is in force, or it "
            "came after the last load. `hub consumer grant`, then `hub warehouse sync`."
        )


def show_held(
    page: Page,
    place: str,
    release: HeldRelease | None,
    tables: Sequence[Standing],
    views: Sequence[HeldView],
) -> None:
    """What the warehouse holds."""
    page.facts([("place", place), ("release", release.id if release else None)])
    page.line()
    page.table(
        ("table", "parts", "rows", "from", "loaded"),
        (
            (one.table, one.parts, one.rows, list(one.sources), one.loaded_at)
            for one in tables
        ),
        empty="Nothing is in it: `hub warehouse load` fills it.",
    )
    if views:
        page.line()
        page.table(("consumer", "schema", "view"), views)
