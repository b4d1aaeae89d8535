"""The names of the seeds: what a reader would find wrong is an error here."""

from collections import defaultdict
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.names import tight
from kg.resolve.judge import GROUP_OF_KIND

#: Two nodes of one name are two things: an ambiguous acronym, a term and a name.
EXPECTED = ("large language model", "LoRA", "BERT", "click-through rate prediction", "retrieval-augmented generation")


def test_no_name_stands_twice(seeds_graph: kg.KnowledgeGraph) -> None:
    nodes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for concept in seeds_graph.concepts():
        if not concept.candidates:
            nodes[GROUP_OF_KIND[concept.kind], tight(concept.name)].append(concept.id)
    assert {key: ids for key, ids in nodes.items() if len(ids) > 1} == {}


def test_display_names_are_no_markup_and_no_plural_acronyms(seeds_graph: kg.KnowledgeGraph) -> None:
    names = [concept.name for concept in seeds_graph.concepts()]
    assert [name for name in names if any(char in name for char in "\\{}$~`")] == []
    assert [name for name in names if name[-1:] == "s" and name[:-1].isupper() and name != "FLOPs"] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_readers_find_what_they_expect(seeds_graph: kg.KnowledgeGraph, name: str) -> None:
    assert tight(seeds_graph.concept(name).name) == tight(name)


@pytest.mark.parametrize(
    ("short", "name"), [("LLM", "large language model"), ("RAG", "retrieval-augmented generation")]
)
def test_an_acronym_leads_to_the_term(seeds_graph: kg.KnowledgeGraph, short: str, name: str) -> None:
    assert seeds_graph.concept(short).name == name


@pytest.mark.parametrize(("name", "other"), [("GPT-3", "GPT-4"), ("PROP", "B-PROP"), ("CIFAR-10", "CIFAR-100")])
def test_versions_and_variants_stay_apart(seeds_graph: kg.KnowledgeGraph, name: str, other: str) -> None:
    assert seeds_graph.concept(name).id != seeds_graph.concept(other).id


def test_why_tells_the_story(seeds_outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "large language model", "--graph", str(seeds_outputs)]) == 0
    told = capsys.readouterr().out
    assert "  LLMs = " in told
    assert ": acronym, as the paper defines it" in told
    assert "seen in" in told
    merges = (seeds_outputs / "merges.tsv").read_text(encoding="utf-8").splitlines()
    assert merges[0].split("\t") == ["verdict", "name", "other", "rule", "concept", "papers", "note"]
    assert len(merges) > 100
