"""What the metric tables say of a frozen month: the rows of its current revision.

What lives here: putting those rows there. What does not: freezing (`freeze`), months
that are open (`hub.flow.figures`).

A table's own log tells which revision it says, in the commit that made it say so. A
freeze that was killed between naming its revision and showing it is therefore made
good by whoever comes next, and nobody shows a revision that was never named.
"""

from __future__ import annotations

from datetime import timedelta

from hub.flow.house import House
from hub.flow.metric_tables import KEPT, OTHER_COLUMNS, frozen_mark, metric_table
from hub.storage.assessments import Assessments, Revision
from hub.storage.holders import this_process

APP = "shown"
LEASE = timedelta(minutes=30)


def show_frozen(house: House, period: str | None = None) -> None:
    """Let the metric tables say what is frozen, where they do not yet.

    Args:
        house: the hub.
        period: month `YYYY-MM`; every frozen one where none is named.
    """
    for revision in Assessments(house.control.engine).revisions(period):
        if revision.is_current:
            for name in (*KEPT, *OTHER_COLUMNS):
                _show(house, revision, name)


def _show(house: House, revision: Revision, name: str) -> None:
    if revision.table(name) is None:  # hubs did not freeze such rows then
        return
    table, mark = metric_table(house, name), frozen_mark(revision.period)
    if table.number(mark) >= revision.number:
        return
    # Imported late: who looks at an open month need not wait for scores and policies.
    from hub.flow.assessment.frozen_rows import read_rows

    partition = {"period": revision.period}
    rows = read_rows(house, revision, name)
    with house.leases.hold(table.name, this_process(APP), LEASE):
        files = table.files(partitions=[partition])
        add = table.write(rows, partition) if len(rows) else []
        if add or files:
            table.commit(mark, revision.number, add=add, remove=files)
