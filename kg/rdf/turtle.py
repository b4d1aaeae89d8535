"""Spells blocks as Turtle, TriG and N-Triples."""

import re
from json.encoder import encode_basestring as _quoted  # the escapes of a JSON string are all escapes of a Turtle string

from kg.rdf.blocks import Block, Literal, Term
from kg.vocab import KINDS, PREFIXES, expand

#: Slugs that need no escape in a prefixed name.
_LOCAL = re.compile(r"[0-9a-z](?:[0-9a-z-]*[0-9a-z])?")
#: These datatypes may be written bare where the form leaves no doubt.
_BARE = re.compile(r"true|false|[+-]?[0-9]+(?:\.[0-9]+)?")
_BARE_TYPE = {
    "xsd:integer": re.compile(r"-?[0-9]+"),
    "xsd:decimal": re.compile(r"-?[0-9]+\.[0-9]+"),
    "xsd:boolean": _BARE,
}


class Turtle:
    """Turtle: relative IRIs under @base, concepts by prefix, one block a subject."""

    separator = ""
    epilogue = ""
    #: Whether blocks should be kept apart by paper.
    named = False

    def __init__(self, base: str) -> None:
        self._base = base
        self._prefixes = {**PREFIXES, **{kind: f"{base}{kind}/" for kind in KINDS}}
        self._spelt: dict[str, str] = {}

    def prologue(self) -> str:
        lines = [f"@base <{self._base}> ."]
        lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in sorted(self._prefixes.items())]
        return "\n".join(lines) + "\n"

    def block(self, block: Block) -> str:
        """One subject with its triples."""
        iri, literal = self._spelt, self._literal
        lines = []
        for name, terms in block.properties.items():
            spelt = [
                literal(term) if type(term) is Literal else iri.get(term) or self._iri(term)  # type: ignore[arg-type]
                for term in terms
            ]
            spelt.sort()
            lines.append(f"    {'a' if name == 'rdf:type' else name} {', '.join(spelt)}")
        return f"\n{self._iri(block.subject)}\n" + " ;\n".join(lines) + " .\n"

    def _iri(self, iri: str) -> str:
        spelt = self._spelt.get(iri)
        if spelt is None:
            spelt = self._spelt[iri] = self._spell(iri)
        return spelt

    def _spell(self, iri: str) -> str:
        if iri.startswith(self._base):
            path = iri[len(self._base) :]
            kind, _, name = path.partition("/")
            return f"{kind}:{name}" if kind in KINDS and _LOCAL.fullmatch(name) else f"<{path}>"
        return iri if expand(iri) != iri else f"<{iri}>"

    def _literal(self, literal: Literal) -> str:
        text, datatype = literal
        if datatype is None:
            return _quoted(text)
        bare = _BARE_TYPE.get(datatype)
        return text if bare is not None and bare.fullmatch(text) else f"{_quoted(text)}^^{datatype}"


class TriG(Turtle):
    """TriG: what each paper says stands in a graph of its own."""

    named = True

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self._graph: str | None = None

    def block(self, block: Block) -> str:
        """One subject; a graph is opened and closed where it changes."""
        border = ""
        if block.graph != self._graph:
            border = ("}\n" if self._graph else "") + (f"\n{self._iri(block.graph)} {{\n" if block.graph else "")
            self._graph = block.graph
        return border + super().block(block)

    def close(self) -> str:
        """Ends the last graph."""
        closing, self._graph = "}\n" if self._graph else "", None
        return closing


class NTriples:
    """N-Triples: one triple a line, blocks in the same order as in Turtle."""

    separator = ""
    epilogue = ""
    named = False

    def __init__(self, base: str) -> None:
        self._spelt: dict[str, str] = {}

    def prologue(self) -> str:
        return ""

    def block(self, block: Block) -> str:
        """The triples of one subject."""
        subject = self._iri(block.subject)
        lines = []
        for name, terms in block.properties.items():
            start = f"{subject} {self._iri(name)} "
            lines += sorted(f"{start}{self._term(term)} .\n" for term in terms)
        return "".join(lines)

    def _iri(self, iri: str) -> str:
        spelt = self._spelt.get(iri)
        if spelt is None:
            spelt = self._spelt[iri] = f"<{expand(iri)}>"
        return spelt

    def _term(self, term: Term) -> str:
        if not isinstance(term, Literal):
            return self._iri(term)
        return _quoted(term.text) + (f"^^{self._iri(term.datatype)}" if term.datatype else "")
