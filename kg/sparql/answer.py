"""The value a query answers with: variables and rows in one order; as Python values, a table, JSON, CSV, TSV, XML."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from kg.quantity import canonical
from kg.sparql.prepare import Prepared
from kg.sparql.tokens import quoted
from kg.vocab import expand

_XSD = expand("xsd:")
_WHOLE = frozenset(
    _XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt")
)
#: Engines divide decimals to 18 or 28 places; answers keep what both give.
_PLACES = Decimal("1e-12")
Python = str | int | float | bool | Decimal | None


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """One term of an answer: kind "uri", "literal" or "bnode". Numbers are spelt in one way, whatever the engine."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    @property
    def python(self) -> Python:
        """A number or truth value where the datatype says so, else the text."""
        if self.datatype in _WHOLE:
            return int(self.value)
        if self.datatype == _XSD + "decimal":
            return Decimal(self.value)
        if self.datatype in (_XSD + "double", _XSD + "float"):
            return float(self.value)
        if self.datatype == _XSD + "boolean":
            return self.value in ("true", "1")
        return self.value

    def to_json(self) -> dict[str, str]:
        """The term in SPARQL results JSON."""
        found = {"type": self.kind, "value": self.value}
        if self.language:
            found["xml:lang"] = self.language
        elif self.datatype:
            found["datatype"] = self.datatype
        return found


@dataclass(frozen=True)
class SparqlAnswer:
    """Rows of terms (None: unbound) under `variables`; `boolean` for ASK; for CONSTRUCT rows of three.

    Rows whose query sets no order are sorted, so that the same question has the same answer whatever the engine.
    """

    variables: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    boolean: bool | None = None
    is_graph: bool = False

    @cached_property
    def rows(self) -> tuple[tuple[Python, ...], ...]:
        """The rows as Python values: IRIs and texts as str, numbers as int, Decimal or float."""
        return tuple(tuple(None if term is None else term.python for term in row) for row in self.terms)

    def __iter__(self) -> Iterator[Mapping[str, Python]]:
        """Each row as a mapping from variable to value."""
        return (dict(zip(self.variables, row, strict=True)) for row in self.rows)

    def __len__(self) -> int:
        return len(self.terms)

    def __bool__(self) -> bool:
        return self.boolean if self.boolean is not None else bool(self.terms)

    def to_table(self) -> str:
        """Aligned plain text."""
        if self.boolean is not None:
            return "true\n" if self.boolean else "false\n"
        lines = [list(self.variables), *[["" if cell is None else str(cell) for cell in row] for row in self.rows]]
        lines = [[" ".join(cell.split()) for cell in line] for line in lines]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.variables))]
        spelt = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
        return "".join(line.rstrip() + "\n" for line in spelt)

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON."""
        if self.boolean is not None:
            return json.dumps({"head": {}, "boolean": self.boolean}) + "\n"
        bindings = [
            {name: term.to_json() for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.terms
        ]
        document = {"head": {"vars": list(self.variables)}, "results": {"bindings": bindings}}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV: plain values, a header line, CRLF."""
        file = io.StringIO()
        writer = csv.writer(file)
        if self.boolean is not None:
            writer.writerows([["boolean"], ["true" if self.boolean else "false"]])
        else:
            writer.writerow(self.variables)
            writer.writerows(["" if term is None else term.value for term in row] for row in self.terms)
        return file.getvalue()

    def to_tsv(self) -> str:
        """SPARQL 1.1 Query Results TSV: terms as in Turtle."""
        if self.boolean is not None:
            return f"?boolean\n{'true' if self.boolean else 'false'}\n"
        lines = ["\t".join(f"?{name}" for name in self.variables)]
        lines += ["\t".join("" if term is None else _spelt(term) for term in row) for row in self.terms]
        return "".join(line + "\n" for line in lines)

    def to_xml(self) -> str:
        """SPARQL Query Results XML."""
        head = "".join(f"<variable name={quoteattr(name)}/>" for name in self.variables)
        if self.boolean is not None:
            body = f"<boolean>{'true' if self.boolean else 'false'}</boolean>"
        else:
            body = f"<results>{''.join(map(self._xml_row, self.terms))}</results>"
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{head}</head>{body}</sparql>\n'
        )

    def to_ntriples(self) -> str:
        """The triples of a CONSTRUCT or DESCRIBE as N-Triples, which is Turtle too."""
        if not self.is_graph:
            raise ValueError("only CONSTRUCT and DESCRIBE answer with triples")
        return "".join(" ".join(_spelt(term) for term in row if term) + " .\n" for row in self.terms)

    def _xml_row(self, row: tuple[Term | None, ...]) -> str:
        cells = (
            f"<binding name={quoteattr(name)}>{_xml(term)}</binding>"
            for name, term in zip(self.variables, row, strict=True)
            if term is not None
        )
        return f"<result>{''.join(cells)}</result>"


def answer_of(document: Mapping[str, Any], prepared: Prepared) -> SparqlAnswer:
    """The answer that an engine's results JSON holds, its variables in the order of the query."""
    form, ordered = prepared.form, prepared.ordered
    if form == "ASK":
        return SparqlAnswer((), (), boolean=bool(document["boolean"]))
    found = document["head"]["vars"]
    variables = tuple(name for name in prepared.variables if name in found) or tuple(found)
    terms = [tuple(_term(row.get(name)) for name in variables) for row in document["results"]["bindings"]]
    if form in ("CONSTRUCT", "DESCRIBE"):
        terms = list(dict.fromkeys(terms))
    if not ordered:
        terms.sort(key=lambda row: [(term is not None, term or Term("", "")) for term in row])
    return SparqlAnswer(variables, tuple(terms), is_graph=form in ("CONSTRUCT", "DESCRIBE"))


def _term(found: Mapping[str, str] | None) -> Term | None:
    if found is None:
        return None
    value, datatype = found["value"], found.get("datatype", "")
    kind = "literal" if found["type"] == "typed-literal" else found["type"]
    if datatype in _NUMBERS:
        value = _number(value, datatype)
    return Term(kind, value, "" if datatype == _XSD + "string" else datatype, found.get("xml:lang", ""))


_NUMBERS = frozenset({_XSD + "decimal", _XSD + "double", _XSD + "float"}) | _WHOLE


def _number(value: str, datatype: str) -> str:
    try:
        if datatype in _WHOLE:
            return str(int(value))
        if datatype != _XSD + "decimal":
            return repr(float(value)).replace("inf", "INF").replace("nan", "NaN")
        with localcontext(prec=60):
            return canonical(Decimal(value).quantize(_PLACES))
    except (ValueError, InvalidOperation):
        return value


def _spelt(term: Term) -> str:
    if term.kind == "uri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    text = quoted(term.value)
    return f"{text}@{term.language}" if term.language else f"{text}^^<{term.datatype}>" if term.datatype else text


def _xml(term: Term) -> str:
    if term.kind == "uri":
        return f"<uri>{escape(term.value)}</uri>"
    if term.kind == "bnode":
        return f"<bnode>{escape(term.value)}</bnode>"
    extra = f" xml:lang={quoteattr(term.language)}" if term.language else ""
    extra = f" datatype={quoteattr(term.datatype)}" if term.datatype else extra
    return f"<literal{extra}>{escape(term.value, {chr(13): '&#13;'})}</literal>"
