"""Communities, neighbours, gaps, trends, explanations and reading lists on graphs small enough to check by hand."""

import importlib.util
from collections.abc import Iterable
from math import log

import pytest

import kg.communities
from kg.communities import communities, leiden_communities, shared_concept_graph
from kg.errors import MissingExtraError
from kg.gaps import gaps
from kg.graph import Graph
from kg.model import Claim, Concept, Evidence, Kind, Paper, PartialDate, Predicate, Sentence
from kg.neighbours import neighbours
from kg.related import explain, related
from kg.related.reading_list import to_bibtex, to_markdown, to_records
from kg.trends import trends

#: Paper -> year (0: no date) and its concepts; a concept's kind is its first letter, a trailing ? only mentions it.
WORLD = {
    "A": (2020, "m1 t1 b1"),
    "B": (2021, "m1 t1 b2"),
    "C": (2022, "m2 t1 b1"),
    "D": (2023, "m2 t1 b3"),
    "E": (2024, "m1 t2 b3"),
    "F": (0, "m3 t3?"),
}
KINDS = {"m": Kind.METHOD, "t": Kind.TASK, "b": Kind.BENCHMARK}
DOES = {Kind.METHOD: Predicate.USES, Kind.TASK: Predicate.ADDRESSES, Kind.BENCHMARK: Predicate.EVALUATES_ON}


def concept_id(name: str) -> str:
    return f"{KINDS[name[0]]}:{name}"


def world() -> Graph:
    papers, claims, names = [], [], set()
    for title, (year, concepts) in WORLD.items():
        paper = Paper(f"id:{title}", title, concepts, ids=(title,), published=PartialDate(year) if year else None)
        papers.append(paper)
        evidence = (Evidence(Sentence(paper.id, 2, 2 + len(concepts)), (), 0.9, "hand"),)
        for name in concepts.split():
            names.add(name.rstrip("?"))
            predicate = Predicate.MENTIONS if name.endswith("?") else DOES[KINDS[name[0]]]
            claims.append(Claim(paper.id, paper.id, predicate, concept_id(name.rstrip("?")), evidence))
    said = (Evidence(Sentence("id:A", 2, 4), (), 0.9, "hand"),)
    claims.append(Claim("id:A", "method:m1", Predicate.USED_FOR, "task:t1", said))
    concepts = [Concept(concept_id(name), KINDS[name[0]], name) for name in sorted(names)]
    return Graph(papers=papers, concepts=concepts, claims=claims)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return world()


def ids(values: Iterable[Paper | Concept]) -> list[str]:
    return [value.id for value in values]


def test_every_paper_is_in_one_community(graph: Graph) -> None:
    found = communities(graph)
    assert sorted(paper for community in found for paper in community.papers) == [f"id:{name}" for name in WORLD]
    assert [community.id for community in found] == list(range(1, len(found) + 1))
    sizes = [len(community.papers) for community in found]
    assert sizes == sorted(sizes, reverse=True)
    assert found == communities(world())


def test_what_shares_nothing_is_alone_and_says_what_it_has(graph: Graph) -> None:
    [alone] = [community for community in communities(graph) if community.papers == ("id:F",)]
    assert alone.label == "m3"
    assert shared_concept_graph(graph).degree("id:F") == 0


