"""The export: what it says, in four formats that parsers read the same, with hostile text, whole or not at all."""

import io
import json
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg.rdf
from kg.errors import OutputError
from kg.graph import Graph, Provenance
from kg.model import Claim, Concept, Evidence, Kind, Mention, Paper, PartialDate, Predicate, Sentence
from kg.rdf import DETAILS, FORMATS
from kg.text import clean

RDFLIB = {"turtle": "turtle", "nt": "nt", "jsonld": "json-ld", "trig": "trig"}
OXIGRAPH = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "trig": pyoxigraph.RdfFormat.TRIG,
}
Triples = set[tuple[str, str, str]]


def export(graph: Graph, format: str = "turtle", detail: str = "evidence") -> bytes:  # noqa: A002
    file = io.BytesIO()
    kg.rdf.write(graph, file, format=format, detail=detail)
    return file.getvalue()


def by_rdflib(content: bytes, format: str) -> Triples:  # noqa: A002
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parsers use what rdflib deprecates
        dataset.parse(data=content.decode(), format=RDFLIB[format])
        return {(s.n3(), p.n3(), o.n3()) for s, p, o, _ in dataset.quads()}


def by_oxigraph(content: bytes, format: str) -> Triples:  # noqa: A002
    """Each term through rdflib's n3(), so that two parsers are compared and not two ways to write."""

    def n3(term: object) -> str:
        if isinstance(term, pyoxigraph.NamedNode):
            return rdflib.URIRef(term.value).n3()
        assert isinstance(term, pyoxigraph.Literal), f"{term} is a blank node"
        plain = term.datatype.value.endswith("#string")
        return rdflib.Literal(term.value, datatype=None if plain else term.datatype.value).n3()

    return {(n3(q.subject), n3(q.predicate), n3(q.object)) for q in pyoxigraph.parse(content, format=OXIGRAPH[format])}


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("format", FORMATS)
def test_two_parsers_read_the_same_triples_from_every_format(tiny_graph: Graph, format: str, detail: str) -> None:  # noqa: A002
    content = export(tiny_graph, format, detail)
    of_turtle = by_rdflib(export(tiny_graph, "turtle", detail), "turtle")
    assert by_rdflib(content, format) == by_oxigraph(content, format) == of_turtle
    assert content == export(tiny_graph, format, detail)


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(DETAILS)))
def test_a_smaller_export_is_part_of_the_larger(tiny_graph: Graph, smaller: str, larger: str) -> None:
    small, large = (by_rdflib(export(tiny_graph, "turtle", each), "turtle") for each in (smaller, larger))
    counted = {triple for triple in small if "/void#" in triple[1] or "/stats/" in triple[0]}
    assert small - counted < large


def test_to_rdf_is_what_write_writes(tiny_graph: Graph) -> None:
    triples = {(s.n3(), p.n3(), o.n3()) for s, p, o in kg.rdf.to_rdf(tiny_graph)}
    assert triples == by_rdflib(export(tiny_graph), "turtle")


def test_trig_has_a_graph_a_paper_and_says_there_what_the_paper_says(tiny_graph: Graph) -> None:
    quads = list(pyoxigraph.parse(export(tiny_graph, "trig"), format=OXIGRAPH["trig"]))
    graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, pyoxigraph.NamedNode)}
    base = "https://w3id.org/paperkg/id/"
    assert graphs == {f"{base}graph/id/P{number}" for number in (1, 2, 3)}
    (based,) = (q for q in quads if q.predicate.value.endswith("#basedOn"))
    assert (based.subject.value, based.graph_name) == (
        f"{base}method/zeta",
        pyoxigraph.NamedNode(f"{base}graph/id/P2"),
    )


PREFIX = """
PREFIX kg: <https://w3id.org/paperkg/ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX schema: <https://schema.org/>
PREFIX cito: <http://purl.org/spar/cito/> PREFIX fabio: <http://purl.org/spar/fabio/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX void: <http://rdfs.org/ns/void#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/paperkg/id/>
"""


@pytest.fixture(scope="module")
def full(tiny_graph: Graph) -> rdflib.Graph:
    return kg.rdf.to_rdf(tiny_graph, detail="full")


