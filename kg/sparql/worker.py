"""A process that holds one graph and answers queries: killed when one runs too long. Run as a script, imports no kg.

Frames on stdin and stdout: 8 bytes of length, then the payload. The first frame is JSON {"engine", "memory"}, the
second the graph in Turtle; each further one JSON {"query", "form"}. Every answer is SPARQL results JSON, or
{"error": message}.
"""

import json
import re
import socket
import sys
from typing import IO, Any

_LENGTH = 8


def read_frame(file: IO[bytes]) -> bytes | None:
    """The next payload, or None at the end."""
    head = file.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    return file.read(int.from_bytes(head, "big"))


def write_frame(file: IO[bytes], payload: bytes) -> None:
    """One payload with its length."""
    file.write(len(payload).to_bytes(_LENGTH, "big") + payload)
    file.flush()


class Oxigraph:
    """The fast engine."""

    def __init__(self, turtle: bytes) -> None:
        import pyoxigraph

        self._oxigraph = pyoxigraph
        self._store = pyoxigraph.Store()
        self._store.bulk_load(turtle, format=pyoxigraph.RdfFormat.TURTLE)

    def answer(self, query: str, form: str) -> bytes:
        """Runs a query."""
        oxigraph = self._oxigraph
        solutions: Any = self._store.query(query)
        if form in ("SELECT", "ASK"):
            answer: bytes = solutions.serialize(format=oxigraph.QueryResultsFormat.JSON)
            return answer
        return triples_json(tuple(map(self._term, (t.subject, t.predicate, t.object))) for t in solutions)

    def _term(self, term: Any) -> dict[str, str]:
        oxigraph = self._oxigraph
        if isinstance(term, oxigraph.NamedNode):
            return {"type": "uri", "value": term.value}
        if isinstance(term, oxigraph.BlankNode):
            return {"type": "bnode", "value": term.value}
        return literal_json(term.value, term.datatype.value, term.language)


class Rdflib:
    """The engine that is always there."""

    def __init__(self, turtle: bytes) -> None:
        import rdflib
        import rdflib.plugins.sparql.evaluate

        rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
        _mend_groups(rdflib.plugins.sparql.evaluate)

        class Flat(rdflib.Graph):
            """Describes a resource by its own triples, as the fast engine does."""

            def cbd(self, resource: Any, *, target_graph: Any = None, **_: Any) -> Any:
                for triple in self.triples((resource, None, None)):
                    target_graph.add(triple)
                return target_graph

        self._rdflib = rdflib
        self._graph = Flat(bind_namespaces="none")
        text = turtle.decode()
        if not read_own_turtle(text, self._graph):
            self._graph = Flat(bind_namespaces="none")
            self._graph.parse(data=text, format="turtle")

    def answer(self, query: str, form: str) -> bytes:
        """Runs a query."""
        result = self._graph.query(query)
        if form == "ASK":
            return json.dumps({"head": {}, "boolean": bool(result.askAnswer)}).encode()
        if form == "SELECT":
            names = [str(name) for name in result.vars or ()]
            rows = [
                {str(name): self._term(term) for name, term in binding.items() if term is not None}
                for binding in result.bindings
            ]
            return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()
        return triples_json(tuple(map(self._term, triple)) for triple in result.graph or ())

    def _term(self, term: Any) -> dict[str, str]:
        rdflib = self._rdflib
        if isinstance(term, rdflib.URIRef):
            return {"type": "uri", "value": str(term)}
        if isinstance(term, rdflib.BNode):
            return {"type": "bnode", "value": str(term)}
        return literal_json(str(term), str(term.datatype) if term.datatype else "", term.language)


def _mend_groups(evaluate: Any) -> None:
    """GROUP BY over no solutions has no groups (SPARQL 1.1, 18.5.1); rdflib 7 makes an empty one."""
    original = evaluate.evalAggregateJoin

    def groups(context: Any, part: Any) -> Any:
        return (row for row in original(context, part) if len(row) or part.p.expr is None)

    evaluate.evalAggregateJoin = groups


def literal_json(text: str, datatype: str, language: str | None) -> dict[str, str]:
    """A literal in SPARQL results JSON."""
    if language:
        return {"type": "literal", "value": text, "xml:lang": language}
    if datatype and datatype != "http://www.w3.org/2001/XMLSchema#string":
        return {"type": "literal", "value": text, "datatype": datatype}
    return {"type": "literal", "value": text}


