"""Who holds which post over what, day by day: the makers' own knowledge of 定人.

What lives here: people and posts in canonical words, with the days from and until
which the city's roster lists them; the chief of a place on a day. What does not: the
sheets in which the roster office tells of them (`hub.demo.systems`).

Some posts tell a story: every VACANT_EVERY-th place has no road chief; at every
REPLACED_EVERY-th the chief is replaced on the CHANGE_DAY, within the month; one
building chief of each unit's first place leaves without a word on that day; where
communities are merged (`merger`), one chief answers for both places from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.merger import mergers
from hub.demo.ground.plan import Plan

CHANGE_DAY = 3
VACANT_EVERY, REPLACED_EVERY, SHOPS_EVERY = 40, 25, 5
PLAN_ON = "2026-01-01"
CENTRE, OPERATORS = "C4201", 12
ALWAYS = 1 << 30
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


@dataclass(frozen=True)
class People:
    """The roster's truth.

    Attributes:
        orgs: org (key), name, level, kind (ORG_LEVEL, ORG_KIND), parent (key or null),
            division_code, unit_code (null where the division tells), needs_contact.
        persons: person (key), name, mobile, org, employment (EMPLOYMENT), first_day
            and last_day (listed from and through these days).
        posts: post (key), person, role (ROLE), title (as the sheets call it),
            target_kind (TARGET_KIND), target (key or code), place (or null), start_on
            (date), first_day, last_day (listed from and through these days).
        merged: place, into: whose area is given up on the CHANGE_DAY, and to which.
    """

    orgs: pl.DataFrame
    persons: pl.DataFrame
    posts: pl.DataFrame
    merged: pl.DataFrame

    def chiefs(self, day: int) -> pl.DataFrame:
        """place, post, person: the road chief in post on a day, where there is one."""
        listed = (pl.col("first_day") <= day) & (day <= pl.col("last_day"))
        chief = pl.col("role") == "ROAD_CHIEF"
        own = self.posts.filter(chief & listed).select("place", "post", "person")
        if day < CHANGE_DAY:
            return own
        lent = self.merged.join(own, left_on="into", right_on="place")
        return pl.concat([own, lent.select("place", "post", "person")])


def make_people(plan: Plan) -> People:
    """The people of a plan; the same plan has the same people."""
    merged = mergers(plan, is_vacant() | is_replaced())
    posts = _posts(plan, merged)
    return People(
        orgs=_orgs(plan), persons=_persons(plan, posts), posts=posts, merged=merged
    )


def is_vacant() -> pl.Expr:
    """Whether a place never has a road chief."""
    return pl.col("place") % VACANT_EVERY == VACANT_EVERY - 3


def is_replaced() -> pl.Expr:
    """Whether a place's road chief changes on the CHANGE_DAY."""
    return pl.col("place") % REPLACED_EVERY == REPLACED_EVERY - 9


def has_shop_chief() -> pl.Expr:
    """Whether a place's road section must have a shop chief, and has one."""
    return pl.col("place") % SHOPS_EVERY == 0


def _orgs(plan: Plan) -> pl.DataFrame:
    centre = pl.DataFrame({"key": [CENTRE]}).select(
        *_org("{}", "key", pl.lit("武汉市城市管理监督指挥中心")),
        *_kind("CITY", "SUPERVISION_CENTRE", None, pl.lit("420100")),
        needs_contact=pl.lit(value=False),
    )
    bureaus = (
        plan.streets.unique("district_code", maintain_order=True)
        .sort("district_code")
        .select(
            *_org("D{}", "district_code", pl.format("{}城管执法局", "district_name")),
            *_kind("DISTRICT", "GOVERNMENT", pl.lit(CENTRE), pl.col("district_code")),
            needs_contact=pl.lit(value=True),
        )
    )
    centres = plan.streets.select(
        *_org("S{}", "street_code", pl.format("{}综合执法中心", "street_name")),
        *_kind(
            "STREET",
            "ENFORCEMENT_CENTRE",
            pl.format("D{}", "district_code"),
            pl.col("street_code"),
        ),
        needs_contact=pl.lit(value=False),
    )
    return pl.concat([centre, bureaus, centres])


def _org(form: str, column: str, name: pl.Expr) -> list[pl.Expr]:
    return [pl.format(form, column).alias("org"), name.alias("name")]


def _kind(
    level: str, kind: str, parent: pl.Expr | None, division: pl.Expr
) -> list[pl.Expr]:
    above = pl.lit(None, dtype=pl.String) if parent is None else parent
    return [
        pl.lit(level).alias("level"),
        pl.lit(kind).alias("kind"),
        above.alias("parent"),
        division.alias("division_code"),
    ]


