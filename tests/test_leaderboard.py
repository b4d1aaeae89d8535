"""Leaderboards: the metric's direction, improvements apart, conflicts, one resource under two kinds."""

from collections.abc import Iterable

import pytest

from kg.errors import UnknownNameError
from kg.graph import Graph
from kg.leaderboard import find_resource, leaderboard, less_is_better, resources
from kg.model import Claim, Concept, Evidence, Kind, Paper, Predicate, Result, Sentence
from kg.quantity import read_quantity

PAPERS = [Paper(f"id:{name}", f"Paper {name}", "Some results.", ids=(name,)) for name in "ABC"]
CONCEPTS = [
    *(Concept(f"method:{name}", Kind.METHOD, name) for name in ("m1", "m2")),
    Concept("benchmark:glue", Kind.BENCHMARK, "GLUE"),
    Concept("dataset:glue", Kind.DATASET, "GLUE"),
    Concept("benchmark:glue-v2", Kind.BENCHMARK, "GLUE v2", broader=("benchmark:glue",)),
    Concept("benchmark:empty", Kind.BENCHMARK, "Empty"),
    Concept("metric:accuracy", Kind.METRIC, "accuracy"),
    Concept("metric:error", Kind.METRIC, "word error rate"),
]


def result(number: int, paper: str, method: str, text: str, **more: str) -> Result:
    quantity = read_quantity(text)
    evidence = Evidence(Sentence(paper, 0, 7), (), 0.9, "hand")
    ends = {"on": "benchmark:glue", "metric": "metric:accuracy", "kind": "absolute", **more}
    return Result(
        f"result:{number}",
        paper,
        method,
        ends["on"],
        ends["metric"],
        text,
        ends["kind"],
        evidence,
        value=quantity.value,
        value_min=quantity.value_min,
        value_max=quantity.value_max,
        bound=quantity.bound,
        unit=quantity.unit,
    )


def graph_of(results: Iterable[Result]) -> Graph:
    broader = Claim(None, "benchmark:glue-v2", Predicate.BROADER, "benchmark:glue")
    return Graph(papers=PAPERS, concepts=CONCEPTS, claims=[broader], results=results)


@pytest.mark.parametrize(
    ("name", "less"),
    [
        ("accuracy", False),
        ("word error rate", True),
        ("error reduction", False),
        ("FID", True),
        ("gFID", True),
        ("latency", True),
        ("tokens per second", False),
        ("explained variance", False),
        ("perplexity", True),
        ("BLEU", False),
    ],
)
def test_the_direction_of_a_metric(name: str, less: bool) -> None:
    assert less_is_better(Concept("metric:x", Kind.METRIC, name)) is less


@pytest.mark.parametrize(
    ("texts", "metric", "ordered"),
    [
        (["77.0%", "90.5%", "81"], "metric:accuracy", ["90.5%", "81", "77.0%"]),
        (["77%", "0.896"], "metric:accuracy", ["0.896", "77%"]),
        (["12.1%", "9.8%"], "metric:error", ["9.8%", "12.1%"]),
        (["2--2.5%", "2.2%"], "metric:accuracy", ["2--2.5%", "2.2%"]),
        (["many", "1"], "metric:accuracy", ["1", "many"]),
    ],
)
def test_rows_are_sorted_in_the_direction_of_the_metric(texts: list[str], metric: str, ordered: list[str]) -> None:
    results = [result(n, "id:A", "id:A", text, metric=metric) for n, text in enumerate(texts)]
    assert [row.result.text for row in leaderboard(graph_of(results), "GLUE").absolute] == ordered


def test_ranks_count_equal_values_once_and_unreadable_ones_not() -> None:
    results = [result(n, "id:A", f"method:m{n % 2 + 1}", text) for n, text in enumerate(["90", "90", "80", "some"])]
    assert [row.rank for row in leaderboard(graph_of(results), "GLUE").rows] == [1, 1, 3, None]


def test_improvements_stand_apart() -> None:
    results = [result(1, "id:A", "method:m1", "3%", kind="improvement"), result(2, "id:A", "method:m1", "90%")]
    board = leaderboard(graph_of(results), "GLUE")
    assert ([row.result.text for row in board.absolute], [row.result.text for row in board.improvements]) == (
        ["90%"],
        ["3%"],
    )


def test_different_numbers_for_the_same_are_a_conflict_on_both_rows() -> None:
    results = [
        result(1, "id:A", "method:m1", "90%"),
        result(2, "id:B", "method:m1", "88%"),
        result(3, "id:C", "method:m2", "88%"),
    ]
    board = leaderboard(graph_of(results), "GLUE")
    assert [row.conflict for row in board.rows] == [("88% in “Paper B”",), ("90% in “Paper A”",), ()]
    assert "also 88% in “Paper B”" in str(board)


def test_the_same_name_in_another_kind_and_versions_are_on_the_board() -> None:
    ons = ("benchmark:glue", "dataset:glue", "benchmark:glue-v2")
    board = leaderboard(graph_of(result(n, "id:A", "method:m1", "90%", on=on) for n, on in enumerate(ons)), "GLUE")
    assert {row.on.id for row in board.rows if row.on} == set(ons)
    assert all(row.sentence == "Paper A" for row in board.rows)


def test_one_metric_only() -> None:
    graph = graph_of(
        [result(1, "id:A", "method:m1", "90%"), result(2, "id:A", "method:m1", "5%", metric="metric:error")]
    )
    assert [row.result.text for row in leaderboard(graph, "GLUE", "word error rate").rows] == ["5%"]
    with pytest.raises(UnknownNameError):
        leaderboard(graph, "GLUE", "BLEU")


def test_resources_with_results_are_listed_and_an_empty_board_is_empty() -> None:
    graph = graph_of([result(1, "id:A", "method:m1", "90%")])
    assert [(concept.id, count) for concept, count in resources(graph)] == [("benchmark:glue", 1)]
    assert find_resource(graph, "GLUE").id == "benchmark:glue"
    assert len(leaderboard(graph, "Empty")) == 0


def test_a_method_without_a_name_is_said_to_be_its_papers() -> None:
    board = leaderboard(graph_of([result(1, "id:A", "id:A", "90%")]), "GLUE")
    assert board.rows[0].method_name == "(method of “Paper A”)"
    assert ">90%</td>" in board._repr_html_()
