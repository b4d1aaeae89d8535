"""The corpus: abstracts in JSON Lines; of some of them the package carries annotations, by their ids alone.

It carries abstracts of other fields too, with their texts, which were written for it.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

#: In the form of the gold, by arXiv id, without any text; docs/extraction.md says how they were made.
ANNOTATIONS = Path(__file__).parent / "annotations.jsonl.gz"
#: In the same form, with texts: medicine, physics, history and others, where next to nothing is to be marked.
OTHER_FIELDS = Path(__file__).parent / "other_fields.jsonl"
#: Marks the papers that no network is trained on, the shipped one neither, with what they are for.
HELD_OUT = "held_out"
TUNING, MEASURING = "tuning", "measuring"
_KEPT = ("id", "entities", "results", "relations", HELD_OUT)


def read_lines(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The papers of (gzipped) JSON Lines files."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def read_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Title, newline, abstract of every paper of the files."""
    return (paper["title"] + "\n" + paper["abstract"] for paper in read_lines(paths))


def read_annotated(paths: Iterable[Path], annotations: Path = ANNOTATIONS) -> list[dict[str, Any]]:
    """The papers of the files that have annotations, with them, sorted by id; of two texts of one id the later."""
    known = {paper["id"]: paper for paper in read_lines([annotations])}
    texts = {
        paper["id"]: {"title": paper["title"], "abstract": paper["abstract"]}
        for paper in read_lines(paths)
        if paper.get("id") in known
    }
    return [known[key] | texts[key] for key in sorted(texts)]


def write_annotations(path: Path, papers: Iterable[Mapping[str, Any]]) -> None:
    """What `read_annotated` reads, sorted by id, no clock in the header: the same papers give the same bytes."""
    rows = [{key: paper[key] for key in _KEPT if key in paper} for paper in papers]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in sorted(rows, key=lambda row: str(row["id"]))]
    path.write_bytes(gzip.compress("".join(lines).encode("utf-8"), mtime=0))
