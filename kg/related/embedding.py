"""Sentence embeddings as one more part of a score: only where the user names a model; kept on disk by content."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import MissingExtraError
from kg.files import replace
from kg.model import Paper
from kg.related.space import unit

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Embeddings:
    """The vectors of papers by one model; each text is embedded once and kept in `cache`, where there is one.

    `model` is any name or folder that sentence-transformers loads; `encode` takes its place in tests. Raises
    MissingExtraError at the first use where sentence-transformers is not installed.
    """

    def __init__(self, model: str, *, cache: Path | None = None, encode: Encode | None = None) -> None:
        self.model = model
        self._folder = cache and cache / hashlib.sha256(model.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._encode = encode
        self._known: dict[str, NDArray[np.float32]] = {}

    def vectors(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        """One unit vector a paper, in order."""
        keys = [hashlib.sha256(paper.text.encode("utf-8", "surrogatepass")).hexdigest() for paper in papers]
        missing = {key: paper.text for key, paper in zip(keys, papers, strict=True) if not self._find(key)}
        if missing:
            if self._encode is None:
                self._encode = _sentence_transformer(self.model)
            found = unit(np.asarray(self._encode(list(missing.values())), dtype=np.float32))
            for key, vector in zip(missing, found, strict=True):
                self._keep(key, vector)
        return np.stack([self._known[key] for key in keys]) if keys else np.zeros((0, 1), dtype=np.float32)

    def _find(self, key: str) -> bool:
        path = self._folder and self._folder / f"{key}.npy"
        if key not in self._known and path and path.exists():
            try:
                self._known[key] = np.load(path, allow_pickle=False)
            except (OSError, ValueError):  # damaged: embedded again and written over
                return False
        return key in self._known

    def _keep(self, key: str, vector: NDArray[np.float32]) -> None:
        self._known[key] = vector
        if self._folder:
            with replace(self._folder / f"{key}.npy") as file:
                np.save(file, vector, allow_pickle=False)


def _sentence_transformer(model: str) -> Encode:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingExtraError("embed", "embedding papers") from error
    loaded = SentenceTransformer(model)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray(loaded.encode(list(texts), show_progress_bar=False), dtype=np.float32)

    return encode
