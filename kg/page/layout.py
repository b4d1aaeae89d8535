"""Where everything lies: each region laid out on its own, then packed beside its kin; numpy only, the same every time.

Within a region papers and shared concepts are placed by forces (Fruchterman & Reingold 1991, repulsion sampled); a
concept that only one paper has circles that paper like a petal.
"""

from dataclasses import dataclass

import numpy as np

from kg.page.packing import Floats, Ints, pack

#: Steps of the force layout; regions of 200 papers change little after 120.
STEPS = 160
#: Nodes that repel a node in one step, drawn anew each step: with fewer the layout trembles, all cost n squared.
REPELLERS = 24
#: How strongly a region is drawn to its middle: weaker lets loose papers drift off, stronger makes a ball.
GRAVITY = 0.55
#: The wished distance of neighbours, in mean radii; below 1.2 the forces fight the discs.
SPACING = 1.3
#: Steps that push overlapping discs apart; most need under 30.
SPREAD_STEPS = 60
#: Radius of the ring of petals around a paper, and the room of one petal on it: the ring grows where there are many.
PETAL_RADIUS, PETAL_ROOM = 27.0, 15.5
#: Room between two discs of a region.
GAP = 6.0
#: A region of so few papers and shared concepts stands in the rows below the map: it has little to do with the others.
ALONE = 2
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True, slots=True)
class Placement:
    """`xy`: (nodes, 2), y downwards; `outlines`: for each region the corners of a convex outline, (corners, 2)."""

    xy: Floats
    outlines: tuple[Floats, ...]


def layout(region: Ints, owner: Ints, edges: Ints, reach: Floats) -> Placement:
    """Place nodes of sorted regions.

    `region`: each node's region, 0..; `owner`: for a petal its paper's index, else -1; `edges`: (m, 2) indices between
    nodes that are no petals; `reach`: each node's own radius.
    """
    count = int(region.max()) + 1 if len(region) else 0
    xy = np.zeros((len(region), 2))
    radius = np.maximum(_ring_radii(owner), reach) + GAP
    for members, inner in zip(_members(region, owner, count), _edges_within(region, edges, count), strict=True):
        xy[members] = _forces(len(members), _local(members, inner), radius[members])
    _set_petals(xy, owner)
    outlines = []
    for number, members in enumerate(_members(region, owner, count)):
        outline = _outline(xy[members], radius[members])
        middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
        xy[region == number] -= middle
        outlines.append(outline - middle)
    sizes = np.bincount(region[owner < 0], minlength=count)
    centres = pack(outlines, _kinship(region, edges, count), alone=sizes <= ALONE)
    xy += centres[region]
    return Placement(xy, tuple(outline + centre for outline, centre in zip(outlines, centres, strict=True)))


def _members(region: Ints, owner: Ints, count: int) -> list[Ints]:
    """For each region the indices of its nodes that are no petals."""
    core = np.flatnonzero(owner < 0)
    core = core[np.argsort(region[core], kind="stable")]
    borders = np.searchsorted(region[core], np.arange(count + 1))
    return [np.sort(core[borders[each] : borders[each + 1]]) for each in range(count)]


def _edges_within(region: Ints, edges: Ints, count: int) -> list[Ints]:
    inner = edges[region[edges[:, 0]] == region[edges[:, 1]]]
    inner = inner[np.argsort(region[inner[:, 0]], kind="stable")]
    borders = np.searchsorted(region[inner[:, 0]], np.arange(count + 1))
    return [inner[borders[each] : borders[each + 1]] for each in range(count)]


def _local(members: Ints, edges: Ints) -> Ints:
    return np.searchsorted(members, edges).astype(np.int64)


def _ring_radii(owner: Ints) -> Floats:
    """The radius of each paper with its petals around it."""
    petals = np.bincount(owner[owner >= 0], minlength=len(owner)) if len(owner) else np.zeros(0)
    rings = np.maximum(PETAL_RADIUS, petals * PETAL_ROOM / (2 * np.pi)) + PETAL_ROOM / 2
    return np.where(petals > 0, rings, 0.0)


