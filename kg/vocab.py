"""IRIs and predicates: the namespaces, the terms the export uses, what lies above them, and how a node gets its IRI.

Terms are written as CURIEs of `PREFIXES` everywhere in the package; `expand` makes the absolute IRI. `ontology.ttl`
says the same of the `kg:` terms in RDF; a test holds the two together.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from kg.errors import KgError
from kg.model import PAPER_PREDICATES, Kind, Paper
from kg.text import fold

#: Not registered at w3id.org yet: a name, not an address.
KG = "https://w3id.org/paperkg/ns#"
DEFAULT_BASE = "https://w3id.org/paperkg/id/"

PREFIXES: Mapping[str, str] = {
    "kg": KG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "fabio": "http://purl.org/spar/fabio/",
    "cito": "http://purl.org/spar/cito/",
}

KINDS = frozenset(map(str, Kind))
CLASS_OF_KIND: Mapping[Kind, str] = {kind: f"kg:{kind.capitalize()}" for kind in Kind}

_CONCEPT = ("kg:Concept", "skos:Concept")
#: Every class an instance is written with, the special one first: nobody should need a reasoner.
SUPER_CLASSES: Mapping[str, tuple[str, ...]] = {
    "kg:Paper": ("fabio:ResearchPaper", "schema:ScholarlyArticle"),
    "kg:Concept": ("skos:Concept",),
    "kg:Method": _CONCEPT,
    "kg:Dataset": (*_CONCEPT, "schema:Dataset"),
    "kg:Benchmark": _CONCEPT,
    "kg:Task": _CONCEPT,
    "kg:Metric": _CONCEPT,
    "kg:Result": ("prov:Entity",),
    "kg:Sentence": ("prov:Entity",),
    "kg:Mention": ("oa:Annotation",),
    "kg:Statement": ("rdf:Statement", "prov:Entity"),
    "kg:Support": ("prov:Entity",),
    "kg:Text": ("prov:Entity",),
    "kg:Extraction": ("prov:Activity",),
}

#: Every property a triple is repeated with.
SUPER_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    **{
        f"kg:{predicate}": ("kg:mentions", "schema:mentions")
        for predicate in sorted(PAPER_PREDICATES)
        if predicate != "mentions"
    },
    "kg:mentions": ("schema:mentions",),
    "kg:partOf": ("dcterms:isPartOf",),
}


class BaseError(KgError, ValueError):
    """The base given for data IRIs is no absolute IRI that ends in a slash."""


def expand(term: str) -> str:
    """The absolute IRI of a CURIE; an absolute IRI stays."""
    prefix, colon, local = term.partition(":")
    if not colon or local.startswith("//"):
        return term
    return PREFIXES[prefix] + local


#: A path segment in this alphabet stands as it is. "~" is kept for the hash suffix.
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
#: Longer names are cut and get a hash: some stores and every file system stop well before 4,000 characters.
_LONGEST = 120
#: Ids that are a hash of the title; the hash tells papers apart, whatever words stand before it.
_TITLE_ID = re.compile(r"title:[0-9a-f]{16}")
_NOT_PLAIN = re.compile(r"[^0-9a-z]+")
#: Characters of a title in an IRI: some six words.
_READABLE = 40
_BASE = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9._~:@%/-]+/")


def segment(text: str) -> str:
    """One path segment for any text: itself, percent-encoded UTF-8, or a readable part, "~" and a hash; injective.

    A hash stands where the text cannot be spelt: empty, a leading dot (a path would fold it), longer than 120
    characters once encoded, or a lone surrogate.
    """
    if _PLAIN.fullmatch(text) and len(text) <= _LONGEST:
        return text
    spelt = quote(text, safe="", errors="replace").replace("~", "%7E")
    unspeakable = any("\ud800" <= char <= "\udfff" for char in text)
    if text and not text.startswith(".") and len(spelt) <= _LONGEST and not unspeakable:
        return spelt
    readable = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{readable}~{digest}"


class Iris:
    """IRIs of everything in one corpus under one base. Each thing has one, no two share one.

    A paper known by its title only has a hash for an id; given in `papers`, its IRI shows words of the title too.
    Raises BaseError where the base is not an absolute IRI in a safe alphabet that ends in "/".
    """

    def __init__(self, base: str = DEFAULT_BASE, papers: Iterable[Paper] = ()) -> None:
        if not _BASE.fullmatch(base):
            raise BaseError(f"{base!r} cannot be the base of data IRIs; give an absolute IRI that ends in a slash")
        self.base = base
        self._paths = {paper.id: _titled_path(paper) for paper in papers if _TITLE_ID.fullmatch(paper.id)}

    def path(self, node_id: str) -> str:
        """The part after the base: `paper/arxiv/2405.14906`, `method/lora`, `result/arxiv/2405.14906/4be2f09a1c`."""
        path = self._paths.get(node_id)
        if path is None:
            path = self._paths[node_id] = _path(node_id)
        return path

    def of(self, node_id: str) -> str:
        """The IRI of a paper, concept or result."""
        return self.base + self.path(node_id)

    def under(self, what: str, paper: str, *parts: str) -> str:
        """The IRI of something that belongs to a paper: `<base>mention/arxiv/2405.14906/120-127`."""
        return "/".join((self.base + what + _paper_path(paper), *parts))


def _titled_path(paper: Paper) -> str:
    """`paper/title/zip-fit~c3fcde15e298c1de`: the short title, or first words, before the hash that identifies it."""
    short = paper.title.partition(":")[0]
    readable = _NOT_PLAIN.sub("-", fold(short))[:_READABLE].strip("-")
    return f"paper/title/{readable}~{paper.id.removeprefix('title:')}"


def _path(node_id: str) -> str:
    scheme, colon, rest = node_id.partition(":")
    if colon and scheme in KINDS:
        return f"{scheme}/{segment(rest)}"
    if colon and scheme == "result":
        paper, _, digest = rest.rpartition(":")
        return f"result{_paper_path(paper)}/{segment(digest)}" if paper else f"result/{segment(rest)}"
    return f"paper{_paper_path(node_id)}"


def _paper_path(paper: str) -> str:
    scheme, colon, rest = paper.partition(":")
    return f"/{segment(scheme)}/{segment(rest)}" if colon else f"/{segment(paper)}"
