"""A saved graph comes back without loss; a damaged or foreign file is refused with its line."""

from decimal import Decimal
from pathlib import Path

import pytest

from kg import store
from kg.errors import StoreError
from kg.graph import Graph
from kg.model import Predicate


def same(one: Graph, other: Graph) -> bool:
    return (
        (one.papers(), one.concepts(), one.claims(), one.results(), one.decisions, one.provenance)
        == (other.papers(), other.concepts(), other.claims(), other.results(), other.decisions, other.provenance)
        and one.nx.nodes(data=True) == other.nx.nodes(data=True)
        and sorted(one.nx.edges(keys=True)) == sorted(other.nx.edges(keys=True))
    )


def test_save_and_load_lose_nothing_and_saving_again_gives_the_same_bytes(tiny_graph: Graph, tmp_path: Path) -> None:
    store.save(tiny_graph, tmp_path / "one.jsonl")
    loaded = store.load(tmp_path / "one.jsonl")
    assert same(tiny_graph, loaded)
    assert loaded.results()[0].value in (Decimal("90.5"), Decimal("91.2"))
    store.save(loaded, tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [b'{"paperkg": 99}\n', *lines[1:]], 1),
        (lambda lines: [b"not a graph\n", *lines[1:]], 1),
        (lambda lines: [lines[0], b"{broken\n", *lines[2:]], 2),
        (lambda lines: [lines[0], lines[1], b'{"planet": {}}\n', *lines[3:]], 3),
        (lambda lines: [*lines[:-1], b'{"claim": {"subject": 3}}\n'], None),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tiny_graph: Graph, tmp_path: Path, change: object, line: int) -> None:
    path = tmp_path / "graph.jsonl"
    store.save(tiny_graph, path)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))  # type: ignore[operator]
    with pytest.raises(StoreError, match=f"graph.jsonl:{line or ''}"):
        store.load(path)


def test_claims_are_found_from_either_end(tiny_graph: Graph) -> None:
    (claim,) = tiny_graph.claims(subject="method:acme", predicate=Predicate.OUTPERFORMS)
    assert (claim.paper, claim.object) == ("id:P1", "method:bert")
    assert {c.subject for c in tiny_graph.claims(object="benchmark:glue")} == {"id:P1", "id:P2"}
    assert tiny_graph.claims(subject="nobody") == ()
    assert [paper.id for paper in tiny_graph.papers_of("method:bert")] == ["id:P1", "id:P3"]


def test_every_claim_shows_its_sentence(tiny_graph: Graph) -> None:
    (claim,) = tiny_graph.claims(subject="id:P1", object="benchmark:glue")
    assert [tiny_graph.text_of(e.sentence) for e in claim.evidence] == [
        "On GLUE it reaches 90.5% accuracy and outperforms BERT."
    ]
    assert (claim.weight, claim.confidence) == (1, 0.81)


def test_results_are_nodes_that_point_to_paper_method_resource_and_metric(tiny_graph: Graph) -> None:
    (result,) = tiny_graph.results(paper="id:P1")
    targets = {key[0]: tail for _, tail, key in tiny_graph.nx.out_edges(result.id, keys=True)}
    assert targets == {"inPaper": "id:P1", "method": "method:acme", "on": "benchmark:glue", "metric": "metric:accuracy"}
