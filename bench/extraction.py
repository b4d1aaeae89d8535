"""Speed of the whole extraction and of the bare tagger, in one process.

python bench/extraction.py PAPERS.jsonl [MODEL]
"""

import json
import sys
import time
from pathlib import Path

from kg.extract.extractor import Extractor
from kg.extract.tagger import Tagger
from kg.model import Paper

ROUNDS = 3


def main(papers: Path, model: Path | None) -> None:
    """Best of three rounds each, taken in turns, so that both meet the same machine."""
    records = [json.loads(line) for line in papers.read_text(encoding="utf-8").splitlines()]
    corpus = [Paper(str(record["id"]), record["title"], record["abstract"]) for record in records]
    tagger, extractor = Tagger.load(model), Extractor.load(model)
    extractor.extract(corpus[0])
    bare, whole = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        for paper in corpus:
            tagger.read(paper.text)
        middle = time.process_time()
        for _extraction in extractor.extract_all(corpus):
            pass
        bare.append(middle - start)
        whole.append(time.process_time() - middle)
    count = len(corpus)
    print(f"{count} papers, processor time, best of {ROUNDS}")
    print(f"bare tagger       {min(bare):7.2f} s  {count / min(bare):6.1f} abstracts/s")
    print(f"whole extraction  {min(whole):7.2f} s  {count / min(whole):6.1f} abstracts/s")
    print(f"speed of the whole: {min(bare) / min(whole):.0%} of the bare tagger's")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
