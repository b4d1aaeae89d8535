"""A second look at each name: what the encoder says, weighed with how annotated papers treated the same string."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from kg.extract.decoding import Name, WordText, spelling_key
from kg.extract.pairs import KINDS

#: Keys of annotated names: the papers whose text holds the key, then those that annotate it as each of the five kinds.
Seen = Mapping[str, tuple[int, ...]]
#: Names the encoder gives less are not looked at again: fewer than one in ten of them is right.
WORTH_A_LOOK = 0.1
#: Added to the counts of a seen name, so that one paper is no certainty.
_SMOOTHING = 0.3
#: No second look: the encoder's own word.
UNJUDGED = [1.0] + [0.0] * 15
_LIMIT = 1e-4
#: How much the kinds that annotated papers gave a string count against the encoder's; 0.3 and 0.8 do as well.
_PRECEDENT = 0.5


def _log_odds(probability: float) -> float:
    inside = min(max(probability, _LIMIT), 1 - _LIMIT)
    return math.log(inside / (1 - inside))


def features_of(name: Name, words: WordText, title_end: int, seen: Seen, roles: Mapping[str, float]) -> list[float]:
    """What is known of one name, `roles` its chances of each; the last value is 1, for the intercept."""
    papers, *annotated = _precedent(name, seen)
    longest = max(name.surfaces, key=lambda surface: (len(surface), surface))
    as_kind = (annotated[name.kind] + _SMOOTHING) / (papers + 1)
    as_any = (sum(annotated) + _SMOOTHING) / (papers + 1)
    return [
        _log_odds(name.probability),
        _log_odds(name.shares[name.kind]),
        math.log(len(name.mentions)),
        float(words.starts[name.mentions[0][0]] < title_end),
        float(len(name.surfaces) > 1),
        float(longest.islower()),
        float(any(char.isdigit() for char in longest)),
        float(len(longest.split())),
        float(any(surface.isupper() and len(surface) > 1 for surface in name.surfaces)),
        math.log1p(papers),
        _log_odds(as_kind) if papers else 0.0,
        _log_odds(as_any) if papers else 0.0,
        float(papers == 0),
        roles.get("introduced", 0.0),
        roles["mentioned"],
        1.0,
    ]


def _precedent(name: Name, seen: Seen) -> tuple[int, ...]:
    """What is known of the name's commonest spelling; zeros where it was never annotated."""
    return max((seen.get(spelling_key(surface), (0,) * 6) for surface in name.surfaces), key=lambda row: row[0])


class Judge:
    """One logistic regression a kind."""

    def __init__(self, seen: Seen, weights: Sequence[Sequence[float]]) -> None:
        self.seen = seen
        self.weights = [np.asarray(own, np.float64) for own in weights]

    def settled(self, name: Name) -> Name:
        """The name with the kind that encoder and annotated papers together speak for."""
        annotated = np.array(_precedent(name, self.seen)[1:]) + _SMOOTHING / len(name.shares)
        scores = np.log(np.array(name.shares) + _LIMIT) + _PRECEDENT * np.log(annotated)
        return replace(name, kind=int(np.argmax(scores)))

    def judged(
        self, names: Sequence[Name], words: WordText, title_end: int, roles: Sequence[Mapping[str, float]]
    ) -> list[Name]:
        """The names with the probability of the second look."""
        out = []
        for name, own in zip(names, roles, strict=True):
            score = float(self.weights[name.kind] @ np.asarray(features_of(name, words, title_end, self.seen, own)))
            out.append(replace(name, probability=1 / (1 + math.exp(-max(-30.0, min(30.0, score))))))
        return out


def threshold_class(name: Name, roles: Mapping[str, float]) -> int:
    """Which threshold a name has to reach: that of its kind, or the kind's other one for what is likeliest introduced.

    What a paper introduces is named where a reader looks for it, and missing it costs most.
    """
    return name.kind + len(KINDS) * (max(roles, key=lambda role: (roles[role], role)) == "introduced")


def fitted(
    rows: Sequence[Sequence[float]], right: Sequence[float], *, ridge: float = 5.0, rounds: int = 25
) -> list[float]:
    """Weights of a logistic regression, by Newton's method; without rows, the encoder's own word."""
    if not rows:
        return UNJUDGED
    x, y = np.asarray(rows, np.float64), np.asarray(right, np.float64)
    weights = np.zeros(x.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (chance - y) + ridge * weights
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights -= np.linalg.solve(curvature, gradient)
    return [round(float(weight), 4) for weight in weights]
