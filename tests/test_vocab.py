"""IRIs are readable, safe and never shared; the vocabulary, the ontology and foreign vocabularies agree."""

import re
from importlib.resources import files

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS
from tiny import ROOT

from kg.model import Paper
from kg.vocab import DEFAULT_BASE, KG, PREFIXES, SUPER_CLASSES, SUPER_PROPERTIES, BaseError, Iris, expand, segment

IRIS = Iris()
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


@pytest.mark.parametrize(
    ("node_id", "path"),
    [
        ("arxiv:2405.14906", "paper/arxiv/2405.14906"),
        ("doi:10.1000/xyz 123", "paper/doi/10.1000%2Fxyz%20123"),
        ("id:S001", "paper/id/S001"),
        ("title:3f5a3a27", "paper/title/3f5a3a27"),
        ("method:lora", "method/lora"),
        ("benchmark:humaneval-1f2d3c4b", "benchmark/humaneval-1f2d3c4b"),
        ("result:arxiv:2405.14906:4be2f09a1c", "result/arxiv/2405.14906/4be2f09a1c"),
        ("id:论文", "paper/id/%E8%AE%BA%E6%96%87"),
        ("id:a~b", "paper/id/a%7Eb"),
    ],
)
def test_readable_iris(node_id: str, path: str) -> None:
    assert IRIS.of(node_id) == DEFAULT_BASE + path


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("ZIP-FIT: Embedding-Free Data Selection", "zip-fit"),
        ("The Consciousness Prior", "the-consciousness-prior"),
        ("A very long title of a paper with many more words", "a-very-long-title-of-a-paper-with-many-m"),
        ("\u8bba\u6587", ""),
    ],
)
def test_a_paper_known_by_its_title_shows_it(title: str, words: str) -> None:
    paper = Paper("title:c3fcde15e298c1de", title, "")
    iris = Iris(papers=[paper])
    assert iris.of(paper.id) == f"{DEFAULT_BASE}paper/title/{words}~c3fcde15e298c1de"
    assert iris.under("mention", paper.id, "0-7") == f"{DEFAULT_BASE}mention/title/c3fcde15e298c1de/0-7"


@pytest.mark.parametrize("text", ["", "..", ".hidden", "x" * 500, "a\ud800b"])
def test_what_cannot_be_spelt_gets_a_hash(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]{0,40}~[0-9a-f]{16}", segment(text))


@given(st.sets(ANY_TEXT, min_size=2, max_size=8))
def test_no_two_texts_share_a_segment_and_all_are_safe(texts: set[str]) -> None:
    spelt = {segment(text) for text in texts}
    assert len(spelt) == len(texts)
    assert all(re.fullmatch(r"(?!\.)(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+", each) for each in spelt)


@given(st.sets(st.builds("{}:{}".format, st.sampled_from(["id", "method", "task", "result", "result:id"]), ANY_TEXT)))
def test_no_two_nodes_share_an_iri(ids: set[str]) -> None:
    assert len({IRIS.of(node_id) for node_id in ids}) == len(ids)


@pytest.mark.parametrize(
    "base", ["", "relative/", "https://x.org/id", "https://x.org/a b/", 'https://x.org/">/', "x:/"]
)
def test_a_base_that_would_make_no_iris_is_refused(base: str) -> None:
    with pytest.raises(BaseError, match="base"):
        Iris(base)


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(data=(files("kg.rdf") / "ontology.ttl").read_text("utf-8"), format="turtle")


def ours(ontology: rdflib.Graph, kind: rdflib.URIRef) -> set[rdflib.URIRef]:
    return {term for term in ontology.subjects(RDF.type, kind) if term.startswith(KG)}


def test_every_term_of_ours_is_explained(ontology: rdflib.Graph) -> None:
    terms, properties = ours(ontology, RDFS.Class) | ours(ontology, RDF.Property), ours(ontology, RDF.Property)
    missing = [(t, p) for t in terms for p in (RDFS.label, RDFS.comment) if ontology.value(t, p) is None]
    missing += [(t, p) for t in properties for p in (RDFS.domain, RDFS.range) if ontology.value(t, p) is None]
    assert (len(terms), missing) == (len(terms), [])
    assert len(terms) > 50


@pytest.mark.parametrize(
    ("table", "kind", "above"),
    [(SUPER_CLASSES, RDFS.Class, RDFS.subClassOf), (SUPER_PROPERTIES, RDF.Property, RDFS.subPropertyOf)],
)
def test_what_is_written_out_is_what_the_ontology_says(
    ontology: rdflib.Graph, table: dict[str, tuple[str, ...]], kind: rdflib.URIRef, above: rdflib.URIRef
) -> None:
    said = {str(term): {str(up) for up in ontology.objects(term, above)} for term in ours(ontology, kind)}
    assert {term: ups for term, ups in said.items() if ups} == {
        expand(term): set(map(expand, ups)) for term, ups in table.items()
    }


def test_foreign_terms_are_real() -> None:
    """In the package's code, ontology, shapes and queries; a term misspelt anywhere fails here."""
    real = set((ROOT / "tests" / "data" / "foreign_terms.txt").read_text("utf-8").split("\n"))
    checked = "|".join(sorted({term.partition(":")[0] for term in real if ":" in term and not term.startswith("#")}))
    used = {
        match[0]
        for folder in ("rdf", "sparql", "serve", "")
        for path in [*(ROOT / "kg" / folder).glob("*"), *(ROOT / "kg" / folder).glob("cookbook/*")]
        if path.suffix in (".py", ".ttl", ".rq")
        for match in re.finditer(rf"\b(?:{checked}):[A-Za-z]\w*", path.read_text("utf-8"))
    }
    assert len(used) > 40
    assert sorted(used - real) == []


def test_standard_terms_are_real(ontology: rdflib.Graph) -> None:
    """rdf:, rdfs: and owl: terms of the ontology, against rdflib's closed namespaces."""
    closed = {str(RDF): RDF, str(RDFS): RDFS, str(OWL): OWL}
    for term in {term for triple in ontology for term in triple if isinstance(term, rdflib.URIRef)}:
        for namespace, terms in closed.items():
            assert not term.startswith(namespace) or term in terms, term


def test_prefixes_are_the_usual_ones() -> None:
    usual = {prefix: str(namespace) for prefix, namespace in rdflib.Graph().namespaces()}
    assert {p: i for p, i in PREFIXES.items() if usual.get(p, i) != i} == {}
