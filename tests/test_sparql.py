"""SPARQL: the same answers from both engines, nothing reached but the graph, values bound and never pasted."""

import io
import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg.rdf
from kg.errors import MissingExtraError, QueryError, QueryTimeout, StoreError
from kg.graph import Graph
from kg.model import Claim, Concept, Kind, Paper, Predicate
from kg.sparql import ENGINES, Iri, SparqlAnswer, SparqlStore, Value, store
from kg.sparql.tokens import tokens_of

#: A cross product that no engine finishes.
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l && ?c = ?never) }"


@pytest.fixture(scope="module")
def stores(tiny_graph: Graph) -> Iterator[dict[str, SparqlStore]]:
    both = {engine: SparqlStore.of(tiny_graph, engine=engine) for engine in ENGINES}
    yield both
    for each in both.values():
        each.close()


def both(stores: dict[str, SparqlStore], query: str, **bindings: Value) -> SparqlAnswer:
    """The answer, once both engines agree on it."""
    fast, plain = (stores[engine].query(query, bindings) for engine in ENGINES)
    assert fast == plain
    return fast


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT ?c { <paper/id/P1> kg:introduces ?c }", [("https://w3id.org/paperkg/id/method/acme",)]),
        ("SELECT ?n { method:acme skos:prefLabel ?n }", [("ACME",)]),
        ("SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }", [(3,)]),
        ("SELECT ?v { ?r kg:value ?v } ORDER BY DESC(?v)", [(Decimal("91.2"),), (Decimal("90.5"),)]),
        ("SELECT (AVG(?v) AS ?mean) (SUM(?v) AS ?sum) { ?r kg:value ?v }", [(Decimal("90.85"), Decimal("181.7"))]),
        ("SELECT (1/3 AS ?third) {}", [(Decimal("0.333333333333"),)]),
        ("SELECT ?better { metric:accuracy kg:higherIsBetter ?better }", [(True,)]),
        ("SELECT ?t ?d { ?p a kg:Paper ; dcterms:title ?t OPTIONAL { ?p dcterms:issued ?d } } ORDER BY ?d LIMIT 2",
         [("A Survey of Question Answering", None), ("ACME: Small Models by Distillation", "2024-05-27")]),
        ("SELECT ?x { ?x kg:basedOn+/kg:outperforms ?y }", [("https://w3id.org/paperkg/id/method/zeta",)]),
        ("SELECT ?x { ?x a kg:Method MINUS { ?p kg:introduces ?x } FILTER NOT EXISTS { ?q kg:uses ?x } }", []),
        ('SELECT ?x { VALUES ?x { "b" "a" } }', [("a",), ("b",)]),
        ("SELECT ?n { { SELECT (MAX(?s) AS ?n) { ?x kg:support ?s } } }", [(3,)]),
        ("SELECT * { ?b kg:basedOn ?a }",
         [("https://w3id.org/paperkg/id/method/zeta", "https://w3id.org/paperkg/id/method/acme")]),
    ],
)  # fmt: skip
def test_answers_of_both_engines(stores: dict[str, SparqlStore], query: str, rows: list[tuple[object, ...]]) -> None:
    assert list(both(stores, query).rows) == rows


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?p kg:uses ?c }",
        "DESCRIBE method:acme",
        "DESCRIBE ?c { ?p kg:introduces ?c }",
        "CONSTRUCT { ?c kg:usedBy ?p } WHERE { ?p kg:uses ?c }",
        "SELECT * { ?p kg:mentions ?c . ?c skos:prefLabel ?n } ORDER BY ?n",
        "SELECT ?c (COUNT(?p) AS ?n) { ?p kg:mentions ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 2",
        "SELECT ?s { ?s kg:exact ?t } OFFSET 3",
        "SELECT DISTINCT ?p { ?s ?p ?o }",
        "SELECT ?p ?m { ?p kg:uses/skos:broader* ?m }",
        "SELECT ?x (COUNT(*) AS ?n) { ?x kg:nothing ?y } GROUP BY ?x",
        "SELECT (COUNT(*) AS ?n) (SUM(?y) AS ?s) { ?x kg:nothing ?y }",
        "SELECT ?p ?n { ?p a kg:Paper { SELECT ?x (COUNT(*) AS ?n) { ?x kg:nothing ?y } GROUP BY ?x } }",
    ],
)
def test_both_engines_agree(stores: dict[str, SparqlStore], query: str) -> None:
    both(stores, query)