@pytest.mark.parametrize(
    "pattern",
    [
        "<paper/id/P1> a kg:Paper, fabio:ResearchPaper, schema:ScholarlyArticle",
        '<paper/id/P1> dcterms:title "ACME: Small Models by Distillation" ; dcterms:issued "2024-05-27"^^xsd:date',
        '<paper/id/P2> dcterms:issued "2025-01"^^xsd:gYearMonth ; kg:organisation "ZetaLab" ; kg:comments 3',
        '<paper/id/P2> kg:seenIn "a.jsonl, line 2", "b.jsonl, line 7"',
        "<paper/id/P1> kg:introduces <method/acme> ; kg:mentions <method/acme> ; schema:mentions <method/acme>",
        "<paper/id/P2> cito:usesMethodIn <paper/id/P1>",
        '<method/acme> a kg:Method, kg:Concept, skos:Concept ; skos:prefLabel "ACME"',
        "<dataset/squad> a kg:Dataset, kg:Concept, skos:Concept, schema:Dataset",
        "<method/zeta> kg:basedOn <method/acme>",
        "<metric/accuracy> kg:higherIsBetter true",
        "?r a kg:Result ; kg:inPaper <paper/id/P1> ; kg:method <method/acme> ; kg:on <benchmark/glue>",
        '?r kg:text "90.5%" ; kg:value 90.5 ; kg:unit "percent" ; kg:resultKind "absolute" ; kg:higherIsBetter true',
        "?s a kg:Statement, rdf:Statement, prov:Entity ; rdf:subject <method/zeta> ; rdf:predicate kg:basedOn ;"
        " rdf:object <method/acme> ; kg:inPaper <paper/id/P2> ; kg:confidence 0.7 ; kg:support 1",
        "?s rdf:predicate kg:introduces ; kg:supportedBy ?t . ?t a kg:Sentence ;"
        ' kg:exact "Better Distillation with ZETA\\n"',
        '?m a kg:Mention, oa:Annotation ; kg:refersTo <method/acme> ; kg:exact "ACME" ; kg:start 0 ; kg:end 4 ;'
        ' kg:confidence 0.9 ; kg:rule "hand" ; kg:inSentence ?t',
        "?m oa:hasTarget/oa:hasSelector ?p . ?p a oa:TextPositionSelector ; oa:start ?zero ; oa:end ?four"
        " FILTER(?zero = 0 && ?four = 4)",
        '?q a oa:TextQuoteSelector ; oa:exact "ZETA" ; oa:prefix "Better Distillation with " ; oa:suffix ?after',
        '?s prov:wasGeneratedBy ?run . ?run a prov:Activity ; kg:packageVersion "0.0.0" ; kg:modelHash "hand"',
        "<> void:exampleResource <paper/id/P1>, <method/acme> ; void:classPartition <stats/class/kg-Paper>",
        "<stats/class/kg-Paper> void:class kg:Paper ; void:entities 3",
    ],
)
def test_the_export_says(full: rdflib.Graph, pattern: str) -> None:
    assert full.query(f"{PREFIX} ASK {{ {pattern} }}").askAnswer


@pytest.mark.parametrize("detail", DETAILS)
def test_the_header_counts_what_is_there(tiny_graph: Graph, detail: str) -> None:
    graph = kg.rdf.to_rdf(tiny_graph, detail=detail)
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    assert int(str(graph.value(rdflib.URIRef("https://w3id.org/paperkg/id/"), void.triples))) == len(graph)
    said = {
        graph.value(node, void.property): int(str(graph.value(node, void.triples)))
        for node in graph.subjects(void.property)
    }
    assert said == {p: len(list(graph.triples((None, p, None)))) for p in set(graph.predicates())}


def test_every_offset_quotes_the_paper(full: rdflib.Graph) -> None:
    rows = full.query(
        f"{PREFIX} SELECT ?found ?exact {{ ?node kg:exact ?exact ; kg:start ?start ; kg:end ?end ; kg:inPaper ?paper ."
        ' ?paper dcterms:title ?title ; dcterms:abstract ?abstract . BIND(CONCAT(?title, "\\n", ?abstract) AS ?text)'
        " BIND(SUBSTR(?text, ?start + 1, ?end - ?start) AS ?found) }"
    )
    pairs = [(str(found), str(exact)) for found, exact in rows]
    assert len(pairs) > 20
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


