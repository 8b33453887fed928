"""Categories of one list read in another: the standard code of every issue.

What lives here: `map_categories` (codes §3). The same number means different
problems in different lists, so a category is always (system, kind, code), and a
table of pairs comes first. What does not: whether a code exists in its own list
(`category_rules`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

TRIPLE = ("category_system_code", "category_kind_code", "category_code")
# The list whose event majors moved by five in the standard of 2026 (codes §3.5);
# the rule says nothing about the other majors, lists and kinds.
SHIFTED_SYSTEM = "GBT30428.2-2013"
SHIFTED_MAJORS = {"01": "06", "02": "07", "03": "08", "04": "09"}


class Mapped(NamedTuple):
    """Issues and findings of `map_categories`.

    `issues`: issue_id, std_category_kind_code, std_category_code,
    std_method_code (MAP_METHOD), all null without a target; in the order given.

    `findings`: issue_id and rule, sorted. F08: the table names a target that is
    not in the standard list. S02: the delivered name is not the code's.
    """

    issues: pl.DataFrame
    findings: pl.DataFrame


def plain_name(name: pl.Expr) -> pl.Expr:
    """A name for comparison: NFKC, without blanks; never for publishing."""
    return name.str.normalize("NFKC").str.replace_all(r"\s", "")


def map_categories(
    issues: pl.DataFrame,
    category_map: pl.DataFrame,
    categories: pl.DataFrame,
    *,
    system: str | None,
) -> Mapped:
    """The standard category of every issue, and how it was found.

    The code leads to its target: itself in the standard list (EXACT), else by the
    table, whose pairs may also say "no target", else by the rule of five for
    events of 2013 if that target exists (RULE). A code that leads nowhere and is
    not in the table goes by the same name in the standard list (EXACT). A name
    that is not the code's, and that the standard list gives to another category,
    outweighs the code (EXACT, codes §3.8).

    Args:
        issues: issue_id, the category triple as delivered, category_name.
        category_map: from_system_code, from_kind_code, from_code,
            to_system_code, to_kind_code, to_code, method_code.
        categories: system_code, kind_code, category_code, category_name.
        system: the standard list (CATEGORY_SYSTEM); null where a city has none.
    """
    triples = issues.select(*TRIPLE, name=plain_name(pl.col("category_name")))
    # A city without a standard list: no list is called "", so nothing is found.
    targets = _choose(
        _look_up(triples.unique(), category_map, categories, system or "")
    )
    found = triples.with_columns(issues["issue_id"]).join(
        targets,
        on=[*TRIPLE, "name"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return Mapped(
        issues=found.select(
            "issue_id",
            "std_category_kind_code",
            "std_category_code",
            "std_method_code",
        ),
        findings=found.unpivot(
            on=["F08", "S02"], index="issue_id", variable_name="rule"
        )
        .filter("value")
        .select("issue_id", "rule")
        .sort("issue_id", "rule"),
    )


def _look_up(
    triples: pl.DataFrame,
    category_map: pl.DataFrame,
    categories: pl.DataFrame,
    system: str,
) -> pl.DataFrame:
    """Every triple and name with what the lists, the table and the rule say."""
    standard = categories.filter(pl.col("system_code") == system).select(
        "kind_code", "category_code", name=plain_name(pl.col("category_name"))
    )
    own = categories.select(
        category_system_code="system_code",
        category_kind_code="kind_code",
        category_code="category_code",
        own_name=plain_name(pl.col("category_name")),
        own_code=pl.when(pl.col("system_code") == system).then("category_code"),
    )
    table = category_map.filter(pl.col("to_system_code") == system).select(
        category_system_code="from_system_code",
        category_kind_code="from_kind_code",
        category_code="from_code",
        table_kind="to_kind_code",
        table_code="to_code",
        table_method="method_code",
        in_table=pl.lit(value=True),
    )
    held = standard.select(
        table_kind="kind_code", table_code="category_code", is_held=pl.lit(value=True)
    )
    by_rule = standard.select(
        category_kind_code="kind_code",
        rule_code="category_code",
        rule_target="category_code",
    )
    by_name = standard.filter(pl.len().over("kind_code", "name") == 1).select(
        category_kind_code="kind_code", name="name", named_code="category_code"
    )
    return (
        triples.with_columns(rule_code=_rule_of_five())
        .join(own, on=list(TRIPLE), how="left")
        .join(table, on=list(TRIPLE), how="left")
        .join(held, on=["table_kind", "table_code"], how="left")
        .join(by_rule, on=["category_kind_code", "rule_code"], how="left")
        .join(by_name, on=["category_kind_code", "name"], how="left")
        .with_columns(pl.col("in_table", "is_held").fill_null(value=False))
    )


def _rule_of_five() -> pl.Expr:
    """The code that the moved majors give an event of 2013; null for the rest."""
    code = pl.col("category_code")
    applies = (
        (pl.col("category_system_code") == SHIFTED_SYSTEM)
        & (pl.col("category_kind_code") == "MATTER")
        & code.str.contains(r"^\d{4}$")
    )
    major = code.str.head(2).replace_strict(
        SHIFTED_MAJORS, default=None, return_dtype=pl.String
    )
    return pl.when(applies).then(major + code.str.tail(2).str.zfill(3))


def _choose(looked_up: pl.DataFrame) -> pl.DataFrame:
    """One target per triple and name, with the verdicts F08 and S02."""
    in_table, is_held = pl.col("in_table"), pl.col("is_held")
    kind, name = pl.col("category_kind_code"), pl.col("name")
    is_own = pl.col("own_code").is_not_null()
    by_table = ~is_own & in_table
    by_rule = ~is_own & ~in_table & pl.col("rule_target").is_not_null()
    by_name = ~is_own & ~in_table & ~by_rule & pl.col("named_code").is_not_null()
    code = (
        pl.when(is_own)
        .then("own_code")
        .when(by_table & is_held)
        .then("table_code")
        .when(by_rule)
        .then("rule_target")
    )
    leads = looked_up.with_columns(code_target=code)
    target, named = pl.col("code_target"), pl.col("named_code")
    # Without a name of its own, a code is contradicted only where it leads to.
    is_unlike = name.is_not_null() & pl.when(pl.col("own_name").is_not_null()).then(
        name != pl.col("own_name")
    ).otherwise(target.is_not_null() & named.is_not_null())
    contradicts = is_unlike & named.ne_missing(target)
    outweighs = contradicts & named.is_not_null()
    goes_by_name = outweighs | by_name
    return leads.select(
        *TRIPLE,
        "name",
        F08=by_table & pl.col("table_code").is_not_null() & ~is_held,
        S02=contradicts,
        std_category_code=pl.when(goes_by_name).then(named).otherwise(target),
        std_category_kind_code=pl.when(goes_by_name)
        .then(kind)
        .when(target.is_not_null())
        .then(pl.when(by_table).then("table_kind").otherwise(kind)),
        std_method_code=pl.when(goes_by_name)
        .then(pl.lit("EXACT"))
        .when(target.is_null())
        .then(None)
        .when(by_table)
        .then("table_method")
        .when(by_rule)
        .then(pl.lit("RULE"))
        .otherwise(pl.lit("EXACT")),
    )
