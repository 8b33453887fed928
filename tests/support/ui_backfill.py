"""A backfill as the UI asks for it and the daemon carries it out, in one process.

What lives here: the code location, the mutation that the UI's dialog sends, and the
daemon's own loop over backfills and its runs, over an instance whose runs end before
their submission returns. What does not: the daemon's processes and waits.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._daemon.backfill import execute_backfill_iteration
from dagster_graphql.schema import create_schema

AT_ONCE = """
telemetry: {enabled: false}
python_logs: {python_log_level: ERROR}
run_coordinator:
  {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}
run_launcher:
  module: dagster._core.launcher.sync_in_memory_run_launcher
  class: SyncInMemoryRunLauncher
"""
ASK = """
mutation($asked: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $asked) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
TURNS = 20  # of the daemon, after which a backfill that has not ended never will


@dataclass(frozen=True)
class Location:
    """The hub's code location in this process, and the instance that it runs in."""

    context: WorkspaceProcessContext

    @property
    def instance(self) -> dg.DagsterInstance:
        """Where runs are recorded."""
        return self.context.instance

    def ask(self, query: str, **variables: Any) -> Any:
        """What GraphQL answers the UI."""
        request = self.context.create_request_context()
        asked = create_schema().execute_async(
            query, context_value=request, variable_values=variables
        )
        told = asyncio.run(asked)
        assert not told.errors, told.errors
        return told.data

    def backfill(
        self, assets: Sequence[dg.AssetKey], days: Sequence[str]
    ) -> PartitionBackfill:
        """Ask for days of some assets, and be the daemon until that has ended."""
        asked = {
            "partitionNames": list(days),
            "assetSelection": [{"path": list(key.path)} for key in assets],
            "tags": [],
        }
        told = self.ask(ASK, asked=asked)["launchPartitionBackfill"]
        assert told["__typename"] == "LaunchBackfillSuccess", told
        logger = logging.getLogger("hub.tests.backfill")
        for _ in range(TURNS):
            for failure in execute_backfill_iteration(self.context, logger):
                assert failure is None, failure
            found = self.instance.get_backfill(told["backfillId"])
            assert found is not None
            if found.status.value.startswith(("COMPLETED", "FAILED", "CANCELED")):
                return found
        raise AssertionError(f"the backfill is still {found.status}")


@contextmanager
def code_location(folder: Path) -> Iterator[Location]:
    """The hub as the webserver and the daemon see it; a folder takes the records."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dagster.yaml").write_text(AT_ONCE)
    origin = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(module_name="hub.definitions"), location_name="hub"
    )
    with (
        warnings.catch_warnings(),  # what Dagster says of calls among its own
        dg.DagsterInstance.from_config(str(folder)) as instance,
        WorkspaceProcessContext(
            instance, InProcessTestWorkspaceLoadTarget(origin)
        ) as context,
    ):
        warnings.simplefilter("ignore", DeprecationWarning)
        yield Location(context)
