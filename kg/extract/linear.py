"""Small linear models over named features: what a feature is worth stands readable in `rules.json`.

A model gives each label a weight for each feature; the probabilities are the softmax of the sums.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError

#: The labels of a model that says whether something is so.
YES, NO = "yes", "no"
#: A feature that is always there.
BIAS = "bias"
#: Features seen in fewer rows are left out: their weights would be chance.
RARE = 5
#: Strength of the L2 penalty, in rows; 0.3 and 3 gave the same figures.
_PENALTY = 1.0
#: Steps of the descent; the figures stand still after half of them.
_STEPS = 160
#: Keeps the scale of features that are nearly always absent finite.
_FLAT = 1e-3
Floats = NDArray[np.float64]
#: The features of one thing to judge: name -> value.
Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Linear:
    """Labels, the column of each feature, and the weights, features by labels."""

    labels: tuple[str, ...]
    columns: Mapping[str, int]
    weights: Floats

    def probabilities(self, rows: Sequence[Features]) -> Floats:
        """Rows by labels, each row summing to 1; unknown features count nothing."""
        if not rows:
            return np.zeros((0, len(self.labels)))
        return softmax(self.matrix(rows) @ self.weights)

    def matrix(self, rows: Sequence[Features]) -> Floats:
        """Rows by features."""
        matrix = np.zeros((len(rows), len(self.columns)))
        columns = self.columns
        for number, row in enumerate(rows):
            for name, value in row.items():
                column = columns.get(name)
                if column is not None:
                    matrix[number, column] = value
        matrix[:, columns[BIAS]] = 1.0
        return matrix

    def to_json(self) -> dict[str, Any]:
        """Label names, and feature -> weights."""
        rounded = np.round(self.weights, 3).tolist()
        return {
            "labels": list(self.labels),
            "weights": {name: rounded[column] for name, column in self.columns.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Linear":
        """What `to_json` wrote."""
        names = list(stored["weights"])
        weights = np.array([stored["weights"][name] for name in names], dtype=np.float64)
        return cls(tuple(stored["labels"]), {name: column for column, name in enumerate(names)}, weights)


def softmax(scores: Floats) -> Floats:
    """Rows of scores to rows of probabilities."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    normed: Floats = raised / raised.sum(axis=1, keepdims=True)
    return normed


def yes(model: Linear, rows: Sequence[Features]) -> list[float]:
    """The probability of the label "yes" for each row; none where training saw no such case."""
    if not rows or YES not in model.labels:
        return [0.0] * len(rows)
    return [float(chance) for chance in model.probabilities(rows)[:, model.labels.index(YES)]]


def fit(
    rows: Sequence[Features], labels: Sequence[str], *, counts: Sequence[float] | None = None, rare: int = RARE
) -> Linear:
    """The penalised maximum-likelihood weights (L2, the bias free), by gradient descent with Nesterov's momentum.

    `counts` says how often each row counts; features of fewer than `rare` rows are left out. Deterministic: no random
    start, no sampling.
    """
    seen: dict[str, int] = {}
    for row in rows:
        for name in row:
            seen[name] = seen.get(name, 0) + 1
    names = [BIAS, *sorted(name for name, count in seen.items() if count >= rare and name != BIAS)]
    known = tuple(sorted(set(labels)))
    empty = Linear(known, {name: column for column, name in enumerate(names)}, np.zeros((len(names), len(known))))
    matrix = empty.matrix(rows)
    share = np.ones(len(rows)) if counts is None else np.array(counts, np.float64)
    share /= share.sum()
    scale = 1.0 / np.sqrt(share @ matrix**2 + _FLAT)
    scaled = matrix * scale
    target = np.zeros((len(rows), len(known)))
    target[np.arange(len(rows)), [known.index(label) for label in labels]] = 1.0
    ridge = (_PENALTY / len(rows)) * scale[:, None] ** 2
    ridge[0] = 0.0
    steepest = np.linalg.eigvalsh((scaled * share[:, None]).T @ scaled)[-1]
    rate = 2.0 / (steepest + float(ridge.max()))
    weights, previous = np.zeros_like(empty.weights), np.zeros_like(empty.weights)
    for step in range(_STEPS):
        ahead = weights + step / (step + 3) * (weights - previous)
        slope = scaled.T @ ((softmax(scaled @ ahead) - target) * share[:, None]) + ridge * ahead
        previous, weights = weights, ahead - rate * slope
    return Linear(known, empty.columns, weights * scale[:, None])


def read_models(path: Path) -> dict[str, Linear]:
    """The models of a file, by name. Raises ModelError where it is missing or damaged."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {name: Linear.from_json(model) for name, model in stored.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: the rules' weights cannot be read ({error}); install the package again") from error


def write_models(path: Path, models: Iterable[tuple[str, Linear]]) -> None:
    """One feature a line, so that a change of weights can be read."""
    parts = []
    for name, model in models:
        stored = model.to_json()
        rows = ",\n".join(f"   {json.dumps(key)}: {json.dumps(value)}" for key, value in stored["weights"].items())
        parts.append(f' {json.dumps(name)}: {{"labels": {json.dumps(stored["labels"])}, "weights": {{\n{rows}}}}}')
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
