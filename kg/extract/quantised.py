"""Weights on disk: matrices as bytes with one scale a row, the rest as 16-bit floats, read with NumPy alone."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.errors import ModelError
from kg.extract.encoder import Floats

WEIGHTS, VOCABULARY, SETTINGS, SEEN = "weights.npz", "vocab.txt", "settings.json", "seen.tsv.gz"
#: Tables looked up by row; they stay (rows, width). All other matrices become (in, out) for `x @ w`.
TABLES = frozenset({"pos", "seg", "shape", "piece", "space", "ety", "null", "tp", "dist", "width"})
#: Matrices with fewer values are kept as 16-bit floats: they cost little and matter much.
_SMALL = 4096


class Stored(NamedTuple):
    """What a model folder holds."""

    encoder: dict[str, Floats]
    heads: dict[str, Floats]
    vocabulary: list[str]
    settings: dict[str, Any]
    seen: dict[str, tuple[int, ...]]
    digest: str


def quantise(matrices: Mapping[str, Floats]) -> dict[str, npt.NDArray[Any]]:
    """Each (out, in) matrix as int8 with a scale a row; vectors and small tables as float16."""
    out: dict[str, npt.NDArray[Any]] = {}
    for name, matrix in matrices.items():
        if matrix.ndim == 2 and matrix.size >= _SMALL:
            scale = np.maximum(np.abs(matrix).max(axis=1), 1e-8) / 127
            out[name] = np.clip(np.rint(matrix / scale[:, None]), -127, 127).astype(np.int8)
            out[name + ".scale"] = scale.astype(np.float32)
        else:
            out[name] = matrix.astype(np.float16)
    return out


def write_weights(path: Path, matrices: Mapping[str, Floats]) -> None:
    """Quantise and write; the same weights give the same bytes."""
    np.savez_compressed(path, **quantise(matrices))  # type: ignore[arg-type]


def read_seen(path: Path) -> dict[str, tuple[int, ...]]:
    """The table of annotated names: key, then the six counts that `kg.extract.judging` explains."""
    rows = (line.split("\t") for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n") if line)
    return {key: tuple(map(int, counts)) for key, *counts in rows}


def write_seen(path: Path, seen: Mapping[str, tuple[int, ...]]) -> None:
    """Sorted, and without a clock in the header: the same table gives the same bytes."""
    lines = "".join("\t".join([key, *map(str, counts)]) + "\n" for key, counts in sorted(seen.items()))
    path.write_bytes(gzip.compress(lines.encode("utf-8"), mtime=0))


def read_model(folder: Path) -> Stored:
    """The model in `folder`, dequantised; raises ModelError where a file is missing or cannot be read."""
    digest = hashlib.sha256()
    try:
        for name in (SETTINGS, VOCABULARY, SEEN, WEIGHTS):
            digest.update((folder / name).read_bytes())
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        vocabulary = (folder / VOCABULARY).read_text(encoding="utf-8").rstrip("\n").split("\n")
        seen = read_seen(folder / SEEN)
        with np.load(folder / WEIGHTS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder}: no readable model ({error}); give a folder written by `kg train`") from error
    parts: dict[str, dict[str, Floats]] = {"enc": {}, "h": {}}
    for name, array in arrays.items():
        part, _, own = name.partition(".")
        if own.endswith(".scale"):
            continue
        if own == "word":
            parts[part]["word"], parts[part]["word.scale"] = array, arrays[name + ".scale"]
            continue
        matrix = array.astype(np.float32)
        if array.dtype == np.int8:
            matrix *= arrays[name + ".scale"][:, None]
        parts[part][own] = np.ascontiguousarray(matrix.T) if array.ndim == 2 and own not in TABLES else matrix
    return Stored(parts["enc"], parts["h"], vocabulary, settings, seen, digest.hexdigest())
