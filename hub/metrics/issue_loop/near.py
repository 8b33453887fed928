"""Cases that are near an earlier one in place, time and category (caliber DU-1).

What lives here: finding the pairs, and the walk over them: by (reported_at,
issue_id), each case points to the first earlier one within DU-1 that is itself no
duplicate, so there are no chains. What does not: `duplicate_of_id`, which is what a
partner says.

Twice over: among all cases (the same problem found again), and among those of
another partner or channel (metrics §10). Distances are whole centimetres on the
ellipsoid of CGCS2000, so that no order of rows and no machine changes a verdict.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

NEAR_CM = 50 * 100
NEAR_US = 24 * 3600 * 1_000_000
BARRED = ("OUT_OF_CITY", "UNSURE", "MISSING")
UNITS = 10**7  # of a degree: points are kept to seven decimals
# Cells are a little more than 50 m wide, so that neighbours lie in touching cells.
CELL_M = 50.8
WALKED = ("reported_at", "issue_id")
Whole = npt.NDArray[np.int64]
UNKNOWN, FIRST, DUPLICATE = 0, 1, 2


def category() -> pl.Expr:
    """The category that cases are compared by: the standard one, else their own."""
    own = pl.concat_str(
        "category_system_code",
        pl.lit("/"),
        "category_kind_code",
        pl.lit(":"),
        "category_code",
    )
    standard = pl.concat_str("std_category_kind_code", pl.lit(":"), "std_category_code")
    return pl.coalesce(standard, own)


def near_earlier(cases: pl.DataFrame) -> pl.DataFrame:
    """Which cases repeat which.

    Args:
        cases: columns NEIGHBOUR of all cases that can be near one another.

    Returns:
        issue_id, similar_to_id (the earlier case, whoever reported it) and
        near_duplicate_of_id (of another partner or channel); only cases with one.
    """
    points = (
        cases.filter(
            ~pl.col("coord_quality_code").is_in(BARRED)
            & pl.all_horizontal(pl.col("lon", "lat", "reported_at").is_not_null())
        )
        .with_columns(category=category())
        .drop_nulls("category")
        .sort(WALKED)
        .with_row_index("nth")
    )
    later, earlier = _pairs(points)
    ids = points["issue_id"]
    who = points.select(_number("partner"), _number("source_channel_code")).to_numpy()
    is_other = (who[later] != who[earlier]).any(axis=1)
    found = pl.DataFrame(
        {
            "similar_to_id": _walk(later, earlier, len(ids)),
            "near_duplicate_of_id": _walk(later[is_other], earlier[is_other], len(ids)),
        }
    ).with_columns(pl.all().replace(-1, None))
    return (
        found.select(pl.all().map_batches(lambda at: ids.gather(at), pl.String))
        .with_columns(issue_id=ids)
        .filter(pl.any_horizontal(pl.exclude("issue_id").is_not_null()))
        .select("issue_id", "similar_to_id", "near_duplicate_of_id")
    )


def _pairs(points: pl.DataFrame) -> tuple[Whole, Whole]:
    """Numbers of all cases within DU-1 of each other: the later ones, the earlier.

    Sorted by the later, then by the earlier one.
    """
    placed = points.select(
        pl.col("nth").cast(pl.Int64),
        kind=_number("category"),
        x=(pl.col("lon") * UNITS).round().cast(pl.Int64),
        y=(pl.col("lat") * UNITS).round().cast(pl.Int64),
        at=pl.col("reported_at").dt.epoch("us"),
    )
    if placed.is_empty():
        none = np.empty(0, dtype=np.int64)
        return none, none
    touching = _touching(placed)
    sides = {side: placed.select(pl.exclude("nth").name.prefix(side)) for side in "ab"}
    a, b = touching["a"].cast(pl.UInt32), touching["b"].cast(pl.UInt32)
    met = pl.concat([touching, sides["a"][a], sides["b"][b]], how="horizontal").filter(
        (pl.col("akind") == pl.col("bkind"))
        & ((pl.col("aat") - pl.col("bat")).abs() <= NEAR_US)
        & is_near("ax", "ay", "bx", "by")
    )
    order = met.select(
        later=pl.max_horizontal("a", "b"), earlier=pl.min_horizontal("a", "b")
    ).sort("later", "earlier")
    return order["later"].to_numpy(), order["earlier"].to_numpy()


def is_near(ax: str, ay: str, bx: str, by: str) -> pl.Expr:
    """Whether two points, in units of 1/UNITS degree, lie at most 50 m apart."""
    middle = (pl.col(ay) + pl.col(by)).cast(pl.Float64) / (2 * UNITS)
    east_m, north_m = metres_per_degree(middle)

    def cm(one: str, other: str, metres: pl.Expr) -> pl.Expr:
        return (
            ((pl.col(one) - pl.col(other)) * metres * (100 / UNITS))
            .round()
            .cast(pl.Int64)
        )

    east, north = cm(ax, bx, east_m), cm(ay, by, north_m)
    return east * east + north * north <= NEAR_CM**2


def metres_per_degree(lat: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Metres per degree of longitude and of latitude, at a latitude in degrees.

    The usual series for the ellipsoid; CGCS2000 and WGS84 differ below a millimetre.
    """
    phi = lat.radians()
    east = 111_412.84 * phi.cos() - 93.5 * (phi * 3).cos() + 0.118 * (phi * 5).cos()
    north = (
        111_132.92
        - 559.82 * (phi * 2).cos()
        + 1.175 * (phi * 4).cos()
        - 0.0023 * (phi * 6).cos()
    )
    return east, north


