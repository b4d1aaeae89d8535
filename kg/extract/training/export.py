"""From the trained network to the model folder that `Tagger.load` reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.extract.encoder import Floats
from kg.extract.heads import PREDICATES
from kg.extract.judging import UNJUDGED, Seen
from kg.extract.pairs import KINDS
from kg.extract.quantised import SEEN, SETTINGS, VOCABULARY, WEIGHTS, write_seen, write_weights
from kg.extract.training.network import ATTENTION_HEADS, Network

_EMBEDDINGS = {"enc": ("word", "pos", "seg", "shape", "piece", "space"), "h": ("ety", "tp", "dist", "null")}
#: Before tuning: every threshold in the middle, confidences as they come.
UNTUNED: dict[str, Any] = {
    "attention_heads": ATTENTION_HEADS,
    "judge": [UNJUDGED] * len(KINDS),
    "thresholds": [0.5] * 2 * len(KINDS),
    "calibration": {kind: {"raw": [0, 1], "right": [0, 1]} for kind in KINDS},
    "relation_thresholds": dict.fromkeys(PREDICATES, 0.4),
}


def matrices_of(network: Network) -> dict[str, Floats]:
    """The parameters by the names under which the NumPy code looks them up."""
    out = {}
    for name, tensor in network.state_dict().items():
        part, _, own = name.partition(".")
        plain = own.removesuffix(".weight")
        out[f"{part}.{plain if plain in _EMBEDDINGS[part] else own}"] = tensor.float().numpy()
    return out


def write_model(
    folder: Path, network: Network, vocabulary: Sequence[str], settings: Mapping[str, Any], seen: Seen
) -> None:
    """The four files of a model; the same network and settings give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder / WEIGHTS, matrices_of(network))
    (folder / VOCABULARY).write_text("".join(f"{piece}\n" for piece in vocabulary), encoding="utf-8")
    write_seen(folder / SEEN, seen)
    (folder / SETTINGS).write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", encoding="utf-8")
