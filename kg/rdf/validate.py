"""Checks an export: the shapes by SHACL, and what SHACL cannot say, as that a quoted text stands where it should."""

import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import rdflib
from rdflib import RDF, BNode, URIRef

from kg.errors import MissingExtraError, StoreError
from kg.rdf.export import FORMATS
from kg.vocab import KG, SUPER_CLASSES, SUPER_PROPERTIES, expand

_RDFLIB_FORMATS = {
    FORMATS["turtle"]: "turtle",
    FORMATS["nt"]: "nt",
    FORMATS["jsonld"]: "json-ld",
    FORMATS["trig"]: "trig",
}
#: The findings of one check that are listed; the rest is counted.
LISTED = 20


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong: which check says so, about what, and why."""

    check: str
    node: str
    message: str


def read(path: Path) -> rdflib.Graph:
    """The triples of an export in any of its formats. Raises StoreError where it cannot be read."""
    kind = _RDFLIB_FORMATS.get(path.suffix)
    if kind is None:
        raise StoreError(f"{path}: is no export; its name should end in one of {', '.join(_RDFLIB_FORMATS)}")
    try:
        text = path.read_text("utf-8")
        if kind == "json-ld":
            _refuse_remote_context(json.loads(text))
        dataset, graph = rdflib.Dataset(), rdflib.Graph()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parsers use what rdflib deprecates
            dataset.parse(data=text, format=kind)
            for subject, predicate, value, _ in dataset.quads():
                graph.add((subject, predicate, value))
        return graph
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
    except StoreError:
        raise
    except Exception as error:  # each parser raises errors of its own
        raise StoreError(f"{path}: is damaged, it cannot be parsed ({error})") from error


def validate(graph: rdflib.Graph, *, shacl: bool = True) -> list[Finding]:
    """Everything wrong with an export, sorted; empty where it conforms. `shacl` needs the extra paperkg[validate]."""
    findings = [finding for check in _CHECKS for finding in check(graph)]
    if shacl:
        findings += _shacl(graph)
    return sorted(set(findings))


def _shacl(graph: rdflib.Graph) -> Iterator[Finding]:
    if find_spec("pyshacl") is None:
        raise MissingExtraError("validate", "checking the shapes")
    import pyshacl

    _, report, _ = pyshacl.validate(graph, shacl_graph=packaged("shapes.ttl"), inference="none")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for result in report.subjects(RDF.type, sh.ValidationResult):
        path, value = report.value(result, sh.resultPath), report.value(result, sh.value)
        message = f"{report.value(result, sh.resultMessage)} ({path or 'the node'}: {value!s:.80})"
        yield Finding("shape", str(report.value(result, sh.focusNode)), message)


def _blank_nodes(graph: rdflib.Graph) -> Iterator[Finding]:
    for subject, _, value in graph:
        for node in (subject, value):
            if isinstance(node, BNode):
                yield Finding("no blank nodes", str(node), "is a blank node")


def _texts(graph: rdflib.Graph) -> Iterator[Finding]:
    """Mentions and sentences quote what stands at their offsets."""
    start, end, exact, paper = (URIRef(expand(f"kg:{name}")) for name in ("start", "end", "exact", "inPaper"))
    title, abstract = URIRef(expand("dcterms:title")), URIRef(expand("dcterms:abstract"))
    texts = {node: f"{graph.value(node, title)}\n{text}" for node, text in graph.subject_objects(abstract)}
    for node, quoted in graph.subject_objects(exact):
        text = texts.get(graph.value(node, paper) or node, "")
        try:
            first, after = (int(str(graph.value(node, offset))) for offset in (start, end))
        except ValueError:
            yield Finding("exact text", str(node), "has no offsets")
            continue
        if text[first:after] != str(quoted):
            yield Finding(
                "exact text", str(node), f"quotes {str(quoted)!r:.80}, the paper has {text[first:after]!r:.80}"
            )


def _written_out(graph: rdflib.Graph) -> Iterator[Finding]:
    """Super-classes and super-properties stand beside the special ones."""
    for special, general in SUPER_CLASSES.items():
        for above in map(URIRef, map(expand, general)):
            for node in graph.subjects(RDF.type, URIRef(expand(special))):
                if (node, RDF.type, above) not in graph:
                    yield Finding("written out", str(node), f"is a {special}, but no <{above}>")
    for special, general in SUPER_PROPERTIES.items():
        for above in map(URIRef, map(expand, general)):
            for node, value in graph.subject_objects(URIRef(expand(special))):
                if (node, above, value) not in graph:
                    yield Finding("written out", str(node), f"has {special} {value}, but no <{above}>")


def _direct(graph: rdflib.Graph) -> Iterator[Finding]:
    """The triple a statement speaks of stands in the graph."""
    for node in graph.subjects(RDF.type, URIRef(expand("kg:Statement"))):
        subject, name, value = (graph.value(node, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        if subject is None or name is None or value is None or (subject, name, value) not in graph:
            yield Finding("direct triple", str(node), "speaks of a triple that is not in the graph")


def _counts(graph: rdflib.Graph) -> Iterator[Finding]:
    """The header counts what is there."""
    number = URIRef(expand("void:triples"))
    classes = Counter(graph.objects(None, RDF.type))
    properties = Counter(graph.predicates())
    for node in graph.subjects(RDF.type, URIRef(expand("dcat:Dataset"))):
        yield from _count(graph, node, number, len(graph))
    for node, term in graph.subject_objects(URIRef(expand("void:class"))):
        yield from _count(graph, node, URIRef(expand("void:entities")), classes[term])
    for node, term in graph.subject_objects(URIRef(expand("void:property"))):
        yield from _count(graph, node, number, properties[term])


def _count(graph: rdflib.Graph, node: rdflib.term.Node, name: URIRef, found: int) -> Iterator[Finding]:
    said = graph.value(node, name)
    if str(said) != str(found):
        yield Finding("header", str(node), f"says {said}, there are {found}")


def _known_terms(graph: rdflib.Graph) -> Iterator[Finding]:
    """Every term of our vocabulary is in the ontology."""
    known = set(packaged("ontology.ttl").subjects())
    used: dict[URIRef, str] = defaultdict(str)
    for subject, predicate, value in graph:
        for term in (predicate, value):
            if isinstance(term, URIRef) and term.startswith(KG) and len(term) > len(KG):
                used[term] = used[term] or str(subject)
    for term, user in used.items():
        if term not in known:
            yield Finding("vocabulary", user, f"uses <{term}>, which the ontology does not have")


_CHECKS = (_blank_nodes, _texts, _written_out, _direct, _counts, _known_terms)


@cache
def packaged(name: str) -> rdflib.Graph:
    """The ontology or the shapes that ship with the package."""
    return rdflib.Graph().parse(data=(files("kg.rdf") / name).read_text("utf-8"), format="turtle")


def _refuse_remote_context(value: object) -> None:
    """JSON-LD may name a context to be fetched; an export never does."""
    if isinstance(value, dict):
        context = value.get("@context")
        for each in context if isinstance(context, list) else [context]:
            if isinstance(each, str):
                raise StoreError(f"the document would fetch the context {each!r}; only an inlined one is read")
        for inner in value.values():
            _refuse_remote_context(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_remote_context(inner)
