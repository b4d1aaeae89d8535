"""Which pairs of a paper's entities (and numbers) are looked at, and what is known of each pair besides its vectors."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

KINDS = ("method", "dataset", "benchmark", "task", "metric")
#: The paper's own unnamed method, as an entity index and as a kind.
THIS, THIS_KIND = -1, 5
#: "On nothing" and "no metric", as entity indices.
NO_PLACE, NO_METRIC = -3, -4
#: Pairs of kinds that stand in at least two of the 13,610 relations of the training papers; no other pair is looked at.
RELATED_KINDS = frozenset(
    {
        (0, 3),
        (0, 0),
        (0, 1),
        (5, 3),
        (5, 0),
        (0, 5),
        (5, 1),
        (2, 2),
        (0, 2),
        (1, 2),
        (1, 1),
        (2, 0),
        (4, 2),
        (5, 2),
        (2, 1),
    }
)
#: Words between two mentions that still count as "next to each other" and as "near".
ADJACENT, NEAR = 3, 12
#: Rows of the table of distances: none known, then adjacent, near, far, each with either order.
DISTANCES = 7
#: What a number can be tied to: the method (0), the place it was measured on (1), the metric (2), by the entity's kind.
_SLOTS = (0, 1, 1, 1, 2, 0)

WordSpan = tuple[int, int]


class Pair(NamedTuple):
    """Head and tail (indices), the half-open words between their closest mentions, classes of kinds and distance."""

    head: int
    tail: int
    between_start: int
    between_end: int
    kinds: int
    distance: int


class NumberPair(NamedTuple):
    """A number and what it may be tied to in one slot."""

    number: int
    entity: int
    slot: int
    between_start: int
    between_end: int
    kinds: int
    distance: int


def _closest(some: Sequence[WordSpan], others: Sequence[WordSpan]) -> tuple[int, int, int, int]:
    """(words between, order, start, end) of the closest two mentions; spans include their last word."""
    best = (1 << 30, 0, 0, 0)
    for a_start, a_end in some:
        for b_start, b_end in others:
            if a_end < b_start:
                gap = (b_start - a_end - 1, 0, a_end + 1, b_start)
            elif b_end < a_start:
                gap = (a_start - b_end - 1, 1, b_end + 1, a_start)
            else:
                gap = (0, 0, a_start, a_start)
            best = min(best, gap)
    return best


def _distance(gap: tuple[int, int, int, int]) -> int:
    return 1 + (0 if gap[0] < ADJACENT else 1 if gap[0] < NEAR else 2) * 2 + gap[1]


def entity_pairs(mentions: Sequence[Sequence[WordSpan]], kinds: Sequence[int], *, with_this: bool) -> Iterator[Pair]:
    """Every ordered pair of entities whose kinds can be related; THIS takes part where `with_this`."""
    entities = [*range(len(kinds)), THIS] if with_this else [*range(len(kinds))]
    for head in entities:
        for tail in entities:
            head_kind = kinds[head] if head >= 0 else THIS_KIND
            tail_kind = kinds[tail] if tail >= 0 else THIS_KIND
            if head == tail or (head_kind, tail_kind) not in RELATED_KINDS:
                continue
            if head == THIS or tail == THIS:
                yield Pair(head, tail, 0, 0, head_kind * 6 + tail_kind, 0)
            else:
                gap = _closest(mentions[head], mentions[tail])
                yield Pair(head, tail, gap[2], gap[3], head_kind * 6 + tail_kind, _distance(gap))


def number_pairs(
    numbers: Sequence[WordSpan], mentions: Sequence[Sequence[WordSpan]], kinds: Sequence[int]
) -> Iterator[NumberPair]:
    """Every number with every entity, with THIS, and with nothing where nothing is an answer."""
    for index, number in enumerate(numbers):
        for entity in (*range(len(kinds)), THIS, NO_PLACE, NO_METRIC):
            if entity >= 0:
                gap = _closest([number], mentions[entity])
                yield NumberPair(
                    index, entity, _SLOTS[kinds[entity]], gap[2], gap[3], 30 + kinds[entity], _distance(gap)
                )
            else:
                slot = {THIS: 0, NO_PLACE: 1, NO_METRIC: 2}[entity]
                yield NumberPair(index, entity, slot, 0, 0, 30 + THIS_KIND, 0)
