"""Makes kg/related/space again: what a corpus of abstracts teaches about words.

usage: python bench/space.py OUT PAPERS.jsonl.gz ...      (needs scipy and scikit-learn; a few minutes, one core)

Weights are (1 + log count) times log (N / df), each abstract at length 1; the right singular vectors of that matrix
are the words' vectors. Same input, same seed, same library versions: the same bytes.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gzip
import json
import sys
from array import array
from collections import Counter
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.utils.extmath import randomized_svd

from kg.related.space import BURST_STEPS
from kg.related.words import LONGEST, stems

#: A stem that fewer abstracts have is a name or a slip; its vector would be noise.
LEAST = 8
DIMENSIONS = 128


def main() -> None:
    out, *paths = sys.argv[1:]
    rows, known = array("q"), dict[str, int]()
    columns, counts = array("q"), array("q")
    papers = 0
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                found = Counter(stems(f"{record['title']}\n{record['abstract']}"))
                rows.extend([papers] * len(found))
                columns.extend([known.setdefault(stem, len(known)) for stem in found])
                counts.extend(found.values())
                papers += 1
    matrix = scipy.sparse.csr_matrix((np.array(counts, dtype=np.float32), (rows, columns)), shape=(papers, len(known)))
    df = np.asarray((matrix > 0).sum(axis=0)).ravel()
    total = np.asarray(matrix.sum(axis=0)).ravel()
    kept = sorted(stem for stem, number in known.items() if df[number] >= LEAST and len(stem) <= LONGEST)
    numbers = [known[stem] for stem in kept]
    matrix = matrix[:, numbers].tocsr()
    matrix.data = 1 + np.log(matrix.data)
    matrix = matrix @ scipy.sparse.diags(np.log(papers / df[numbers]))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = scipy.sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix
    _, _, vectors = randomized_svd(matrix.astype(np.float32), DIMENSIONS, n_iter=3, random_state=0)
    scales = np.abs(vectors.T).max(axis=1, keepdims=True)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "terms.npy", np.array([stem.encode() for stem in kept]))
    np.save(folder / "counts.npy", np.array([*df[numbers], papers], dtype=np.int32))
    np.save(folder / "vectors.npy", np.round(vectors.T / scales * 127).astype(np.int8))
    np.save(folder / "scales.npy", (scales[:, 0] / 127).astype(np.float32))
    again = np.minimum(np.round((total[numbers] / df[numbers] - 1) * BURST_STEPS), 255)
    np.save(folder / "bursts.npy", again.astype(np.uint8))
    print(f"{papers} abstracts, {len(kept)} stems, {DIMENSIONS} dimensions")


if __name__ == "__main__":
    main()
