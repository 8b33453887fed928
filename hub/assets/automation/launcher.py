"""Runs whose process died are found out.

What lives here: the launcher that `dagster.yaml` names. It starts runs as Dagster's
own does and adds what that one cannot say: whether the process of a run still lives.
What does not: what follows from it; Dagster's monitoring ends such a run, frees its
places and has it tried again (`run_monitoring`, `run_retries`).

Dagster's code server notices a dead run of its own; where it was killed together with
its runs nobody did, and they stayed 'started' for good.
"""

from __future__ import annotations

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster._time import get_current_timestamp

from hub.assets.house_resource import PROCESS
from hub.storage.holders import is_gone


class WatchfulLauncher(DefaultRunLauncher):
    """Dagster's launcher, with an eye on the processes of this machine."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """That monitoring may ask."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the run's process lives.

        Of another machine's nothing is known, and it counts as alive. A run that has
        not said who it is gets as long as one that does not start.
        """
        record = self._instance.get_run_record_by_id(run.run_id)
        tag = record.dagster_run.tags.get(PROCESS, "") if record else ""
        run_id, _, holder = tag.partition(" ")
        if run_id == run.run_id:
            if is_gone(holder):
                return CheckRunHealthResult(WorkerStatus.FAILED, "its process is gone")
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        begun = record.start_time if record else None
        patience = self._instance.run_monitoring_start_timeout_seconds
        if begun is None or get_current_timestamp() - begun < patience:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(
            WorkerStatus.FAILED, f"no process of it was heard of in {patience} s"
        )
