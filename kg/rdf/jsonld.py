"""Spells blocks as JSON-LD with the context inlined."""

import json

from kg.rdf.blocks import Block, Literal, Term
from kg.vocab import PREFIXES, expand


class JsonLd:
    """One document: `@context` (prefixes and the base), then a `@graph` of one object a subject and line."""

    separator = ",\n"
    epilogue = "\n]}\n"
    named = False

    def __init__(self, base: str) -> None:
        self._base = base

    def prologue(self) -> str:
        context = {"@base": self._base, **dict(sorted(PREFIXES.items()))}
        return f'{{"@context": {json.dumps(context)},\n"@graph": [\n'

    def block(self, block: Block) -> str:
        """One subject as one JSON object."""
        node: dict[str, object] = {"@id": self._iri(block.subject)}
        for name, terms in block.properties.items():
            if name == "rdf:type":
                node["@type"] = sorted(map(str, terms))
            else:
                values = sorted((self._term(term) for term in terms), key=_sort_key)
                node[name] = values[0] if len(values) == 1 else values
        return json.dumps(node, ensure_ascii=False)

    def _iri(self, iri: str) -> str:
        return iri[len(self._base) :] if iri.startswith(self._base) else iri

    def _term(self, term: Term) -> object:
        if not isinstance(term, Literal):
            return {"@id": self._iri(term)}
        if term.datatype is None:
            return term.text
        if term.datatype == "xsd:integer":
            return int(term.text)
        if term.datatype == "xsd:boolean":
            return term.text == "true"
        return {"@type": expand(term.datatype), "@value": term.text}


def _sort_key(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
