"""A paper or a concept is found by what a person types, and an error says what was near."""

import pytest

from kg.errors import AmbiguousNameError, UnknownNameError
from kg.graph import Graph
from kg.lookup import find_concept, find_paper
from kg.model import Concept, Kind, Paper


@pytest.fixture(scope="module")
def named_graph() -> Graph:
    papers = [
        Paper("arxiv:2401.00001", "LoRA: Low-Rank Adaptation", "a", ids=("2401.00001v2", "arxiv.org/abs/2401.00001v2")),
        Paper("id:7", "Low-Rank Adaptation of Everything", "b", ids=("7",)),
        Paper("doi:10.1/x", "Zip-Fit: Data Selection", "c", ids=("10.1/X",)),
    ]
    concepts = [
        Concept(
            "method:lora", Kind.METHOD, "LoRA", ("Low-Rank Adaptation",), former_ids=("method:low-rank-adaptation",)
        ),
        Concept("method:qlora", Kind.METHOD, "QLoRA"),
        Concept("benchmark:glue", Kind.BENCHMARK, "GLUE"),
        Concept("dataset:glue", Kind.DATASET, "GLUE"),
        Concept("method:rag", Kind.METHOD, "RAG", candidates=("method:retrieval", "task:rag")),
        Concept("task:zero-shot", Kind.TASK, "zero-shot learning"),
    ]
    return Graph(papers=papers, concepts=concepts, claims=[])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("arxiv:2401.00001", "arxiv:2401.00001"),
        ("2401.00001v2", "arxiv:2401.00001"),
        ("2401.00001", "arxiv:2401.00001"),
        ("https://arxiv.org/abs/2401.00001v3", "arxiv:2401.00001"),
        ("7", "id:7"),
        ("10.1/X", "doi:10.1/x"),
        ("https://doi.org/10.1/X", "doi:10.1/x"),
        ("LoRA", "arxiv:2401.00001"),
        ("lora: low rank adaptation", "arxiv:2401.00001"),
        ("of everything", "id:7"),
        ("zip fit", "doi:10.1/x"),
        ("select", "doi:10.1/x"),
    ],
)
def test_a_paper_is_found(named_graph: Graph, typed: str, found: str) -> None:
    assert find_paper(named_graph, typed).id == found


@pytest.mark.parametrize(
    ("typed", "kind", "found"),
    [
        ("method:lora", None, "method:lora"),
        ("method:low-rank-adaptation", None, "method:lora"),
        ("LoRA", None, "method:lora"),
        ("lora", None, "method:lora"),
        ("low rank adaptation", None, "method:lora"),
        ("qlo", None, "method:qlora"),
        ("zero shot", None, "task:zero-shot"),
        ("GLUE", "benchmark", "benchmark:glue"),
        ("GLUE", Kind.DATASET, "dataset:glue"),
        ("method:rag", None, "method:rag"),
    ],
)
def test_a_concept_is_found(named_graph: Graph, typed: str, kind: str | None, found: str) -> None:
    assert find_concept(named_graph, typed, kind).id == found


def test_a_part_of_several_titles_lists_them(named_graph: Graph) -> None:
    with pytest.raises(AmbiguousNameError, match="fits 2 papers") as caught:
        find_paper(named_graph, "low-rank adaptation")
    assert set(caught.value.candidates) == {"LoRA: Low-Rank Adaptation", "Low-Rank Adaptation of Everything"}


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [("GLUE", ("benchmark:glue", "dataset:glue")), ("RAG", ("method:retrieval", "task:rag"))],
)
def test_an_ambiguous_concept_lists_its_candidates(named_graph: Graph, typed: str, candidates: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        find_concept(named_graph, typed)
    assert caught.value.candidates == candidates


@pytest.mark.parametrize(("typed", "near"), [("Lorra", "LoRA"), ("zero-shoot learning", "zero-shot learning")])
def test_an_unknown_concept_names_the_nearest(named_graph: Graph, typed: str, near: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_concept(named_graph, typed)
    assert near in caught.value.suggestions


def test_an_unknown_paper_names_the_nearest(named_graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'Zip-Fit: Data Selection'"):
        find_paper(named_graph, "Zip-Fitt")


@pytest.mark.parametrize("typed", ["", "  ", "-"])
def test_an_empty_name_is_unknown(named_graph: Graph, typed: str) -> None:
    with pytest.raises(UnknownNameError):
        find_paper(named_graph, typed)
    with pytest.raises(UnknownNameError):
        find_concept(named_graph, typed)


def test_a_name_of_another_kind_is_unknown(named_graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="no task is called 'LoRA'"):
        find_concept(named_graph, "LoRA", "task")


def test_the_introducer_of_a_concept_is_found_where_no_title_fits(tiny_graph: Graph) -> None:
    assert find_paper(tiny_graph, "ZETA").id == "id:P2"
