"""kg validate finds what is wrong with an export, and nothing in a good one."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

import kg.rdf
from kg.errors import MissingExtraError, StoreError
from kg.graph import Graph
from kg.rdf import DETAILS, FORMATS, validate

KG = rdflib.Namespace("https://w3id.org/paperkg/ns#")
ID = rdflib.Namespace("https://w3id.org/paperkg/id/")
SKOS = rdflib.SKOS


@pytest.mark.parametrize("detail", DETAILS)
def test_a_good_export_conforms(tiny_graph: Graph, detail: str) -> None:
    assert validate.validate(kg.rdf.to_rdf(tiny_graph, detail=detail)) == []


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_read(tiny_graph: Graph, tmp_path: Path, format: str) -> None:  # noqa: A002
    path = tmp_path / f"graph{FORMATS[format]}"
    kg.rdf.write(tiny_graph, path, format=format)
    assert validate.validate(validate.read(path), shacl=False) == []


def replaced(graph: rdflib.Graph, name: rdflib.URIRef, value: object) -> None:
    """Another value for one triple of a property."""
    subject, old = min(graph.subject_objects(name))
    graph.remove((subject, name, old))
    graph.add((subject, name, rdflib.Literal(value)))


@pytest.mark.parametrize(
    ("check", "harm"),
    [
        ("exact text", lambda g: replaced(g, KG.exact, "something else")),
        ("exact text", lambda g: replaced(g, KG.start, 3)),
        ("no blank nodes", lambda g: g.add((rdflib.BNode(), SKOS.note, rdflib.Literal("x")))),
        ("written out", lambda g: g.remove((ID["method/acme"], rdflib.RDF.type, SKOS.Concept))),
        ("written out", lambda g: g.remove((ID["paper/id/P1"], KG.mentions, ID["method/acme"]))),
        ("direct triple", lambda g: g.remove((ID["method/zeta"], KG.basedOn, ID["method/acme"]))),
        ("header", lambda g: g.add((ID["method/acme"], SKOS.note, rdflib.Literal("one more")))),
        ("vocabulary", lambda g: g.add((ID["method/acme"], KG.isNice, rdflib.Literal(True)))),
        ("shape", lambda g: g.remove((ID["paper/id/P1"], rdflib.DCTERMS.title, None))),
        ("shape", lambda g: g.add((ID["method/acme"], SKOS.prefLabel, rdflib.Literal("second")))),
        ("shape", lambda g: replaced(g, KG.confidence, rdflib.Literal("1.5", datatype=rdflib.XSD.decimal))),
        ("shape", lambda g: replaced(g, KG.value, "ninety")),
        ("shape", lambda g: g.remove((None, KG.supportedBy, None))),
        ("shape", lambda g: g.add((ID["method/acme"], rdflib.RDF.type, KG.Task))),
    ],
)
def test_harm_is_found(tiny_graph: Graph, check: str, harm: Callable[[rdflib.Graph], object]) -> None:
    graph = kg.rdf.to_rdf(tiny_graph)
    harm(graph)
    assert check in {finding.check for finding in validate.validate(graph)}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("graph.ttl", "<a> <b> ", "damaged"),
        ("graph.txt", "", "no export"),
        ("graph.ttl", None, "cannot be read"),
        ("graph.jsonld", '{"@context": "http://127.0.0.1:9/context", "@id": "a"}', "would fetch"),
        ("graph.jsonld", '{"@graph": [{"@context": [{}, "http://127.0.0.1:9/"], "@id": "a"}]}', "would fetch"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(StoreError, match=message):
        validate.read(tmp_path / name)


def test_without_pyshacl_the_extra_is_named(tiny_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"paperkg\[validate\]"):
        validate.validate(kg.rdf.to_rdf(tiny_graph))


def test_no_blank_node_in_any_size(tiny_graph: Graph) -> None:
    for detail in DETAILS:
        file = io.BytesIO()
        kg.rdf.write(tiny_graph, file, format="nt", detail=detail)
        assert b"_:" not in file.getvalue()
