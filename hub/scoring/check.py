"""Whether a readable policy makes sense and adds up.

What lives here: the judgement of items, dimensions and the whole. What does not: keys
and types (`loader`), parameters within one rule (`Rule.flaws`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from hub.partners.problems import Problem, not_allowed, path_of
from hub.scoring.rules import RULES
from hub.scoring.rules.base import Measure, shown
from hub.scoring.spec import Dimension, Item, Policy
from hub.scoring.vocabulary import Vocabulary, families, family

RATE, MANUAL = RULES["rate"], RULES["manual"]


def find_item_problems(
    item: Item, where: str, vocabulary: Vocabulary | None, *, has_rule: bool
) -> Iterator[Problem]:
    """What speaks against one item; little, where its rule could not be read."""
    yield from _clamp_problems(item.least, item.most, where)
    if item.value is None and has_rule and not isinstance(item.rule, MANUAL):
        yield Problem(
            where, '"value" is missing', 'write it like value = { metric = "…" }'
        )
    if item.value is not None:
        own = item.rule.takes if has_rule else "numerator"
        yield from find_measure_problems(
            item.value, path_of(where, "value"), vocabulary, takes=own
        )
    if not has_rule:
        return
    for number, measure in enumerate(item.rule.measures, start=1):
        at = path_of(where, "rule", f"measure {number}")
        yield from find_measure_problems(measure, at, vocabulary, takes=None)
    taken = item.measure.takes
    if isinstance(item.rule, RATE) and item.measure.metric and taken != "share":
        yield Problem(
            path_of(where, "value", "takes"),
            f'is "{taken}", and a rate needs a share',
            "leave it out, or use another rule kind",
        )
    if isinstance(item.rule, MANUAL) and item.measure.metric is not None:
        yield Problem(
            path_of(where, "value"),
            "names a metric, and `manual` takes what people enter",
            "leave `value` out, or use another rule kind",
        )
    if item.missing == "left_out" and item.full_points:
        yield Problem(
            path_of(where, "missing"),
            'is "left_out", and the item is part of a faultless score',
            "a unit without data would score 0: leave it out, or give a base of 0",
        )


def find_measure_problems(
    measure: Measure, where: str, vocabulary: Vocabulary | None, *, takes: str | None
) -> Iterator[Problem]:
    """What speaks against one measure.

    Args:
        measure: as written.
        where: its table path.
        vocabulary: what may be named; everything where it is None.
        takes: what the rule looks at by itself; None: the file must say.
    """
    if (measure.metric is None) == (measure.input is None):
        yield Problem(where, "names both or neither of metric and input", "name one")
        return
    if measure.input is not None:
        named = [key for key in ("calibers", "basis", "takes") if getattr(measure, key)]
        if named:
            yield Problem(
                where, f"has {', '.join(named)} beside input", "they belong to a metric"
            )
        return
    if measure.takes is None and takes is None:
        yield Problem(
            where,
            "does not say what it takes of the figure",
            'write takes = "share", "numerator", "denominator", "rest" or "number"',
        )
    if vocabulary is None or measure.metric is None:
        return
    if measure.metric not in vocabulary.metrics:
        yield not_allowed(
            path_of(where, "metric"),
            kind="metric",
            given=measure.metric,
            allowed=vocabulary.metrics.keys(),
        )
        return
    own = vocabulary.metrics[measure.metric].calibers
    for one in measure.calibers:
        at = path_of(where, "calibers")
        if one not in vocabulary.calibers:
            yield not_allowed(
                at, kind="caliber", given=one, allowed=vocabulary.calibers
            )
        elif family(one) not in families(own):
            yield Problem(
                at,
                f'"{one}" changes nothing of {measure.metric}',
                f"its calibers are {', '.join(own)}",
            )
    if len(families(measure.calibers)) < len(measure.calibers):
        yield Problem(
            path_of(where, "calibers"), "has two of one family", "keep one of them"
        )


def find_dimension_problems(
    dimension: Dimension, where: str, *, is_whole: bool
) -> Iterator[Problem]:
    """What speaks against one dimension; `is_whole`: all its items could be read."""
    yield from _clamp_problems(dimension.least, dimension.most, where)
    if not is_whole:
        return
    reached = sum((item.full_points for item in dimension.items), Fraction(0))
    if reached != Fraction(dimension.full):
        yield Problem(
            where,
            f"does not add up: a unit without fault gets {shown(reached)} points "
            f"from its items, and full is {shown(dimension.full)}",
            "correct the weights of the items, or say full = "
            f"{shown(reached)} if that is meant",
        )


def find_policy_problems(policy: Policy, *, is_whole: bool) -> Iterator[Problem]:
    """What speaks against the whole; `is_whole`: all dimensions could be read."""
    yield from _clamp_problems(policy.total.least, policy.total.most, "total")
    yield from _review_problems(policy)
    if not is_whole:
        return
    yield from _weight_problems(policy)
    yield from _cap_problems(policy)
    if policy.period == "day":
        yield from (
            Problem(
                path_of(f'dimension "{one.id}"', f'item "{item.id}"', "every"),
                'is "day" in a policy whose period is a day',
                "leave it out: each score is of one day already",
            )
            for one in policy.dimensions
            for item in one.items
            if item.every == "day"
        )


def _weight_problems(policy: Policy) -> Iterator[Problem]:
    for one in policy.dimensions:
        if not one.is_counted and one.weight is not None:
            yield Problem(
                path_of(f'dimension "{one.id}"', "weight"),
                "is given for a dimension that does not count",
                "leave it out, or say is_counted = true",
            )
    if not policy.counted:
        yield Problem("dimension", "none is counted", "leave is_counted out of one")
        return
    bare = [one.id for one in policy.counted if one.weight is None]
    if len(bare) == len(policy.counted):
        return
    if bare:
        yield Problem(
            "dimension",
            f"only some have a weight; {', '.join(bare)} has none",
            "give all of them a weight, or none: then they are not added up",
        )
        return
    reached = sum(
        (Fraction(one.weight or 0) * Fraction(one.full) for one in policy.counted),
        Fraction(0),
    )
    if reached != Fraction(policy.total.full):
        yield Problem(
            "total",
            f"does not add up: weights times full points make {shown(reached)}, and "
            f"full is {shown(policy.total.full)}",
            f"correct the weights, or say full = {shown(reached)} if that is meant",
        )


def _cap_problems(policy: Policy) -> Iterator[Problem]:
    capped = [cap.item for cap in policy.caps]
    for number, cap in enumerate(policy.caps, start=1):
        where = f"cap {number}"
        for key, name in (("item", cap.item), ("not_above", cap.not_above)):
            if name not in policy.item_ids:
                yield not_allowed(
                    path_of(where, key),
                    kind="item",
                    given=name,
                    allowed=policy.item_ids,
                )
        if cap.item == cap.not_above:
            yield Problem(where, "limits an item by itself", "name another item")
        elif cap.not_above in capped:
            yield Problem(
                path_of(where, "not_above"),
                f'"{cap.not_above}" is limited itself',
                "limit both by the same item",
            )
        if capped.count(cap.item) > 1:
            yield Problem(
                path_of(where, "item"), f'"{cap.item}" is limited twice', "keep one cap"
            )


def _review_problems(policy: Policy) -> Iterator[Problem]:
    named = [(one.kind, one.code) for one in policy.review.categories]
    for kind, code in dict.fromkeys(named):
        if named.count((kind, code)) > 1:
            yield Problem(
                f"review → category {kind}:{code}", "stands twice", "keep one of them"
            )


def _clamp_problems(
    least: Decimal | None, most: Decimal | None, where: str
) -> Iterator[Problem]:
    if least is not None and most is not None and least > most:
        yield Problem(where, "has `least` above `most`", "exchange the two")
