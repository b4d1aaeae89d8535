"""Annotations without texts meet their texts in a corpus."""

import gzip
import json
from pathlib import Path
from typing import Any

from kg.extract.evaluate import spans
from kg.extract.training.corpus import (
    ANNOTATIONS,
    HELD_OUT,
    MEASURING,
    OTHER_FIELDS,
    read_annotated,
    read_lines,
    read_texts,
    write_annotations,
)
from kg.model import ROLES_OF_KIND, Kind

ZIP_FIT = {
    "id": "2410.18194",
    "title": "ZIP-FIT",
    "abstract": "We present ZIP-FIT.",
    "entities": [{"name": "ZIP-FIT", "type": "METHOD", "role": "introduced", "mentions": ["ZIP-FIT"]}],
    "results": [],
    "relations": [],
}
OTHER = {"id": "2410.00001", "title": "Nothing", "abstract": "Nothing at all."}


def written(path: Path, *papers: dict[str, object]) -> Path:
    raw = "".join(json.dumps(paper) + "\n" for paper in papers).encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def test_annotations_find_their_papers_in_the_corpus(tmp_path: Path) -> None:
    annotations = tmp_path / "annotations.jsonl.gz"
    write_annotations(annotations, [{**ZIP_FIT, "id": "2410.99999"}, ZIP_FIT | {HELD_OUT: MEASURING}])
    assert b"We present" not in gzip.decompress(annotations.read_bytes())
    unannotated = {key: ZIP_FIT[key] for key in ("id", "title", "abstract")}
    corpus = [
        written(tmp_path / "a.jsonl.gz", OTHER, {**unannotated, "abstract": "An older text."}),
        written(tmp_path / "b.jsonl", unannotated),
    ]
    assert read_annotated(corpus, annotations) == [ZIP_FIT | {HELD_OUT: MEASURING}]
    assert list(read_texts(corpus[1:])) == ["ZIP-FIT\nWe present ZIP-FIT."]


def test_the_same_annotations_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.gz", tmp_path / "other.gz"
    second = {**ZIP_FIT, "id": "2410.99999"}
    write_annotations(one, [ZIP_FIT, second])
    write_annotations(other, [second, ZIP_FIT])
    assert one.read_bytes() == other.read_bytes()


def sound(paper: dict[str, Any]) -> bool:
    """Known kinds and roles, mentions that can stand in a text, no other names in relations and results."""
    allowed = {kind.upper(): {str(role) for role in ROLES_OF_KIND[kind]} for kind in Kind}
    names = {entity["name"] for entity in paper["entities"]} | {"THIS"}
    slots = [result[slot] for result in paper["results"] for slot in ("method", "on", "metric")]
    return (
        all(entity["role"] in allowed[entity["type"]] for entity in paper["entities"])
        and all(spans([entity], entity["mentions"][0]) for entity in paper["entities"])
        and all({head, tail} <= names for head, _, tail in paper["relations"])
        and all(slot is None or slot in names for slot in slots)
    )


def test_the_carried_annotations_are_sound_and_hold_no_text() -> None:
    papers = list(read_lines([ANNOTATIONS]))
    assert [paper["id"] for paper in papers] == sorted({paper["id"] for paper in papers})
    assert {key for paper in papers for key in paper} == {"id", "entities", "results", "relations", HELD_OUT}
    assert [paper["id"] for paper in papers if not sound(paper)] == []


def test_the_abstracts_of_other_fields_are_sound() -> None:
    papers = list(read_lines([OTHER_FIELDS]))
    assert [paper["id"] for paper in papers] == sorted({paper["id"] for paper in papers})
    assert len({paper["title"] for paper in papers}) == len(papers)
    assert [paper["id"] for paper in papers if not sound(paper)] == []
    for paper in papers:
        text = f"{paper['title']}\n{paper['abstract']}"
        assert all(mention in text for entity in paper["entities"] for mention in entity["mentions"]), paper["id"]
        assert all(result["value"] in text for result in paper["results"]), paper["id"]
