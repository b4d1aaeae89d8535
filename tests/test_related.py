"""Related work: the ranking against its formula, reasons that are true, facets, candidates, the saved index."""

import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import extraction_of

from kg.errors import StoreError, UnknownNameError
from kg.graph import Graph
from kg.model import Concept, Kind, Paper, Predicate
from kg.related import Embeddings, Facet, asking, index_of, keep_index, related, related_to_text
from kg.related.building import build_index, word_counts
from kg.related.index import DAMPED, open_index
from kg.related.query import query_of_paper
from kg.related.ranking import SHARES, affinity, score
from kg.related.reasons import listed
from kg.related.roles import Part, part_of_sentence
from kg.related.words import stem, stems


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("generation", "generat"),
        ("generative", "generat"),
        ("generating", "generat"),
        ("studies", "study"),
        ("classes", "class"),
        ("models", "model"),
        ("mapping", "map"),
        ("bias", "bias"),
        ("bert", "bert"),
    ],
)
def test_stems(word: str, stemmed: str) -> None:
    assert stem(word)[: len(stemmed)] == stemmed[: len(stem(word))]
    assert stem(stem(word)) == stem(stem(stem(word)))


def test_stop_words_addresses_and_latex_are_no_words() -> None:
    assert stems("We \\textbf{propose} LoRA, see https://example.org/models") == ["lora", "see"]


@pytest.mark.parametrize(
    ("sentence", "place", "part"),
    [
        ("Recently, large language models have become popular.", 0.0, Part.BACKGROUND),
        ("However, existing methods remain expensive.", 0.3, Part.BACKGROUND),
        ("We propose a method that combines retrieval and generation.", 0.5, Part.METHOD),
        ("Our method outperforms all baselines by 3.2% on GLUE.", 1.0, Part.RESULT),
        ("Experiments show significant improvements in accuracy.", 0.8, Part.RESULT),
    ],
)
def test_the_part_of_a_sentence(sentence: str, place: float, part: Part) -> None:
    assert part_of_sentence(sentence, place) is part


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (["A", "B", "C", "D"], "A, B, C and 1 more"),
    ],
)
def test_a_list_in_words(names: Sequence[str], text: str) -> None:
    assert listed(names) == text


def test_the_score_is_its_formula(tiny_graph: Graph, tiny_papers: tuple[Paper, ...]) -> None:
    """The words' part, computed without any index, from the docstrings alone."""
    index = index_of(tiny_graph)
    counts = {paper.id: word_counts(paper.title, paper.abstract) for paper in tiny_papers}
    vocabulary = sorted({word for count in counts.values() for word in count})
    rarity = dict(zip(vocabulary, index.rarity_of(np.array(vocabulary, dtype="S")).tolist(), strict=True))

    def vector(paper: str) -> dict[str, float]:
        return {word: math.log1p(n) * math.sqrt(rarity[word]) for word, n in counts[paper].items()}

    def cosine(one: dict[str, float], other: dict[str, float]) -> float:
        product = sum(weight * other.get(word, 0.0) for word, weight in one.items())
        return product / math.hypot(*one.values()) / math.hypot(*other.values())

    scores = score(index, query_of_paper(tiny_graph, tiny_papers[0]))
    expected = [cosine(vector("id:P1"), vector(paper.id)) for paper in tiny_papers]
    assert scores.words == pytest.approx(expected, rel=1e-5)
    words, space, concepts = SHARES[None]
    assert scores.total == pytest.approx(words * scores.words + space * scores.space + concepts * scores.concepts)
    assert all(math.isclose(sum(shares), 1.0) for shares in SHARES.values())


def test_concepts_count_by_rarity_kind_and_role(tiny_graph: Graph) -> None:
    index = index_of(tiny_graph)
    scores = score(index, query_of_paper(tiny_graph, tiny_graph.papers()[0]))
    own, builder, survey = scores.concepts.tolist()
    assert own > 0.99
    assert builder > survey > 0
    assert affinity(Predicate.INTRODUCES, Predicate.USES) > affinity(Predicate.USES, Predicate.USES)
    assert affinity(Predicate.MENTIONS, Predicate.MENTIONS) < affinity(Predicate.USES, Predicate.MENTIONS)