def _set_petals(xy: Floats, owner: Ints) -> None:
    """Each petal on its paper's ring, evenly, from the top on, in the order of the indices."""
    petals = np.flatnonzero(owner >= 0)
    petals = petals[np.argsort(owner[petals], kind="stable")]
    papers, first, counts = np.unique(owner[petals], return_index=True, return_counts=True)
    place = np.arange(len(petals)) - np.repeat(first, counts)
    total = np.repeat(counts, counts)
    angle = 2 * np.pi * place / np.maximum(total, 1) - np.pi / 2 + np.repeat(papers, counts) * 0.7
    ring = np.maximum(PETAL_RADIUS, total * PETAL_ROOM / (2 * np.pi))
    xy[petals] = xy[owner[petals]] + ring[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _forces(count: int, edges: Ints, radius: Floats) -> Floats:
    """Force layout of one region from a sunflower on, then overlapping discs pushed apart."""
    order = np.argsort(np.argsort(-radius, kind="stable"), kind="stable")
    spacing = SPACING * float(np.sqrt(np.mean(radius**2))) if count else 1.0
    angle = order * _GOLDEN_ANGLE
    xy = (spacing * np.sqrt(order + 0.5))[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if count <= 2:
        return _spread(xy, radius)
    degree = np.maximum(np.bincount(edges.ravel(), minlength=count), 1)
    pull_weight = 1 / np.sqrt(np.minimum(degree[edges[:, 0]], degree[edges[:, 1]]))
    shuffle = np.random.default_rng(count).permutation(count)
    offsets = np.random.default_rng(count + 1).integers(1, count, size=(STEPS, min(REPELLERS, count - 1)))
    for step in range(STEPS):
        heat = spacing * (1 - step / STEPS) ** 1.5 * 1.2 + 0.2
        force = _repulsion(xy, shuffle, offsets[step], spacing)
        pull = xy[edges[:, 1]] - xy[edges[:, 0]]
        pull *= (np.hypot(pull[:, 0], pull[:, 1]) / spacing * pull_weight)[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(edges[:, 0], pull[:, axis], count)
            force[:, axis] -= np.bincount(edges[:, 1], pull[:, axis], count)
        force -= xy * GRAVITY
        length = np.hypot(force[:, 0], force[:, 1]) + 1e-9
        xy += force * (np.minimum(length, heat) / length)[:, None]
    return _spread(xy, radius)


def _repulsion(xy: Floats, shuffle: Ints, offsets: Ints, spacing: float) -> Floats:
    """Each node pushed by others drawn by rolling one shuffled order, scaled up to all of them."""
    count = len(xy)
    others = shuffle[(np.argsort(shuffle)[:, None] + offsets[None, :]) % count]
    apart = xy[:, None, :] - xy[others]
    square = np.maximum((apart**2).sum(axis=2), 0.05 * spacing**2)
    scale = min(count / len(offsets), 40.0)
    return np.asarray((apart * (spacing**2 / square)[:, :, None]).sum(axis=1) * scale)


def _spread(xy: Floats, radius: Floats) -> Floats:
    """Push overlapping discs apart, half each, until hardly any overlap is left."""
    xy = xy.copy()
    cell = 2 * float(radius.max(initial=1.0))
    for _ in range(SPREAD_STEPS):
        one, other = _close_pairs(xy, cell)
        apart = xy[one] - xy[other]
        distance = np.hypot(apart[:, 0], apart[:, 1])
        overlap = radius[one] + radius[other] - distance
        hit = overlap > 0.5
        if not hit.any():
            break
        one, other, apart = one[hit], other[hit], apart[hit]
        same = distance[hit] < 1e-6
        apart[same] = np.stack([np.cos(one[same] * 1.0), np.sin(one[same] * 1.0)], axis=1)
        push = apart * (overlap[hit] / np.where(same, 1.0, distance[hit]) * 0.5)[:, None]
        for axis in (0, 1):
            xy[:, axis] += np.bincount(one, push[:, axis], len(xy)) - np.bincount(other, push[:, axis], len(xy))
    return xy


def _close_pairs(xy: Floats, cell: float) -> tuple[Ints, Ints]:
    """Pairs of nodes in the same or in neighbouring cells of a grid, each once."""
    grid = np.floor(xy / cell).astype(np.int64)
    grid -= grid.min(axis=0)
    width = int(grid[:, 1].max()) + 3
    key = grid[:, 0] * width + grid[:, 1]
    order = np.argsort(key, kind="stable")
    keys = key[order]
    ones, others = [], []
    for step in (0, 1, width - 1, width, width + 1):
        first = np.searchsorted(keys, keys + step, "left")
        if step == 0:
            first = np.arange(1, len(keys) + 1)
        counts = np.searchsorted(keys, keys + step, "right") - first
        start = np.repeat(first - (np.cumsum(counts) - counts), counts)
        ones.append(np.repeat(order, counts))
        others.append(order[start + np.arange(len(start))])
    return np.concatenate(ones), np.concatenate(others)


def _kinship(region: Ints, edges: Ints, count: int) -> Floats:
    """How many edges run between two regions, (regions, regions)."""
    kin = np.zeros((count, count))
    np.add.at(kin, (region[edges[:, 0]], region[edges[:, 1]]), 1.0)
    kin += kin.T
    np.fill_diagonal(kin, 0.0)
    return kin


def _outline(xy: Floats, radius: Floats) -> Floats:
    """The convex outline of discs (Andrew's monotone chain), a little outside them."""
    turns = np.arange(12) * (np.pi / 6)
    ring = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    points = np.round((xy[:, None, :] + (radius + GAP)[:, None, None] * ring).reshape(-1, 2))
    points = np.unique(points, axis=0)
    return np.array(_half(points)[:-1] + _half(points[::-1])[:-1])


def _half(points: Floats) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for x, y in points.tolist():
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain
