"""The draft of a month for assessment, on the first working days of the next one.

What lives here: the job that drafts, and its schedule by the city's work calendar.
What does not: drafting (`hub.flow.assessment`). A draft is never frozen here: that is
signed by a person, see `hub assessment freeze`. A job and no asset: nothing is kept,
and whoever runs all assets of the city does not mean this.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl

from hub.assets.automation.unattended import UNATTENDED, tried_again
from hub.assets.house_resource import HouseResource
from hub.flow.assessment.draft import Draft, draft_month
from hub.flow.assessment.policies import find_policy
from hub.flow.policies import policy_files
from hub.partners.city import City

KEY = dg.AssetKey(["assessment", "draft"])
NAME = "assessment_draft"
STEP = "assessment__draft"


class Month(dg.Config):
    """The month `YYYY-MM` to draft; empty is the last one that has ended."""

    period: str = ""


def draft_job() -> dg.JobDefinition:
    """The job that drafts a month."""

    @dg.op(name=STEP, description="试算一个考核月 (drafts a month)")
    def draft(
        context: dg.OpExecutionContext, config: Month, house: HouseResource
    ) -> None:
        opened = house.open()
        local = opened.now().astimezone(ZoneInfo(opened.city.timezone))
        period = config.period or month_before(local.date())
        with tried_again(context):
            given = [
                find_policy(opened, path.stem)
                for path in policy_files(opened.city.folder)
            ]
            made = draft_month(opened, period, policies=given)
        context.log_event(dg.AssetMaterialization(KEY, metadata=told_of(made)))

    @dg.job(
        name=NAME,
        description="考核草稿 (a month as it would be frozen; nothing is kept)",
    )
    def job() -> None:
        draft()

    return job


def month_before(day: date) -> str:
    """The month that has ended when a day comes."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def told_of(draft: Draft) -> dict[str, dg.MetadataValue]:
    """What a run says of a draft: no name and no score, for they are not final."""
    named = " ".join(f"--policy {one.id}" for one in draft.policies)
    show = f"hub assessment compute --period {draft.period} {named}"
    return {
        "period": dg.MetadataValue.text(draft.period),
        "release": dg.MetadataValue.text(draft.release.id),
        "policies": dg.MetadataValue.json([one.id for one in draft.policies]),
        "remarks": dg.MetadataValue.json(list(draft.remarks)),
        "rows": dg.MetadataValue.json(
            {name: rows.height for name, rows in draft.tables.items()}
        ),
        "look": dg.MetadataValue.text(f"{show} --release {draft.release.id}"),
    }


def draft_schedule(
    city: City, job: dg.JobDefinition, status: dg.DefaultScheduleStatus
) -> dg.ScheduleDefinition:
    """Every morning; it asks for a run on the one working day that the city names."""
    hour, minute = city.automation.draft_at.split(":")

    @dg.schedule(
        name=NAME,
        cron_schedule=f"{int(minute)} {int(hour)} * * *",
        execution_timezone=city.timezone,
        job=job,
        default_status=status,
        description="月末考核草稿 (drafts the month that has ended)",
    )
    def due_today(
        context: dg.ScheduleEvaluationContext,
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        today = context.scheduled_execution_time.date()
        due = draft_day(city, today)
        if today != due:
            yield dg.SkipReason(f"the draft is due on {due}")
            return
        period = month_before(today)
        yield dg.RunRequest(
            run_key=period,
            run_config={"ops": {STEP: {"config": {"period": period}}}},
            tags={UNATTENDED: "true"},
        )

    return due_today


def draft_day(city: City, today: date) -> date:
    """The working day of this month on which the one before is drafted.

    A city without a work calendar works every day.
    """
    first, number = today.replace(day=1), city.automation.draft_workday
    if city.working is None:
        return first + timedelta(days=number - 1)
    days = city.work_calendar(today.year)
    worked = days.filter(pl.col("is_workday") & (pl.col("day_on") >= first))
    return worked.get_column("day_on").sort()[number - 1]  # type: ignore[no-any-return]