# Text as an adversary would write it: what each format quotes with, controls, surrogates, marks that reorder, Turtle.
PIECES = st.sampled_from(
    [
        *('"', "'", '"""', "{", "\\", "\\u0041", "\n", "\r", "\t", "\0", "\x1f", "\x7f", "\x85", "\ud800"),
        *("\ufffe", "\u202e", "\ufeff", "> .", "<a> <b> <c> .", '" ; kg:uses <x> . # ', "@prefix kg: <http://evil/> ."),
        *("</script>", "_:b0"),
    ]
)  # fmt: skip
HOSTILE = st.lists(st.one_of(PIECES, st.text(st.characters(codec=None), max_size=5)), max_size=6).map("".join)


def hostile_graph(texts: list[str]) -> Graph:
    """A graph whose every free text is one of the given ones."""
    title, abstract, name, alias, paper_id, rule = texts
    paper = Paper(
        f"id:{paper_id}", title, abstract, (paper_id, name), (alias,), 1, name, PartialDate(None, 10, 29), links=(rule,)
    )
    sentence = Sentence(paper.id, 0, len(paper.text))
    mention = Mention(paper.id, 0, len(paper.text), paper.text, Kind.METHOD, 0.5, rule)
    concept = Concept("method:m", Kind.METHOD, name, (alias,), former_ids=(rule,))
    claim = Claim(paper.id, paper.id, Predicate.USES, concept.id, (Evidence(sentence, (mention,), 0.5, rule),))
    return Graph(papers=[paper], concepts=[concept], claims=[claim], provenance=Provenance(name, alias))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HOSTILE, min_size=6, max_size=6), st.sampled_from(list(FORMATS)))
def test_hostile_text_survives_or_is_cleaned_by_the_rule(texts: list[str], format: str) -> None:  # noqa: A002
    graph = hostile_graph(texts)
    content = export(graph, format, "full")
    assert by_rdflib(content, format) == by_oxigraph(content, format)
    titles = {o for _, p, o in by_oxigraph(content, format) if p == "<http://purl.org/dc/terms/abstract>"}
    assert titles == {rdflib.Literal(clean(texts[1])).n3()}


def failing(graph: Graph, path: Path, format: str) -> None:  # noqa: A002
    """A write that breaks off after some blocks: the last concept has a name that is no text."""
    broken = Graph(
        papers=graph.papers(),
        concepts=[*graph.concepts(), Concept("task:zzz", Kind.TASK, None)],  # type: ignore[arg-type]
        claims=graph.claims(),
    )
    kg.rdf.write(broken, path, format=format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_failing_write_leaves_the_old_file(tiny_graph: Graph, tmp_path: Path, format: str) -> None:  # noqa: A002
    path = tmp_path / f"graph{FORMATS[format]}"
    path.write_text("old")
    with pytest.raises(TypeError):
        failing(tiny_graph, path, format)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda graph, folder: kg.rdf.write(graph, folder / "a" / "b.ttl", format="n3"), kg.rdf.FormatError),
        (lambda graph, folder: kg.rdf.write(graph, folder / "b.ttl", detail="most"), kg.rdf.FormatError),
        (lambda graph, folder: kg.rdf.write(graph, folder / "b.ttl", base="no iri"), ValueError),
        (lambda graph, folder: kg.rdf.write(graph, folder), OutputError),
    ],
)
def test_wrong_requests_are_named(
    tiny_graph: Graph, tmp_path: Path, call: Callable[[Graph, Path], None], error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(tiny_graph, tmp_path)


def test_another_base_moves_every_iri_of_the_data(tiny_graph: Graph) -> None:
    file = io.BytesIO()
    kg.rdf.write(tiny_graph, file, base="http://127.0.0.1:8000/", detail="full")
    assert b"w3id.org/paperkg/id/" not in file.getvalue()
    assert by_rdflib(file.getvalue(), "turtle") == by_oxigraph(file.getvalue(), "turtle")


def test_jsonld_needs_no_context_from_elsewhere(tiny_graph: Graph) -> None:
    document = json.loads(export(tiny_graph, "jsonld"))
    assert all(isinstance(value, str) and value.startswith("http") for value in document["@context"].values())