def _number(column: str) -> pl.Expr:
    """A number for each different text of a column; null is one of them."""
    number = pl.col(column).fill_null("").cast(pl.Categorical).to_physical()
    return number.cast(pl.Int64).alias(column)


def _touching(placed: pl.DataFrame) -> pl.DataFrame:
    """Pairs a, b of rows whose cells of place and day touch, each pair once.

    A cell is one number; the cells that touch it lie at fixed distances from it,
    half of which are enough.
    """
    farthest = placed.select(lat=pl.col("y").abs().max() / UNITS)
    east_m, north_m = farthest.select(
        *(
            m.alias(n)
            for m, n in zip(metres_per_degree(pl.col("lat")), "en", strict=True)
        )
    ).row(0)
    # A degree of latitude is shortest at the equator, one of longitude at the pole.
    wide = int(CELL_M / max(east_m, 1.0) * UNITS) + 1
    high = int(CELL_M / min(north_m, 110_574.0) * UNITS) + 1
    cells = placed.select(
        "nth",
        "kind",
        cx=pl.col("x") // wide,
        cy=pl.col("y") // high,
        ct=pl.col("at") // NEAR_US,
    ).with_columns(pl.col("cx", "cy", "ct") - pl.col("cx", "cy", "ct").min() + 1)
    across, up, days = (int(n) + 2 for n in cells.select("cx", "cy", "ct").max().row(0))
    steps = {"cx": up * days, "cy": days, "ct": 1}
    # Should the number outgrow 64 bits, cells coincide and pairs are only tried in
    # vain: every pair is compared exactly afterwards.
    keyed = cells.select(
        "nth",
        cell=pl.col("kind") * (across * up * days % 2**62)
        + pl.sum_horizontal(pl.col(name) * step for name, step in steps.items()),
    )
    apart = [
        x * steps["cx"] + y * steps["cy"] + t
        for x, y, t in product((-1, 0, 1), repeat=3)
        if (x, y, t) > (0, 0, 0)
    ]
    keyed = keyed.sort("cell")
    moved = pl.concat([_moved(keyed, far) for far in apart])
    beside = moved.join(keyed.select("cell", b="nth"), on="cell").select("a", "b")
    shared = keyed.filter(pl.col("cell").is_duplicated())
    within = (
        shared.select("cell", a="nth")
        .join(shared.select("cell", b="nth"), on="cell")
        .filter(pl.col("a") < pl.col("b"))
    )
    return pl.concat([within.select("a", "b"), beside])


def _moved(keyed: pl.DataFrame, far: int) -> pl.DataFrame:
    """A and cell + far of the rows for which there is such a cell.

    Nearly all rows are alone: a search in sorted numbers tells so sooner than a join.
    """
    cells = keyed["cell"].to_numpy()
    sought = cells + far
    at = np.minimum(np.searchsorted(cells, sought), len(cells) - 1)
    return keyed.select(a="nth", cell=pl.col("cell") + far).filter(
        pl.Series(cells[at] == sought)
    )


def _walk(later: Whole, earlier: Whole, count: int) -> Whole:
    """The case that each one points to, or -1.

    Args:
        later, earlier: the pairs, sorted by both.
        count: how many cases there are.

    A round settles every case whose earlier neighbours are settled; a case is a
    duplicate as soon as one of them is none, and none when all of them are.
    """
    state = np.full(count, FIRST, dtype=np.int8)
    state[later] = UNKNOWN
    open_later, open_earlier = later, earlier
    while len(open_later):
        state[open_later[state[open_earlier] == FIRST]] = DUPLICATE
        waits = (state[open_later] == UNKNOWN) & (state[open_earlier] == UNKNOWN)
        unsettled = np.unique(open_later[state[open_later] == UNKNOWN])
        open_later, open_earlier = open_later[waits], open_earlier[waits]
        state[np.setdiff1d(unsettled, open_later, assume_unique=False)] = FIRST
    target = np.full(count, -1, dtype=np.int64)
    counts = state[earlier] == FIRST
    # Backwards, so that the first earlier case is the one that stays.
    target[later[counts][::-1]] = earlier[counts][::-1]
    return target