def test_a_paper_is_tied_to_those_it_shares_most_with(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    ties = shared_concept_graph(graph)
    assert ties["id:A"]["id:B"]["weight"] == pytest.approx(log(6 / 3) + log(6 / 4))
    assert ties["id:A"]["id:C"]["weight"] == pytest.approx(log(6 / 4) + 0.7 * log(6 / 2))
    monkeypatch.setattr(kg.communities, "STRONGEST_TIES", 1)
    fewer = shared_concept_graph(graph)
    assert sorted(map(sorted, fewer.edges)) == [["id:A", "id:B"], ["id:A", "id:C"], ["id:C", "id:D"], ["id:D", "id:E"]]


def test_leiden_needs_its_extra_or_groups_every_paper(graph: Graph) -> None:
    if importlib.util.find_spec("igraph") is None:
        with pytest.raises(MissingExtraError, match=r"paperkg\[leiden\]"):
            leiden_communities(graph)
    else:
        found = leiden_communities(graph)
        assert sorted(paper for community in found for paper in community.papers) == [f"id:{name}" for name in WORLD]


def test_neighbours_name_their_papers_and_claims(graph: Graph) -> None:
    found = {neighbour.concept.name: neighbour for neighbour in neighbours(graph, "m1")}
    assert ids(found["t1"].papers) == ["id:A", "id:B"]
    assert [claim.predicate for claim in found["t1"].claims] == [Predicate.USED_FOR]
    assert set(found) == {"t1", "t2", "b1", "b2", "b3"}


def test_a_gap_is_what_neighbours_have_and_the_concept_has_not(graph: Graph) -> None:
    found = gaps(graph, "m2")
    assert (found.papers, found.undated) == (6, 1)
    assert [gap.other.name for gap in gaps(graph, "b1").rows] == []
    for gap in found.rows:
        assert not set(ids(graph.papers_of("method:m2"))) & set(ids(graph.papers_of(gap.other.id)))
    with pytest.raises(ValueError, match="is a metric"):
        gaps(graph, Concept("metric:x", Kind.METRIC, "x"))


def test_a_gap_names_the_papers_that_suggest_it() -> None:
    """m1 and m2 and m3 meet at t1; m1 and m2 have b1, each in a paper of its own; m3 has not."""
    rows = [
        ("A", "m1", "t1"),
        ("B", "m2", "t1"),
        ("C", "m3", "t1"),
        ("D", "m1", "b1"),
        ("E", "m2", "b1"),
        ("F", "m4", "b2"),
    ]
    claims = [
        Claim(f"id:{title}", f"id:{title}", DOES[KINDS[name[0]]], concept_id(name))
        for title, *names in rows
        for name in names
    ]
    names = sorted({name for _, *both in rows for name in both})
    graph = Graph(
        papers=[Paper(f"id:{title}", title, "") for title, *_ in rows],
        concepts=[Concept(concept_id(name), KINDS[name[0]], name) for name in names],
        claims=claims,
    )
    [gap] = gaps(graph, "m3").rows
    assert (gap.other.name, ids(gap.neighbours), ids(gap.papers)) == (
        "b1",
        ["method:m1", "method:m2"],
        ["id:D", "id:E"],
    )
    assert str(gap) == "m3 with b1: b1 has been tried with m1, m2 (2 papers)"


def test_trends_count_dated_papers_by_period(graph: Graph) -> None:
    found = trends(graph, "method")
    assert found.periods == ("2020", "2021", "2022", "2023", "2024")
    assert found.basis == "5 of 6 papers carry a date; 1 have none"
    rows = {row.concept.name: row for row in found.rows}
    assert (rows["m1"].counts, rows["m1"].first, rows["m1"].undated) == ((1, 1, 0, 0, 1), PartialDate(2020), 0)
    assert (rows["m3"].papers, rows["m3"].undated, rows["m3"].first, rows["m3"].plot) == (0, 1, None, "     ")
    assert rows["m2"].growth > 1 > rows["m1"].growth
    assert rows["m1"].plot == "██  █"


def test_a_mention_is_no_trend(graph: Graph) -> None:
    assert "t3" not in {row.concept.name for row in trends(graph).rows}


def test_trends_of_papers_without_dates() -> None:
    found = trends(Graph(papers=[Paper("id:a", "a", "b", published=PartialDate(None, 10, 29))], concepts=[], claims=[]))
    assert (found.periods, found.rows, found.undated) == ((), (), 1)


def test_what_is_said_directly_is_explained_by_it(graph: Graph) -> None:
    found = explain(graph, "m1", "t1")
    assert [step.text for step in found.direct] == ["m1 is used for t1 (so “A” says)"]
    assert found.path == ()
    assert [step.text for step in explain(graph, "id:A", "b1").direct] == ["“A” evaluates on b1"]


def test_a_path_leads_from_one_to_the_other(graph: Graph) -> None:
    found = explain(graph, "b2", "b3")
    assert found.path[0].text == "“B” evaluates on b2"
    assert all(step.quotes for step in found.path)


def test_two_papers_are_explained_by_what_they_share(graph: Graph) -> None:
    texts = {reason.text for reason in explain(graph, "id:A", "id:C").reasons}
    assert {"both address t1", "both evaluate on b1"} <= texts


def test_what_nothing_connects_says_so(graph: Graph) -> None:
    found = explain(graph, "m3", "b1")
    assert (found.direct, found.path, found.reasons) == ((), (), ())
    assert "nothing in this graph connects them" in str(found)


def test_the_reading_list_says_only_what_the_graph_says(tiny_graph: Graph) -> None:
    paper = tiny_graph.papers()[0]
    answers = related(tiny_graph, paper)
    text = to_markdown(paper, answers)
    assert "[better-distillation-with2025] builds on ACME, which the paper asked about introduces." in text
    assert "there: “We propose ZETA, which builds on ACME.”" in text
    assert text.index("## Building on each other") < text.index("## The same methods")
    entry = to_bibtex(answers)
    assert "year = {2025}" in entry
    assert "author" not in entry
    assert [record["id"] for record in to_records(answers)] == ["id:P2", "id:P3"]


def test_a_hostile_title_is_no_markup_in_a_reading_list() -> None:
    papers = [Paper("id:a", "Data", "words"), Paper("id:b", "[x](javascript:1) {100%} <b>", "data words")]
    graph = Graph(papers=papers, concepts=[], claims=[])
    answers = related(graph, "id:a")
    assert r"\[x\](javascript:1) \{100%\} \<b\>" in to_markdown(papers[0], answers)
    assert r"title = {{[x](javascript:1) \{100\%\} <b>}}" in to_bibtex(answers)