REFUSED = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o OPTIONAL { service silent <http://127.0.0.1:9/> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE ?s { ?a ?b ?c } } }",
    "SELECT * { { SELECT * { SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } } } }",
    "ASK { #\n SERVICE#\n <http://127.0.0.1:9/> { ?s ?p ?o } }",
    'SELECT * { BIND("\\u0022 } #" AS ?x) SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }',
    'SELECT * { ?s ?p """ " \\""" """ . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }',
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s kg:a.SERVICE <http://127.0.0.1:9/> }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://127.0.0.1:9/> { GRAPH ?g { ?s ?p ?o } }",
    "LOAD <http://127.0.0.1:9/>",
    "PREFIX a: <http://a/> LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://g/>",
    "INSERT DATA { <http://a> <http://b> <http://c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "ASK {} ; DROP ALL",
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("query", REFUSED)
def test_what_reaches_out_or_changes_is_refused(stores: dict[str, SparqlStore], engine: str, query: str) -> None:
    with pytest.raises(QueryError, match=r"refused|no SPARQL"):
        stores[engine].query(query)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?t { ?p dcterms:title ?t FILTER(?t != "SERVICE <http://x> { }") }',
        "SELECT ?service { ?service kg:introduces ?load } # FROM here on LOAD",
        "PREFIX service: <http://service/from> SELECT ?x { ?x service:load ?y }",
        'SELECT ?x { ?x dcterms:title ?t FILTER(REGEX(?t, "from", "i") && 1<2 && 3>2) }',
    ],
)
def test_the_same_words_elsewhere_are_fine(stores: dict[str, SparqlStore], query: str) -> None:
    both(stores, query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?x {\n ?x kg:uses }", "line 2"),
        ("SELECT", "breaks off"),
        ("hello", "no query"),
        ("SELECT ?x { ?x kg:uses 'open }", "no SPARQL"),
        ("SELECT ?x { ?x nothere:uses ?y }", "cannot be answered|not understood"),
        ('SELECT ?x { ?x ?p "\\q" }', "no escape"),
        ("SELECT ?x { ?x ?p ?\ud800 }", "no SPARQL"),
    ],
)
def test_mistakes_are_explained(stores: dict[str, SparqlStore], query: str, message: str) -> None:
    for engine in ENGINES:
        with pytest.raises(QueryError, match=message):
            stores[engine].query(query)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_runaway_query_ends_and_the_next_is_answered(tiny_graph: Graph, engine: str) -> None:
    with SparqlStore.of(tiny_graph, engine=engine) as asked:
        assert asked.query("ASK {}")
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"limit of 0.3 s"):
            asked.query(ENDLESS, timeout=0.3)
        assert time.monotonic() - start < 3
        assert len(asked.query("SELECT ?p { ?p a kg:Paper }")) == 3


def test_a_query_that_eats_memory_ends(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MEMORY", 600 << 20)
    hungry = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?g"
    with SparqlStore.of(tiny_graph, engine="oxigraph") as asked:
        with pytest.raises(QueryError, match="memory"):
            asked.query(hungry, timeout=60)
        assert asked.query("ASK {}")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("plain", "plain"),
        ('"} . ?x ?y ?z #', '"} . ?x ?y ?z #'),
        ("back\\slash\nline\rreturn", "back\\slash\nline\rreturn"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        (7, 7),
        (True, True),
        (Decimal("1.50"), Decimal("1.5")),
        (2.5, 2.5),
        (date(2024, 5, 27), "2024-05-27"),
        (Iri("method:lora"), "https://w3id.org/paperkg/id/method/lora"),
        (Iri("http://example.org/a"), "http://example.org/a"),
    ],
)
def test_values_are_bound(stores: dict[str, SparqlStore], value: Value, found: object) -> None:
    assert both(stores, "SELECT ?v ?w { BIND(?v AS ?w) }", v=value).rows == ((found, found),)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30))
def test_any_text_bound_comes_back_and_changes_nothing(stores: dict[str, SparqlStore], text: str) -> None:
    query = "SELECT ?v (STRLEN(?v) AS ?n) (COUNT(?p) AS ?papers) { ?p a kg:Paper } GROUP BY ?v"
    assert stores["oxigraph"].query(query, {"v": text}).rows == ((text, len(text), 3),)


def test_a_value_reaches_every_group_that_uses_it(stores: dict[str, SparqlStore], tiny_graph: Graph) -> None:
    acme = tiny_graph.node("method:acme")
    query = (
        "SELECT ?p ?n { ?p a kg:Paper FILTER EXISTS { ?p kg:uses ?m } "
        "{ SELECT (COUNT(?q) AS ?n) { ?q kg:mentions ?m } } OPTIONAL { ?p kg:introduces ?m . BIND(1 AS ?x) } }"
    )
    assert both(stores, query, m=acme).rows == (("https://w3id.org/paperkg/id/paper/id/P2", 2),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"), [("nosuch", "x"), ("p", Iri("no iri")), ("p", Iri("http://a> <b")), ("p", None)]
)
def test_what_cannot_be_bound_is_named(stores: dict[str, SparqlStore], name: str, value: Value) -> None:
    with pytest.raises(QueryError):
        stores["oxigraph"].query("SELECT ?p { ?p a kg:Paper }", {name: value})