def triples_json(triples: Any) -> bytes:
    """Triples as rows of three."""
    names = ("subject", "predicate", "object")
    rows = [dict(zip(names, triple, strict=True)) for triple in triples]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


#: The Turtle that this package writes, and no more: what does not fit goes to rdflib's own parser, ten times slower.
_OWN = re.compile(
    r'\s+|@(?:prefix ([a-z]+:)|base) <([^<>"{}|^`\\\s]*)> \.|<([^<>"{}|^`\\\s]*)>|([a-z]+:)([\w%-]*)'
    r'|"((?:[^"\\\n]|\\.)*)"(?:\^\^([a-z]+:)(\w+))?|(-?\d+(?:\.\d+)?)|(true|false)\b|(a)\b|([;,.])'
)
_OWN_ESCAPE = re.compile(r'\\([tbnrf"\\])')
_OWN_ECHAR = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}


def read_own_turtle(text: str, graph: Any) -> bool:
    """Fills an rdflib graph from Turtle as this package writes it; False where the text is of another hand."""
    import rdflib
    from rdflib import RDF, XSD

    base, prefixes = "", {}
    terms: dict[Any, Any] = {}
    triple: list[Any] = []
    add, place, end = graph.store.add, 0, len(text)
    while place < end:
        match = _OWN.match(text, place)
        if match is None:
            return False
        place = match.end()
        prefix, declared, relative, curie, local, string, typed, name, number, boolean, is_a, mark = match.groups()
        if declared is not None:
            if prefix is None:
                base = declared
            else:
                prefixes[prefix] = declared
            continue
        if mark is not None:
            if len(triple) != 3:
                return False
            add(tuple(triple), graph)
            del triple[{";": 1, ",": 2, ".": 0}[mark] :]
            continue
        key = match[0]
        term = terms.get(key)
        if term is None:
            if relative is not None:
                if not base.endswith("/") or relative.startswith(("/", ".", "?", "#")):
                    return False
                term = rdflib.URIRef(relative if ":" in relative else base + relative)
            elif curie is not None:
                if curie not in prefixes:
                    return False
                term = rdflib.URIRef(prefixes[curie] + local)
            elif string is not None:
                if (typed is not None and typed not in prefixes) or "\\u" in string or "\\U" in string:
                    return False
                value = _OWN_ESCAPE.sub(lambda found: _OWN_ECHAR[found[1]], string) if "\\" in string else string
                term = rdflib.Literal(value, datatype=prefixes[typed] + name if typed else None)
            elif number is not None:
                term = rdflib.Literal(number, datatype=XSD.decimal if "." in number else XSD.integer)
            elif boolean is not None:
                term = rdflib.Literal(boolean, datatype=XSD.boolean)
            elif is_a is not None:
                term = RDF.type
            else:
                continue
            terms[key] = term
        triple.append(term)
        if len(triple) > 3:
            return False
    return not triple


def main() -> None:
    """Answers until stdin ends."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    settings = json.loads(read_frame(stdin) or b"{}")
    _confine(settings.get("memory", 0))
    try:
        turtle = read_frame(stdin) or b""
        engine: Oxigraph | Rdflib = Oxigraph(turtle) if settings["engine"] == "oxigraph" else Rdflib(turtle)
    except Exception as error:  # whatever it is, the other side must hear of it
        write_frame(stdout, json.dumps({"error": f"the graph cannot be read: {error}"}).encode())
        return
    write_frame(stdout, b"{}")
    while (frame := read_frame(stdin)) is not None:
        request = json.loads(frame)
        try:
            answer = engine.answer(request["query"], request["form"])
        except MemoryError:
            answer = json.dumps({"error": "the query needs more memory than it is given"}).encode()
        except Exception as error:  # engines raise of every kind; the message is the answer
            answer = json.dumps({"error": str(error) or type(error).__name__}).encode()
        write_frame(stdout, answer)


def _confine(memory: int) -> None:
    """No network from here, and no more memory than given; queries are refused before, this is the second wall."""

    def refused(*_: Any) -> None:
        raise PermissionError("queries do not reach the network")

    socket.socket.connect = refused  # type: ignore[method-assign]
    try:
        import resource
    except ImportError:  # not on Windows
        return
    if memory:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    main()