def test_reasons_are_told_from_the_side_of_the_answer(tiny_graph: Graph) -> None:
    [builder, survey] = related(tiny_graph, "ACME")
    assert builder.paper.id == "id:P2"
    assert {reason.text for reason in builder.reasons if reason.concepts} == {
        "builds on ACME, which the paper asked about introduces",
        "both evaluate on GLUE",
        "both report accuracy",
    }
    [builds, *_] = [reason for reason in builder.reasons if reason.kind == "builds on"]
    assert [quote.text for quote in builds.there] == ["We propose ZETA, which builds on ACME."]
    assert [quote.text for quote in builds.here] == ["We introduce ACME, a distillation method."]
    assert "both deal with BERT" in {reason.text for reason in survey.reasons}
    for answer in (builder, survey):
        assert sum(reason.weight for reason in answer.reasons) <= 1.001
        assert [r.weight for r in answer.reasons] == sorted((r.weight for r in answer.reasons), reverse=True)
        for reason in answer.reasons:
            for quote in (*reason.here, *reason.there):
                assert quote.text in " ".join(tiny_graph.text_of(quote.sentence).split())


def test_the_other_way_round(tiny_graph: Graph) -> None:
    texts = {reason.text for reason in related(tiny_graph, "id:P2")[0].reasons}
    assert "introduces ACME, on which ZETA builds" in texts


@pytest.mark.parametrize(
    ("facet", "kinds"),
    [
        ("background", {Kind.TASK}),
        ("method", {Kind.METHOD}),
        ("data", {Kind.DATASET, Kind.BENCHMARK}),
        ("result", {Kind.METRIC, Kind.DATASET, Kind.BENCHMARK}),
    ],
)
def test_with_a_facet_only_its_concepts_count(tiny_graph: Graph, facet: str, kinds: set[Kind]) -> None:
    found = {c.kind for answer in related(tiny_graph, "ACME", facet=facet) for r in answer.reasons for c in r.concepts}
    assert found <= kinds


def test_an_unknown_facet_is_a_value_error(tiny_graph: Graph) -> None:
    with pytest.raises(ValueError, match="colour"):
        related(tiny_graph, "ACME", facet="colour")


@pytest.mark.parametrize(
    ("among", "k", "ids"),
    [
        (["P3", "P2"], None, ["id:P2", "id:P3"]),
        (["P3", "P3"], None, ["id:P3"]),
        (["P3", "P2"], 1, ["id:P2"]),
        (["P1", "P3"], None, ["id:P1", "id:P3"]),
        ([], None, []),
    ],
)
def test_among_ranks_every_candidate(tiny_graph: Graph, among: list[str], k: int | None, ids: list[str]) -> None:
    assert [answer.paper.id for answer in related(tiny_graph, "P1", among=among, k=k)] == ids


def test_without_k_all_candidates_are_ranked_and_ten_of_the_rest() -> None:
    papers = [Paper(f"id:{n:02}", f"Paper {n}", "words", ids=(f"{n}",)) for n in range(15)]
    graph = Graph(papers=papers, concepts=[], claims=[])
    assert len(related(graph, "0", among=[str(n) for n in range(1, 15)])) == 14
    assert len(related(graph, "0")) == 10
    assert len(related(graph, "0", k=None)) == 14
    assert len(related(graph, "0", k=3)) == 3


def test_an_unknown_candidate_is_an_error(tiny_graph: Graph) -> None:
    with pytest.raises(UnknownNameError):
        related(tiny_graph, "P1", among=["P2", "nothing like it"])


def test_a_text_on_the_spot_meets_the_concepts_of_the_graph(tiny_graph: Graph, tiny_papers: tuple[Paper, ...]) -> None:
    twin = tiny_papers[0]
    with_names = related_to_text(tiny_graph, twin.title, twin.abstract, extraction=extraction_of(twin))
    assert with_names[0].paper == twin
    assert any(reason.concepts for reason in with_names[1].reasons)
    by_words = related_to_text(tiny_graph, twin.title, twin.abstract)
    assert by_words[0].paper == twin
    assert not any(reason.concepts for answer in by_words for reason in answer.reasons)


def test_papers_without_words_or_concepts_are_answered_too() -> None:
    graph = Graph(
        papers=[Paper("id:a", "中文", ""), Paper("id:b", "", ""), Paper("id:c", "x", "y")], concepts=[], claims=[]
    )
    assert {answer.score for answer in related(graph, graph.papers()[0])} == {0.0}
    assert len(related_to_text(graph, "", "")) == 3


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_any_text_is_ranked_with_scores_between_zero_and_one(texts: list[str]) -> None:
    papers = [Paper(f"id:{n}", text, text[::-1]) for n, text in enumerate(texts)]
    graph = Graph(papers=papers, concepts=[], claims=[])
    answers = related(graph, papers[0], k=None)
    assert len(answers) == len(papers) - 1
    assert all(0 <= answer.score <= 1 for answer in answers)


