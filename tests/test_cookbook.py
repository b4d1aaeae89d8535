"""The cookbook: twenty questions, each answered alike by both engines, by name, from Python and the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.cli import main
from kg.cli.rdf import PARAMETERS
from kg.errors import AmbiguousNameError, QueryError, UnknownNameError
from kg.graph import Graph
from kg.rdf import validate
from kg.sparql import ENGINES, SparqlStore
from kg.sparql.recipes import recipes, run_recipe

VALUES = {
    "concept": "acme",
    "dataset": "benchmark:glue",
    "method": "BERT",
    "paper": "ACME: small models",
    "task": "Question Answering",
    "year": "2024",
}


@pytest.fixture(scope="module")
def stores(tiny_graph: Graph) -> Iterator[dict[str, SparqlStore]]:
    both = {engine: SparqlStore.of(tiny_graph, engine=engine) for engine in ENGINES}
    yield both
    for each in both.values():
        each.close()


def answer(stores: dict[str, SparqlStore], name: str, **values: str) -> list[tuple[object, ...]]:
    """The rows, once both engines agree on them."""
    fast, plain = (run_recipe(stores[engine], name, values) for engine in ENGINES)
    assert fast == plain
    return list(fast.rows)


def test_there_are_twenty_and_each_says_what_it_answers() -> None:
    assert len(recipes()) == 20
    assert all(recipe.question.endswith("?") for recipe in recipes().values())
    assert sorted({name for recipe in recipes().values() for name in recipe.parameters}) == sorted(PARAMETERS)


@pytest.mark.parametrize("name", recipes())
def test_both_engines_answer_every_question_alike(stores: dict[str, SparqlStore], name: str) -> None:
    answer(stores, name, **{each: VALUES[each] for each in recipes()[name].parameters})


@pytest.mark.parametrize(
    ("name", "values", "columns", "rows"),
    [
        ("who-introduced", {"concept": "ZETA"}, 2, [("ZETA", "Better Distillation with ZETA")]),
        ("who-evaluates-on", {"dataset": "glue"}, 1,
         [("ACME: Small Models by Distillation",), ("Better Distillation with ZETA",)]),
        ("methods-on-dataset", {"dataset": "GLUE"}, 2, [("ACME", 2), ("BERT", 1), ("ZETA", 1), ("distillation", 1)]),
        ("compared-with", {"method": "acme"}, 2,
         [("BERT", "its paper compares with"), ("BERT", "outperforms")]),
        ("results-on", {"dataset": "GLUE"}, 3, [("accuracy", 91.2, "percent"), ("accuracy", 90.5, "percent")]),
        ("shares-concepts-with", {"paper": "P2"}, 3,
         [("ACME: Small Models by Distillation", 3, name) for name in ("ACME", "GLUE", "accuracy")]),
        ("methods-for-task-by-year", {"task": "question answering"}, 3, [("unknown", "BERT", 1)]),
        ("untried-datasets", {"method": "ZETA"}, 1, []),
        ("untried-datasets", {"method": "distillation"}, 2, [("SQuAD", 1)]),
        ("first-seen-in", {"year": "2025"}, 2, [("ZETA", 1)]),
        ("stands-with", {"concept": "SQuAD"}, 3, [("BERT", "method", 1), ("Question answering", "task", 1)]),
        ("built-on", {"method": "ACME"}, 1, [("ZETA",)]),
        ("who-outperforms", {"method": "BERT"}, 1, [("ACME",)]),
        ("popular-benchmarks", {}, 2, [("GLUE", 2), ("SQuAD", 1)]),
        ("metrics-on", {"dataset": "GLUE"}, 3, [("accuracy", 2, True)]),
        ("takes-up", {}, 3, [("Better Distillation with ZETA", "uses the method", "ACME")]),
        ("trained-on", {"dataset": "SQuAD"}, 1, []),
        ("concepts-by-papers", {}, 3,
         [("ACME", "method", 2), ("BERT", "method", 2), ("GLUE", "benchmark", 2), ("accuracy", "metric", 2)]),
        ("paper-card", {"paper": "A Survey of Question Answering"}, 2,
         [("addresses", "Question answering"), ("evaluatesOn", "SQuAD"), ("uses", "BERT")]),
    ],
)  # fmt: skip
def test_the_answers(
    stores: dict[str, SparqlStore], name: str, values: dict[str, str], columns: int, rows: list[tuple[object, ...]]
) -> None:
    found = [
        tuple(float(v) if hasattr(v, "as_tuple") else v for v in row[:columns])
        for row in answer(stores, name, **values)
    ]
    assert list(dict.fromkeys(found))[: max(1, len(rows))] == rows


def test_evidence_ends_in_sentences(stores: dict[str, SparqlStore]) -> None:
    rows = answer(stores, "evidence-for", concept="SQuAD")
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("A Survey of Question Answering", "evaluatesOn", "BERT is used on SQuAD.")
    ]


@pytest.mark.parametrize(
    ("name", "values", "error", "message"),
    [
        ("who-introducd", {}, UnknownNameError, "who-introduced"),
        ("who-introduced", {}, QueryError, "--concept"),
        ("who-introduced", {"concept": "ACME", "year": "2020"}, QueryError, "--concept, not --year"),
        ("who-introduced", {"concept": "ACMA"}, UnknownNameError, "ACME"),
        ("who-evaluates-on", {"dataset": "ACME"}, UnknownNameError, "dataset or benchmark"),
        ("paper-card", {"paper": "distillation"}, AmbiguousNameError, "paper/id/P1"),
    ],
)
def test_names_that_do_not_fit_are_explained(
    stores: dict[str, SparqlStore], name: str, values: dict[str, str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run_recipe(stores["oxigraph"], name, values)


@pytest.mark.parametrize(
    "spelling", ["method:acme", "ACME", "acme", "https://w3id.org/paperkg/id/method/acme", "AC-ME", "acm"]
)
def test_ways_to_name_a_concept(stores: dict[str, SparqlStore], spelling: str) -> None:
    expected = [] if spelling == "AC-ME" else ["ACME: Small Models by Distillation"]
    try:
        found = [row[1] for row in answer(stores, "who-introduced", concept=spelling)]
    except UnknownNameError:
        found = []
    assert found == expected


#: On the seeds: what each question is asked about, and a text that stands in its answer.
ON_THE_SEEDS = {
    "built-on": ({"method": "LoRA"}, "ICM-LoRA"),
    "compared-with": ({"method": "ZIP-FIT"}, "DSIR"),
    "concepts-by-papers": ({}, "large language model"),
    "doubtful-claims": ({}, ""),
    "evidence-for": ({"concept": "LoRA"}, "Low-Rank Adaptation (LoRA)"),
    "first-seen-in": ({"year": "2022"}, "large language model"),
    "methods-for-task-by-year": ({"task": "code generation"}, "ZIP-FIT"),
    "methods-on-dataset": ({"dataset": "GLUE"}, "BERT"),
    "metrics-on": ({"dataset": "GLUE"}, "accuracy"),
    "paper-card": ({"paper": "ZIP-FIT"}, "introduces"),
    "popular-benchmarks": ({}, "GLUE"),
    "results-on": ({"dataset": "GLUE"}, "2--2.5%"),
    "shares-concepts-with": ({"paper": "ZIP-FIT"}, "Data Selection for Language Models via Importance Resampling"),
    "stands-with": ({"concept": "LoRA"}, "large language model"),
    "takes-up": ({}, "uses the method"),
    "trained-on": ({"dataset": "BoX"}, "In-BoXBART"),
    "untried-datasets": ({"method": "LoRA"}, "HotpotQA"),
    "who-evaluates-on": ({"dataset": "GLUE"}, "Data Selection for Language Models via Importance Resampling"),
    "who-introduced": ({"concept": "ZIP-FIT"}, "ZIP-FIT: Embedding-Free Data Selection"),
    "who-outperforms": ({"method": "DSIR"}, "ZIP-FIT"),
}


@pytest.fixture(scope="module")
def seeds_store(seeds_outputs: Path) -> Iterator[SparqlStore]:
    with SparqlStore.open(seeds_outputs / "graph.ttl") as store:
        yield store


@pytest.mark.parametrize("name", recipes())
def test_the_seeds_answer_every_question(seeds_store: SparqlStore, name: str) -> None:
    values, text = ON_THE_SEEDS[name]
    answer = run_recipe(seeds_store, name, values)
    assert any(text in str(cell) for row in answer.rows for cell in row)


def test_the_seeds_conform(seeds_outputs: Path) -> None:
    """Without the shapes, which take a minute; `kg validate` runs them too."""
    graph = validate.read(seeds_outputs / "graph.ttl")
    assert validate.validate(graph, shacl=False) == []


def test_from_the_command_line(seeds_outputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["sparql", "--graph", str(seeds_outputs)]
    assert main([*asked, "--name", "who-introduced", "--concept", "zip-fit", "--csv"]) == 0
    assert "ZIP-FIT: Embedding-Free Data Selection" in capsys.readouterr().out
    assert main([*asked, 'SELECT ?m { ?p dcterms:title ?t ; kg:introduces ?m FILTER(STRSTARTS(?t, "ZIP-FIT")) }']) == 0
    assert "method:zip-fit" in capsys.readouterr().out
    assert main([*asked, "SELECT ?x { SERVICE <http://x> {} }"]) == 1
    assert "refused" in capsys.readouterr().err
    assert main([*asked, "--name", "who-introduced"]) == 1
    assert main(["sparql", "--list"]) == 0
    assert "shares-concepts-with" in capsys.readouterr().out
