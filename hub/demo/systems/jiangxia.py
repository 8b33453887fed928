"""江夏区's results: a CSV an evening, complete once its checksum lies beside it.

What lives here: UTF-8 with a mark, one file of what began or ended on a day, and a
`.md5` for each; one of them comes a day late, and until then its file is none. The
offenders' identity numbers are sent along and must never land (T50). What does not:
which attempts there are (`hub.demo.ground.attempts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from hashlib import md5
from pathlib import Path

import polars as pl

from hub.demo.days import Span, day_of
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    local,
    pick,
    words,
)
from hub.demo.systems.dropping import csv_bytes, drop
from hub.demo.systems.results import (
    HELPER,
    IS_DONE,
    TAIL,
    UNIT_CODE,
    has,
    last_told,
    marked_attempts,
    sound,
    told_on,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER, UNIT = "jiangxia", "AU-420115"
LATE_DAY = 2  # the checksum of its file comes with the next one
TRAPS = {
    "T22": "lines that stand twice in a file",
    "T26": "—— for what is not",
    "T27": "times with a T and without seconds",
    "T29": "work that begins in a thousand years",
    "T38": "UTF-8 with a mark",
    "T39": "line breaks and hard spaces inside cells",
    "T50": "identity numbers of offenders",
    "T53": "a file that is complete a day late",
    "T65": "约谈, a measure that no table knows",
}
RULES = {
    "measure": "P06",
    "future": "K14",  # T29
    "orphan": "F01",  # no such case
}
KINDS = (*RULES, "twice")
MEASURES = {
    "PERSUADE": "教育劝导",
    "RECTIFY": "限期整改",
    "DEMOLISH": "拆除",
    "CLEAR": "清理",
    "FINE": "行政处罚",
}
IS_FINED = IS_DONE & (pl.col("measure") == "FINE")
FINE = pl.when(IS_FINED).then(pl.col("pick") % 10 * 50 + 50)
PAPER = pl.when(IS_FINED).then(pl.format("夏城罚决{}-{}", local("begin", "%Y"), TAIL))
PHOTOS = pl.when(IS_DONE).then(pl.col("pick") % 3 + 1).otherwise(0)
ISO = "%Y-%m-%dT%H:%M:%S"


LINES = (
    Line("结果编号", pl.col("result_id")),
    Line(
        "案件主键",
        pl.format("\u00a0{}", "named_id"),  # T39
        "issue_id",
        hub_key("issue", "platform", pl.col("named_id")),
    ),
    Line("案件编号", pl.col("case_no")),
    Line("轮次", pl.col("attempt"), "attempt_seq", pl.col("attempt")),
    Line("承办单位", UNIT_CODE, "org_id", ref("org", UNIT_CODE)),
    Line("承办人", HELPER, "handler_person_id", ref("person", HELPER)),
    Line(
        "开始时间",
        pl.when(has("future"))
        .then(pl.format("3{}", local("begin", ISO).str.slice(1)))
        .otherwise(local("begin", ISO)),
        "started_at",
        pl.col("begin"),
    ),
    Line(
        "完成时间",
        local("end", "%Y/%m/%d %H:%M").fill_null("——"),  # T26
        "finished_at",
        pl.col("end").dt.truncate("1m"),
    ),
    Line(
        "处置措施",
        pl.when(has("measure"))
        .then(pl.lit("约谈"))
        .otherwise(words(pl.col("measure"), MEASURES)),
        "measure_code",
        pl.col("measure"),
    ),
    Line(
        "处置意见",
        pl.when(IS_DONE).then(pl.lit("已到现场，\n问题已处置\u00a0")),  # T39
        "opinion",
        pl.when(IS_DONE).then(pl.lit("已到现场，\n问题已处置")),
    ),
    Line("罚款元", FINE, "penalty_yuan", FINE.cast(pl.Decimal(18, 3))),
    Line("文书号", PAPER, "document_no", PAPER),
    # No such number is ever given out: it names the month 00.
    Line(
        "当事人身份证号",
        pl.when(IS_FINED).then(pl.format("42011519700000{}", TAIL.str.tail(4))),
    ),
    Line("照片张数", PHOTOS, "media_count", PHOTOS),
)


class Jiangxia:
    """The simulated drop folder of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_JIANGXIA_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Drop the file of a day, and the checksums that are made on it."""
        drop(self._path(day), self._content(day))
        for made in self._checked_on(day):
            content = self._content(made)
            digest = md5(content, usedforsecurity=False).hexdigest()
            path = self._path(made)
            line = f"{digest}  {path.name}\n"
            drop(path.with_name(f"{path.name}.md5"), line.encode())

    def window(self, day: int) -> Span | None:
        """Files that have not been taken are taken."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Results after all days: the last complete file that holds one counts."""
        days = self._around.days
        complete = {day for at in range(1, days + 1) for day in self._checked_on(at)}
        last = last_told(self.attempts, complete)
        told = as_told(sound(last, RULES), pl.col("result_id"), LINES)
        yield Told("handling", PARTNER, [told], refused(last, "result_id", RULES))

    def keyless(self) -> Iterable[Keyless]:
        """Every line has its key."""
        return ()

    @cached_property
    def attempts(self) -> pl.DataFrame:
        """Every attempt in the district with its number, measure and defect."""
        return (
            marked_attempts(self._around.happenings, UNIT, KINDS)
            .with_columns(
                result_id=pl.format("JX-{}-{}", "case_no", "attempt"),
                measure=pick(list(MEASURES), 11),
            )
            .with_columns(
                # No case of the platform has so high a number.
                named_id=pl.when(has("orphan"))
                .then(pl.format("{}99{}", pl.col("case_id").str.head(10), TAIL))
                .otherwise("case_id")
            )
        )

    def _content(self, day: int) -> bytes:
        rows = told_on(self.attempts, day)
        twice = rows.filter(has("twice"))  # T22
        table = as_sent(pl.concat([rows, twice]), LINES)
        return csv_bytes(table, "utf-8-sig")  # T38

    def _path(self, day: int) -> Path:
        return self._folder / f"results_{day_of(day):%Y%m%d}.csv"

    @staticmethod
    def _checked_on(day: int) -> Iterator[int]:
        """The days whose files become complete on a day."""
        if day == LATE_DAY + 1:
            yield LATE_DAY
        if day != LATE_DAY:
            yield day
