"""The rosters of the simulated city, as they stand on each day.

What lives here: units, areas, people and posts as tables with the titles that
their sheets have. On the second day one person is missing without a word, and one
road chief is replaced; one area never has a chief. What does not: the files that
are dropped (`roster_files`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.places import DISTRICTS, HANYANG, rectangle_wkt
from hub.demo.platform_rows import CENTRE_ORG, OPERATORS

CHANGE_DAY = 2
PLAN = "2026-01-01"
# Streets by place: without a chief; whose chief is replaced; where one is missing.
VACANT, REPLACED, MISSING = 37, 10, 3
UNKNOWN_TITLE = "巷长"
SUM_LINE = "合计"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def orgs(streets: pl.DataFrame) -> pl.DataFrame:
    """The supervision centre, district bureaus and street enforcement centres."""
    centre = pl.DataFrame({"key": [CENTRE_ORG]}).select(
        *_org("key", "武汉市城市管理监督指挥中心", "市级", "监督中心"),
        上级单位=pl.lit(None, dtype=pl.String),
        区划代码=pl.lit("420100"),
        应设联络人=pl.lit("否"),
    )
    bureaus = streets.unique("district_code", maintain_order=True).select(
        *_org("D{}", "{}城管执法局", "区级", "主管部门", of="district"),
        上级单位=pl.lit(CENTRE_ORG),
        区划代码="district_code",
        应设联络人=pl.lit("是"),
    )
    centres = streets.select(
        *_org("S{}", "{}综合执法中心", "街道", "综合执法中心", of="street"),
        上级单位=pl.format("D{}", "district_code"),
        区划代码="street_code",
        应设联络人=pl.lit("否"),
    )
    return pl.concat([centre, bureaus, centres])


def _org(
    key: str, name: str, level: str, kind: str, *, of: str | None = None
) -> list[pl.Expr]:
    return [
        (pl.format(key, f"{of}_code") if of else pl.col(key)).alias("单位编号"),
        (pl.format(name, f"{of}_name") if of else pl.lit(name)).alias("单位名称"),
        pl.lit(level).alias("层级"),
        pl.lit(kind).alias("类型"),
        pl.lit(PLAN).alias("成立日期"),
    ]


def areas(streets: pl.DataFrame) -> pl.DataFrame:
    """One responsibility area per street, with its boundary."""
    return streets.select(
        责任区编号="area_no",
        责任区名称=pl.format("{}责任区", "street_name"),
        类型=pl.lit("片区"),
        状态=pl.lit("在用"),
        应设路长=pl.lit("是"),
        区名称="district_name",
        街道代码="street_code",
        街道名称="street_name",
        社区代码=pl.col("communities").list.join("、"),
        面积平方公里=pl.format("7.{}", pl.col("place") + 100),
        人口=pl.col("place") * 531 + 42_000,
        主管单位=pl.format("S{}", "street_code"),
        生效日期=pl.lit(PLAN),
        边界=rectangle_wkt(),
    )


def is_late(streets: pl.DataFrame) -> pl.DataFrame:
    """The streets of the district that files its areas itself, and late."""
    return streets.filter(pl.col("district_code") == HANYANG)


def in_time(streets: pl.DataFrame) -> pl.DataFrame:
    """The streets of all other districts."""
    return streets.filter(pl.col("district_code") != HANYANG)


def staff(streets: pl.DataFrame, day: int) -> pl.DataFrame:
    """People, as the sheet of one day lists them."""
    kinds = (
        ("LZ{}", "执法人员"),
        ("SJ{}", "其他"),
        ("LD{}1", "社区群干"),
        ("LD{}2", "社区群干"),
        ("XG{}", "协管员"),
    )
    of_streets = [
        streets.select(
            工号=pl.format(form, "street_code"),
            单位编号=pl.format("S{}", "street_code"),
            人员类别=pl.lit(kind),
        )
        for form, kind in kinds
    ]
    operators = pl.DataFrame({"n": range(1, OPERATORS + 1)}).select(
        工号=pl.format("OP{}", pl.col("n").cast(pl.String).str.zfill(3)),
        单位编号=pl.lit(CENTRE_ORG),
        人员类别=pl.lit("其他"),
    )
    liaisons = pl.DataFrame({"d": DISTRICTS}).select(
        工号=pl.format("LL{}", "d"),
        单位编号=pl.format("D{}", "d"),
        人员类别=pl.lit("联络员"),
    )
    newcomer = streets.filter(pl.col("place") == REPLACED).select(
        工号=pl.format("LZ{}B", "street_code"),
        单位编号=pl.format("S{}", "street_code"),
        人员类别=pl.lit("执法人员"),
    )
    listed = _with_names(pl.concat([*of_streets, operators, liaisons, newcomer]))
    if day < CHANGE_DAY:
        return listed.filter(~pl.col("工号").is_in(newcomer["工号"].implode()))
    gone = pl.format("LD{}2", pl.lit(_code(streets, MISSING)))
    return listed.filter(pl.col("工号") != gone)


def posts(streets: pl.DataFrame, day: int) -> pl.DataFrame:
    """Posts, as the sheet of one day lists them, the lines that are none included."""
    replaced = _code(streets, REPLACED)
    chiefs = streets.filter(pl.col("place") != VACANT).select(
        *_post("P-LZ-{}", "LZ{}", "路长", "责任区"), 对象编号="area_no"
    )
    leaders = streets.select(
        *_post("P-SJ-{}", "SJ{}", "街道第一责任人", "街道"), 对象编号="street_code"
    )
    builders = [
        streets.select(
            *_post(f"P-LD-{{}}-{nth}", f"LD{{}}{nth}", "楼长", "社区"),
            对象编号=pl.col("communities").list.get(nth - 1),
        )
        for nth in (1, 2)
    ]
    contacts = (
        pl.DataFrame({"street_code": DISTRICTS})
        .select(*_post("P-LL-{}", "LL{}", "区直部门联络人", "单位"), "street_code")
        .with_columns(对象编号=pl.format("D{}", "street_code"))
        .drop("street_code")
    )
    odd = streets.filter(pl.col("place") == 0).select(
        *_post("P-XZ-{}", "XG{}", UNKNOWN_TITLE, "责任区"), 对象编号="area_no"
    )
    listed = pl.concat([chiefs, leaders, *builders, contacts, odd]).with_columns(
        任职日期=pl.lit(PLAN)
    )
    if day >= CHANGE_DAY:
        is_old = pl.col("任职编号") == f"P-LZ-{replaced}"
        listed = listed.with_columns(
            任职编号=pl.when(is_old)
            .then(pl.lit(f"P-LZ-{replaced}-2"))
            .otherwise("任职编号"),
            工号=pl.when(is_old).then(pl.lit(f"LZ{replaced}B")).otherwise("工号"),
            任职日期=pl.when(is_old)
            .then(pl.lit(day_of(CHANGE_DAY).isoformat()))
            .otherwise("任职日期"),
        ).filter(pl.col("任职编号") != f"P-LD-{_code(streets, MISSING)}-2")
    named = listed.join(
        staff(streets, day).select("工号", "姓名"),
        on="工号",
        how="left",
        maintain_order="left",
    ).with_columns(主要=pl.lit("是"))
    total = pl.DataFrame({"任职编号": [SUM_LINE], "姓名": [f"{len(named)}人"]})
    return pl.concat([named, total], how="diagonal").select(
        "任职编号", "工号", "姓名", "职务", "对象类型", "对象编号", "主要", "任职日期"
    )


def _post(key: str, person: str, title: str, kind: str) -> list[pl.Expr]:
    return [
        pl.format(key, "street_code").alias("任职编号"),
        pl.format(person, "street_code").alias("工号"),
        pl.lit(title).alias("职务"),
        pl.lit(kind).alias("对象类型"),
    ]


def _code(streets: pl.DataFrame, place: int) -> str:
    return str(streets.filter(pl.col("place") == place)["street_code"].item())


def _with_names(people: pl.DataFrame) -> pl.DataFrame:
    """Invented names and numbers, from the person's place in the list."""
    nth = pl.int_range(pl.len())

    def one_of(signs: str, number: pl.Expr) -> pl.Expr:
        at = number % len(signs)
        return at.replace_strict(
            list(range(len(signs))), list(signs), return_dtype=pl.String
        )

    return people.with_columns(
        姓名=pl.concat_str(
            one_of(SURNAMES, nth),
            one_of(GIVEN, nth * 7 + nth // 20),
            one_of(GIVEN, nth * 3 + nth // 60),
        ),
        手机=pl.format("199{}", (10_000_000 + nth).cast(pl.String)),
        在岗=pl.lit("是"),
    ).select("工号", "姓名", "手机", "单位编号", "人员类别", "在岗")