def test_an_answer_in_every_format(stores: dict[str, SparqlStore]) -> None:
    answer = both(stores, 'SELECT ?n ?v ?u { VALUES (?n ?v) { ("a\t<&\\"" 1.50) } OPTIONAL { ?p kg:no ?u } }')
    assert json.loads(answer.to_json())["results"]["bindings"][0]["v"]["value"] == "1.5"
    assert answer.to_csv() == 'n,v,u\r\n"a\t<&""",1.5,\r\n'
    assert answer.to_tsv().startswith('?n\t?v\t?u\n"a\\t<&\\""\t"1.5"^^<')
    xml = ET.fromstring(answer.to_xml())
    assert [node.text for node in xml.iter() if node.tag.endswith("literal")] == ['a\t<&"', "1.5"]
    assert answer.to_table() == 'n      v    u\na <&"  1.5\n'


def test_triples_come_as_ntriples(stores: dict[str, SparqlStore]) -> None:
    answer = both(stores, 'CONSTRUCT { ?p a kg:Known ; rdfs:label "a\\n\\"b" } WHERE { ?p kg:introduces method:acme }')
    paper = "<https://w3id.org/paperkg/id/paper/id/P1>"
    assert answer.to_ntriples().split("\n")[1] == f'{paper} <http://www.w3.org/2000/01/rdf-schema#label> "a\\n\\"b" .'


def test_the_default_engine_is_the_fast_one_where_it_is_installed(
    tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SparqlStore.of(tiny_graph).engine == "oxigraph"
    monkeypatch.setattr(store, "find_spec", lambda name: None)
    assert SparqlStore.of(tiny_graph).engine == "rdflib"
    with pytest.raises(MissingExtraError, match=r"paperkg\[fast\]"):
        SparqlStore.of(tiny_graph, engine="oxigraph")


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        SparqlStore.open(tmp_path / "graph.ttl")
    (tmp_path / "graph.ttl").write_text("<a> <b> ")
    for engine in ENGINES:
        with SparqlStore.open(tmp_path / "graph.ttl", engine=engine) as asked, pytest.raises(StoreError, match="read"):
            asked.query("ASK {}")


@pytest.mark.parametrize("detail", kg.rdf.DETAILS)
def test_our_own_turtle_is_read_as_any_other(tiny_graph: Graph, detail: str) -> None:
    """rdflib's engine reads the export with a reader of ours, many times as fast; foreign Turtle with rdflib's."""
    file = io.BytesIO()
    kg.rdf.write(tiny_graph, file, detail=detail)
    own, foreign = file.getvalue(), file.getvalue() + b"<a> <b> [] .\n"
    everything = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!isBlank(?o)) }"
    with SparqlStore(own, engine="rdflib") as fast, SparqlStore(foreign, engine="rdflib") as slow:
        assert fast.query(everything) == slow.query(everything)


def test_another_base_is_found_in_the_file(tiny_graph: Graph) -> None:
    file = io.BytesIO()
    kg.rdf.write(tiny_graph, file, base="http://127.0.0.1:8000/")
    with SparqlStore(file.getvalue()) as asked:
        assert asked.query("SELECT ?n { <method/acme> skos:prefLabel ?n . method:acme a ?c } LIMIT 1").rows == (
            ("ACME",),
        )


def test_tokens_keep_what_they_are() -> None:
    kinds = [token.kind for token in tokens_of('?a<?b&&?c>1.5e3 kg:x.y <http://a#b> """x"y""" @en _:b1 a.')]
    assert kinds == ["variable", "iri", "number", "pname", "iri", "string", "language", "blank", "word", "mark"]


def test_a_path_behind_a_variable_is_answered_in_time() -> None:
    """Oxigraph walks a path inside FILTER EXISTS from every node for every row; docs/rdf.md gives the join, fast."""
    concepts = [
        Concept(f"method:m{n}", Kind.METHOD, f"m{n}", broader=(f"method:m{n // 3}",) if n else ()) for n in range(300)
    ]
    papers = [Paper(f"id:{n}", f"Paper {n}", "") for n in range(100)]
    claims = [Claim(p.id, p.id, Predicate.USES, f"method:m{3 * n}") for n, p in enumerate(papers)]
    graph = Graph(papers=papers, concepts=concepts, claims=claims)
    join = 'SELECT DISTINCT ?p { ?p kg:uses/skos:broader* ?m . ?m skos:prefLabel "m1" }'
    with SparqlStore.of(graph, engine="oxigraph") as asked:
        assert len(asked.query("SELECT ?p ?m { ?p kg:uses/skos:broader* ?m }", timeout=5)) > 300
        assert len(asked.query(join, timeout=5)) == 59  # those whose number begins with 1 in base 3