def test_the_index_saved_and_opened_answers_the_same(tiny_graph: Graph, tmp_path: Path) -> None:
    index = index_of(tiny_graph)
    index.save(tmp_path)
    opened = open_index(tmp_path)
    query = query_of_paper(tiny_graph, tiny_graph.papers()[0])
    assert score(opened, query, Facet.METHOD).total.tolist() == score(index, query, Facet.METHOD).total.tolist()
    (tmp_path / "vectors.npy").write_bytes(b"no array")
    with pytest.raises(StoreError, match="build it again"):
        open_index(tmp_path)


def test_an_index_is_kept_for_the_graph_it_was_made_of(
    tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WORTH_KEEPING", 0)

    def asked(key: str) -> tuple[list[str], int]:
        graph = Graph(papers=tiny_graph.papers(), concepts=tiny_graph.concepts(), claims=tiny_graph.claims())
        keep_index(graph, tmp_path / "kept", key)
        answers = [answer.paper.id for answer in related(graph, tiny_graph.papers()[0])]
        return answers, (tmp_path / "kept" / "vectors.npy").stat().st_mtime_ns

    answers, made = asked("one")
    assert asked("one") == (answers, made)
    assert asked("other")[1] > made
    (tmp_path / "kept" / "vectors.npy").write_bytes(b"no array")
    assert asked("other")[0] == answers
    assert open_index(tmp_path / "kept").number(tiny_graph.papers()[0].id) >= 0
    (tmp_path / "file").touch()
    keep_index(Graph(papers=tiny_graph.papers(), concepts=[], claims=[]), tmp_path / "file", "no folder")


def test_the_index_does_not_depend_on_the_order_of_papers_and_links(tiny_papers: tuple[Paper, ...]) -> None:
    links = [("id:P1", "method:a", Kind.METHOD, Predicate.USES), ("id:P2", "method:a", Kind.METHOD, Predicate.MENTIONS)]
    one, other = build_index(tiny_papers, links), build_index(tiny_papers[::-1], links[::-1])
    assert one.concept_papers.tolist() == other.concept_papers.tolist()
    assert one.word_counts.tolist() == other.word_counts.tolist()
    assert one.vectors.tobytes() == other.vectors.tobytes()
    assert len(DAMPED) == 256


def test_answers_print_well_and_escape_hostile_titles() -> None:
    papers = [Paper("id:a", "<b>bold</b> data", "selection"), Paper("id:b", "</script> data", "selection of data")]
    answers = related(Graph(papers=papers, concepts=[], claims=[]), "a")
    assert "&lt;/script&gt;" in answers._repr_html_()
    assert "</script>" not in answers._repr_html_()
    assert "</script> data" in str(answers)


def test_embeddings_change_the_order_and_are_kept(tmp_path: Path) -> None:
    papers = [Paper(f"id:{name}", name, "") for name in ("query", "near", "far")]
    graph = Graph(papers=papers, concepts=[], claims=[])
    vector_of = {"query\n": [1.0, 0.0], "near\n": [0.9, 0.1], "far\n": [0.0, 1.0]}
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        asked.extend(texts)
        return np.array([vector_of[text] for text in texts], dtype=np.float32)

    for _ in range(2):
        embed = Embeddings("a model", cache=tmp_path, encode=encode)
        assert [answer.paper.title for answer in related(graph, "query", embed=embed)] == ["near", "far"]
    assert sorted(asked) == sorted(vector_of)
    next(tmp_path.rglob("*.npy")).write_bytes(b"damaged")
    assert related(graph, "query", embed=Embeddings("a model", cache=tmp_path, encode=encode))[0].paper.title == "near"
    assert len(asked) == 4


def test_a_query_imports_neither_spacy_nor_torch() -> None:
    code = "import kg.related, sys; assert not {'spacy', 'torch', 'sklearn'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_two_papers_may_share_a_concept_that_nobody_introduces() -> None:
    concept = Concept("task:t", Kind.TASK, "summarisation")
    papers = [Paper("id:a", "A", "summarisation here"), Paper("id:b", "B", "summarisation there")]
    graph = Graph(papers=papers, concepts=[concept], claims=[])
    assert related(graph, "a")[0].reasons[0].kind == "similar wording"