def _posts(plan: Plan, merged: pl.DataFrame) -> pl.DataFrame:
    places = plan.places
    changed = pl.lit(day_of(CHANGE_DAY))
    is_over = is_replaced() | pl.col("place").is_in(merged["place"].implode())
    before = pl.when(is_over).then(CHANGE_DAY - 1).otherwise(ALWAYS)
    leaves = pl.int_range(pl.len()).over("unit_code") == 0
    own = [
        places.filter(~is_vacant()).select(
            *_post("P-LZ-{}", "LZ{}", "ROAD_CHIEF", "路长", "AREA"),
            *_since("area_no", last_day=before),
        ),
        places.filter(~is_vacant() & is_replaced()).select(
            *_post("P-LZ-{}-2", "LZ{}B", "ROAD_CHIEF", "路长", "AREA"),
            *_since("area_no", start_on=changed, first_day=pl.lit(CHANGE_DAY)),
        ),
        places.select(
            *_post("P-LD-{}", "LD{}", "BUILDING_CHIEF", "楼长", "COMMUNITY"),
            *_since(
                "community_code",
                last_day=pl.when(leaves).then(CHANGE_DAY - 1).otherwise(ALWAYS),
            ),
        ),
        places.filter(has_shop_chief()).select(
            *_post("P-DZ-{}", "DZ{}", "SHOP_CHIEF", "店长", "ROAD_SECTION"),
            *_since("R{}", code="community_code"),
        ),
    ]
    leaders = plan.streets.select(
        *_post("P-SJ-{}", "SJ{}", "LEADER", "街道第一责任人", "STREET", "street_code"),
        *_since("street_code", place=None),
    )
    contacts = (
        plan.streets.unique("district_code")
        .sort("district_code")
        .select(
            *_post(
                "P-LL-{}",
                "LL{}",
                "DEPT_CONTACT",
                "区直部门联络人",
                "ORG",
                "district_code",
            ),
            *_since("D{}", code="district_code", place=None),
        )
    )
    return pl.concat([*own, leaders, contacts])


def _post(
    form: str,
    person: str,
    role: str,
    title: str,
    kind: str,
    code: str = "community_code",
) -> list[pl.Expr]:
    return [
        pl.format(form, code).alias("post"),
        pl.format(person, code).alias("person"),
        pl.lit(role).alias("role"),
        pl.lit(title).alias("title"),
        pl.lit(kind).alias("target_kind"),
    ]


def _since(
    target: str,
    *,
    code: str | None = None,
    place: str | None = "place",
    start_on: pl.Expr | None = None,
    first_day: pl.Expr | None = None,
    last_day: pl.Expr | None = None,
) -> list[pl.Expr]:
    named = pl.format(target, code) if code else pl.col(target)
    started = pl.lit(PLAN_ON).str.to_date() if start_on is None else start_on
    first = pl.lit(1) if first_day is None else first_day
    last = pl.lit(ALWAYS) if last_day is None else last_day
    where = pl.col(place) if place else pl.lit(None)
    return [
        named.alias("target"),
        where.cast(pl.Int64).alias("place"),
        started.alias("start_on"),
        first.cast(pl.Int64).alias("first_day"),
        last.cast(pl.Int64).alias("last_day"),
    ]


def _persons(plan: Plan, posts: pl.DataFrame) -> pl.DataFrame:
    """Everybody with a post, the helpers of the streets, and the operators."""
    kinds = {
        "ROAD_CHIEF": "ENFORCEMENT",
        "BUILDING_CHIEF": "COMMUNITY_CADRE",
        "SHOP_CHIEF": "THREE_GUARANTEE_SUPERVISOR",
        "LEADER": "OTHER",
        "DEPT_CONTACT": "DEPT_LIAISON",
    }
    streets = plan.places.select("place", "street_code")
    posted = posts.join(streets, on="place", how="left", maintain_order="left").select(
        "person",
        org=pl.when(pl.col("role") == "DEPT_CONTACT")
        .then("target")
        .otherwise(pl.format("S{}", pl.coalesce("street_code", "target"))),
        employment=pl.col("role").replace_strict(kinds),
        first_day="first_day",
        last_day="last_day",
    )
    helpers = plan.streets.select(
        person=pl.format("XG{}", "street_code"),
        org=pl.format("S{}", "street_code"),
        employment=pl.lit("ASSISTANT"),
        first_day=pl.lit(1, dtype=pl.Int64),
        last_day=pl.lit(ALWAYS, dtype=pl.Int64),
    )
    operators = pl.DataFrame({"n": range(1, OPERATORS + 1)}).select(
        person=pl.format("OP{}", pl.col("n").cast(pl.String).str.zfill(3)),
        org=pl.lit(CENTRE),
        employment=pl.lit("OTHER"),
        first_day=pl.lit(1, dtype=pl.Int64),
        last_day=pl.lit(ALWAYS, dtype=pl.Int64),
    )
    everybody = pl.concat([posted, helpers, operators])
    # A chief who is replaced stays on the list of people; the building chief who
    # leaves without a word is gone from it too.
    stays = pl.col("employment") == "ENFORCEMENT"
    return _with_names(
        everybody.with_columns(
            last_day=pl.when(stays).then(ALWAYS).otherwise("last_day").cast(pl.Int64)
        )
    )


def _with_names(people: pl.DataFrame) -> pl.DataFrame:
    """Invented names and numbers, from the person's place in the list."""
    nth = pl.int_range(pl.len())

    def one_of(signs: str, number: pl.Expr) -> pl.Expr:
        at = number % len(signs)
        return at.replace_strict(
            list(range(len(signs))), list(signs), return_dtype=pl.String
        )

    return people.with_columns(
        name=pl.concat_str(
            one_of(SURNAMES, nth),
            one_of(GIVEN, nth * 7 + nth // 20),
            one_of(GIVEN, nth * 3 + nth // 60),
        ),
        mobile=pl.format("199{}", (10_000_000 + nth).cast(pl.String)),
    )
