"""Regions side by side: packed as discs, then slid together until outlines nearly touch; lone ones in rows below."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Room between two regions: a label stands in it.
REGION_GAP = 64.0
#: The map is this much wider than tall, as the graph's part of a screen is.
ASPECT = 1.1
#: Tangent places tried for one region: enough for a tight packing, few enough for hundreds of regions.
PLACES = 20_000
#: How far a region slides towards the middle at a time, as parts of the way, and how often all do.
SLIDES, ROUNDS = (0.5, 0.25, 0.12, 0.06, 0.03), 3


def pack(outlines: Sequence[Floats], kin: Floats, *, alone: Flags) -> Floats:
    """Where each region's origin goes, (regions, 2).

    `outlines`: convex, around the origin, the most important region first; `kin`: how strongly two regions belong side
    by side; `alone`: those for the rows below.
    """
    centres = np.zeros((len(outlines), 2))
    main, rest = np.flatnonzero(~alone).tolist(), np.flatnonzero(alone).tolist()
    shapes = [_Shape(outlines[number]) for number in main]
    centres[main] = _together(_discs(np.array([shape.reach for shape in shapes]), kin[np.ix_(main, main)]), shapes)
    left, right, bottom = _extent([outlines[number] + centres[number] for number in main])
    centres[rest] = _rows([outlines[number] for number in rest], left, max(right - left, 1.0), bottom)
    return centres


class _Shape:
    """A convex outline with the outward normals of its sides and how far it reaches along each."""

    def __init__(self, outline: Floats) -> None:
        sides = np.roll(outline, -1, axis=0) - outline
        normals = np.stack([sides[:, 1], -sides[:, 0]], axis=1)
        self.outline = outline
        self.normals = normals / np.maximum(np.hypot(normals[:, 0], normals[:, 1]), 1e-9)[:, None]
        self.support = (outline @ self.normals.T).max(axis=0)
        self.reach = float(np.hypot(outline[:, 0], outline[:, 1]).max())


def _gap(one: _Shape, at: Floats, other: _Shape, there: Floats) -> float:
    """How far apart two convex outlines are at least (separating axes: the normals of both)."""
    first = (other.outline @ one.normals.T).min(axis=0) + one.normals @ (there - at) - one.support
    second = (one.outline @ other.normals.T).min(axis=0) + other.normals @ (at - there) - other.support
    return float(max(first.max(), second.max()))


def _together(centres: Floats, shapes: Sequence[_Shape]) -> Floats:
    """Slide each region towards the middle while its outline keeps away from the others', the inner ones first."""
    reach = np.array([shape.reach for shape in shapes])
    if len(shapes) < 3:
        return centres
    middle = np.average(centres, axis=0, weights=reach**2)
    for _ in range(ROUNDS):
        for number in np.argsort(np.hypot(*(centres - middle).T), kind="stable"):
            for part in SLIDES:
                way = (middle - centres[number]) * part
                for step in (way, way * (1, 0), way * (0, 1)):
                    if _free(number, centres[number] + step, centres, shapes, reach):
                        centres[number] += step
                        break
    return centres


def _free(number: int, at: Floats, centres: Floats, shapes: Sequence[_Shape], reach: Floats) -> bool:
    near = np.hypot(*(centres - at).T) < reach + reach[number] + REGION_GAP
    near[number] = False
    return all(
        _gap(shapes[number], at, shapes[each], centres[each]) >= REGION_GAP for each in np.flatnonzero(near).tolist()
    )


def _discs(radius: Floats, kin: Floats) -> Floats:
    """Discs side by side, in the given order: each touches two placed ones, near the middle and near its kin."""
    centres: Floats = np.zeros((len(radius), 2))
    radius = radius + REGION_GAP / 2
    for number in range(1, len(radius)):
        centres[number] = _best_place(centres[:number], radius[:number], float(radius[number]), kin[number, :number])
    return centres


def _best_place(placed: Floats, radius: Floats, own: float, kin: Floats) -> Floats:
    if len(placed) == 1:
        return np.array([placed[0, 0] + radius[0] + own, placed[0, 1]])
    places = _tangent_places(placed, radius + own)
    weight = kin / max(float(kin.sum()), 1.0)
    stretch = np.array([1.0, ASPECT])
    middle = np.average(placed, axis=0, weights=radius**2)
    cost = np.hypot(*((places - middle) * stretch).T)
    for other in np.flatnonzero(weight > 0.02):
        cost += 0.6 * weight[other] * np.hypot(*((places - placed[other]) * stretch).T)
    for best in np.argsort(cost, kind="stable"):
        free = np.hypot(placed[:, 0] - places[best, 0], placed[:, 1] - places[best, 1]) - radius - own
        if free.min() > -1e-6:
            return np.asarray(places[best])
    return np.array([placed[0, 0] + radius.sum() * 2 + own, placed[0, 1]])


def _tangent_places(placed: Floats, reach: Floats) -> Floats:
    """Centres of discs that touch two placed discs; `reach`: the distance at which the new one touches each."""
    one, other = np.triu_indices(len(placed), 1)
    apart = placed[other] - placed[one]
    distance = np.hypot(apart[:, 0], apart[:, 1])
    near = np.flatnonzero((distance < reach[one] + reach[other]) & (distance > 1e-9))
    near = near[np.argsort((distance - reach[one] - reach[other])[near], kind="stable")[:PLACES]]
    one, other, apart, distance = one[near], other[near], apart[near], distance[near]
    along = (distance**2 + reach[one] ** 2 - reach[other] ** 2) / (2 * distance)
    across = np.sqrt(np.maximum(reach[one] ** 2 - along**2, 0.0))
    unit = apart / distance[:, None]
    normal = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    foot = placed[one] + unit * along[:, None]
    return np.concatenate([foot + normal * across[:, None], foot - normal * across[:, None]])


def _extent(outlines: Sequence[Floats]) -> tuple[float, float, float]:
    """Left, right and bottom of what is placed."""
    if not outlines:
        return 0.0, 1600.0, 0.0
    corners = np.concatenate(outlines)
    return float(corners[:, 0].min()), float(corners[:, 0].max()), float(corners[:, 1].max())


def _rows(outlines: Sequence[Floats], left: float, width: float, top: float) -> Floats:
    """Centred rows below the map, in the given order."""
    centres = np.zeros((len(outlines), 2))
    row: list[int] = []
    used, top = 0.0, top + REGION_GAP
    for number, outline in enumerate(outlines):
        wide = float(np.ptp(outline[:, 0])) + REGION_GAP / 2
        if row and used + wide > width:
            top += _set_row(centres, outlines, row, left + (width - used) / 2, top)
            row, used = [], 0.0
        row.append(number)
        used += wide
    if row:
        _set_row(centres, outlines, row, left + (width - used) / 2, top)
    return centres


def _set_row(centres: Floats, outlines: Sequence[Floats], row: Sequence[int], left: float, top: float) -> float:
    """Place one row; returns its height with the room below it."""
    high = max(float(np.ptp(outlines[number][:, 1])) for number in row)
    for number in row:
        wide = float(np.ptp(outlines[number][:, 0])) + REGION_GAP / 2
        centres[number] = (left + wide / 2, top + high / 2)
        left += wide
    return high + REGION_GAP / 2
