"""The interface of 江汉区: signed requests, cursors, `{code, msg, data}`.

What lives here: one listing by change time, and the check of signature, clock and
nonce (dialect 4). It tells the state of the district at its own clock, which the
driver sets. What does not: the district's cases (`district`).
"""

from __future__ import annotations

import hmac
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import FORM, ZONE, written
from hub.demo.district import District
from hub.demo.platform_rows import pick
from hub.demo.surroundings import Surroundings

PATH = "/open/v2/cases"
CLOCK_TOLERANCE_SECONDS = 600
MOST_ROWS = 500
STATUS = {
    "DISCOVERED": "待受理",
    "ACCEPTED": "已受理",
    "REGISTERED": "已立案",
    "DISPATCHED": "待处置",
    "HANDLING": "处置中",
    "HANDLED": "待核查",
    "CHECKED": "核查通过",
    "CLOSED": "已办结",
    "NOT_ACCEPTED": "作废",
    "CANCELLED": "作废",
}
UNKNOWN_STATUS, UNKNOWN_CATEGORY = "已销号", "06031"
SOURCES = ("路长巡查", "网格员上报", "微信公众号", "视频智能")
TIMES = {
    "accepted": "operateTime",
    "registered": "instTime",
    "dispatched": "dispatchTime",
    "received": "disposeBeginTime",
    "handled": "disposeEndTime",
    "checked": "checkTime",
    "closed": "archiveTime",
    "cancelled": "cancelTime",
}


class Refused(ValueError):
    """The district says no: a code and a message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class DistrictApi:
    """The simulated interface of the district."""

    def __init__(
        self, district: District, around: Surroundings, *, key: str, secret: str
    ) -> None:
        """Know the cases, but tell of none before the clock is set.

        Args:
            district: its cases.
            around: streets and categories.
            key: the appKey that it knows.
            secret: what belongs to that key.
        """
        self._district = district
        self._around = around
        self._key = key
        self._secret = secret
        self._nonces: set[str] = set()
        self._shown: tuple[datetime, pl.DataFrame] | None = None

    def set_clock(self, at: datetime) -> None:
        """Tell from now on how the district stood at an instant."""
        known = self._district.known(at).sort("changed_at", "case_id")
        self._shown = (at, known)

    def app(self) -> Starlette:
        """The HTTP interface."""
        return Starlette(routes=[Route(PATH, self._cases, methods=["GET"])])

    async def _cases(self, request: Request) -> Response:
        try:
            if self._shown is None:
                raise Refused(503, "系统维护中")
            self._check_signature(request)
            return self._listing(dict(request.query_params), *self._shown)
        except Refused as refusal:
            told = {"code": refusal.code, "msg": str(refusal), "data": None}
            return Response(orjson.dumps(told), media_type="application/json")

    def _check_signature(self, request: Request) -> None:
        given = request.headers
        if given.get("appkey") != self._key:
            raise Refused(40101, "appKey 无效")
        stamp, nonce = given.get("timestamp", ""), given.get("nonce", "")
        is_near = stamp.isdecimal() and (
            abs(time.time() - int(stamp)) <= CLOCK_TOLERANCE_SECONDS
        )
        if not is_near:
            raise Refused(40102, "时间戳超出允许范围")
        if not nonce or nonce in self._nonces:
            raise Refused(40103, "请求重复")
        fields = dict(request.query_params)
        fields |= {"appKey": self._key, "timestamp": stamp, "nonce": nonce}
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
        made = hmac.new(self._secret.encode(), text.encode(), sha256).hexdigest()
        if not hmac.compare_digest(made, given.get("sign", "")):
            raise Refused(40104, "签名错误")
        self._nonces.add(nonce)

    def _listing(
        self, asked: dict[str, str], at: datetime, known: pl.DataFrame
    ) -> Response:
        since, until = _instant(asked, "updatedFrom"), _instant(asked, "updatedTo")
        limit = asked.get("limit", "100")
        start = asked.get("cursor", "0")
        if not (limit.isdecimal() and start.isdecimal()) or int(limit) > MOST_ROWS:
            raise Refused(40001, "分页参数错误")
        changed = pl.col("changed_at")
        rows = known.filter((changed >= since) & (changed < until))
        behind = int(start) + int(limit)
        page = case_rows(rows.slice(int(start), int(limit)), self._around)
        rest = f'"{behind}"' if behind < len(rows) else "null"
        data = f'{{"list":{page.write_json()},"next":{rest},"total":{len(rows)}}}'
        body = f'{{"code":0,"msg":"success","data":{data}}}'
        told_at = {"Date": format_datetime(at, usegmt=True)}
        return Response(body, media_type="application/json", headers=told_at)


def _instant(asked: dict[str, str], name: str) -> datetime:
    try:
        naive = datetime.strptime(asked[name], FORM)  # noqa: DTZ007
    except (KeyError, ValueError):
        raise Refused(40001, f"{name} 缺失或格式错误") from None
    return naive.replace(tzinfo=ZONE).astimezone(UTC)


def case_rows(known: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
    """Some cases as the district writes them, nested objects as structs."""
    named = known.join(
        around.streets, on="place", how="left", maintain_order="left"
    ).join(around.matters, on="category", how="left", maintain_order="left")
    is_public = pick(SOURCES, 5) == "微信公众号"
    tail = (pl.col("pick") % 100_000_000).cast(pl.String).str.zfill(8)
    category = pl.when(pl.col("defect") == "category").then(pl.lit(UNKNOWN_CATEGORY))
    status = pl.when(pl.col("defect") == "status").then(pl.lit(UNKNOWN_STATUS))
    words = pl.col("stage").replace_strict(STATUS, return_dtype=pl.String)
    number = pl.col("pick") % 300 + 1
    return named.select(
        caseId="case_id",
        caseNo="case_no",
        cityCaseNo="twin",
        source=pick(SOURCES, 5),
        status=status.otherwise(words),
        content=pl.format("{}发现{}", "street_name", "category_name"),
        reporter=pl.struct(
            name=pl.when(is_public).then(pl.lit("热心市民")),
            phone=pl.when(is_public).then(pl.format("199{}", tail)),
            # No such number is ever given out: it names the month 00.
            idCard=pl.when(is_public).then(
                pl.format("42010319000000{}", tail.str.tail(4))
            ),
        ),
        category=pl.struct(
            kind=pl.lit("事项"),
            code=category.otherwise("category_code"),
            name="category_name",
        ),
        place=pl.struct(
            address=pl.format("江汉区{}{}号", "street_name", number),
            lng="lon",
            lat="lat",
            street="street_code",
        ),
        times=pl.struct(
            written("created_at").alias("reported"),
            *(written(name).alias(key) for key, name in TIMES.items()),
        ),
        deadline=pl.col("dispatchTime")
        .dt.offset_by("2d")
        .dt.convert_time_zone("Asia/Shanghai")
        .dt.strftime(FORM),
        dept=pl.format("S{}", "street_code"),
        photos=pl.col("pick") % 4,
        operator=pl.lit("系统"),
        updateTime=written("changed_at"),
    )
