"""The HTML of the endpoint: what is known of an IRI, the query editor, and errors. Every text is escaped."""

import html
import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from kg.sparql import Iri, SparqlStore, Term
from kg.sparql.recipes import Recipe
from kg.vocab import PREFIXES

#: Incoming links that a page of an IRI lists.
_INCOMING = 200
_OUTGOING_QUERY = """
SELECT ?property ?value ?label WHERE {
  ?node ?property ?value OPTIONAL { ?value dcterms:title|skos:prefLabel|kg:exact ?label }
}
"""
_INCOMING_QUERY = f"""
SELECT ?property ?value ?label WHERE {{
  ?value ?property ?node OPTIONAL {{ ?value dcterms:title|skos:prefLabel|kg:exact ?label }}
}}
ORDER BY ?property ?label ?value LIMIT {_INCOMING + 1}
"""
_TERMS_QUERY = """
SELECT ?term ?comment ?domain ?range WHERE {
  ?term rdfs:comment ?comment
  OPTIONAL { ?term rdfs:domain ?domain ; rdfs:range ?range }
}
ORDER BY ?domain ?term
"""
#: Said twice already, by the special property or in words.
_HIDDEN = frozenset({PREFIXES["schema"] + "mentions"})


def asset(name: str) -> bytes:
    """A script or style sheet of the endpoint."""
    return (files("kg.serve") / "assets" / name).read_bytes()


def document(title: str, body: str, *, script: str = "") -> str:
    """A whole page; it loads nothing but our own style and script."""
    tag = f'<script src="/assets/{script}" defer></script>' if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<title>{html.escape(title)}</title><link rel="stylesheet" href="/assets/style.css">{tag}</head>\n'
        '<body>\n<nav><a href="/">graph</a> <a href="/sparql">SPARQL</a> <a href="/ns">vocabulary</a> '
        f'<a href="/graph.ttl">graph.ttl</a></nav>\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


def error_page(status: int, message: str) -> str:
    """What went wrong."""
    return document(f"{status}", f"<h1>{status}</h1>\n<p>{html.escape(message)}</p>")


def node_page(store: SparqlStore, iri: Iri) -> str | None:
    """What the graph says of an IRI and of what points to it; None where it says nothing."""
    outgoing = store.query(_OUTGOING_QUERY, {"node": iri}).terms
    if not outgoing:
        return None
    incoming = store.query(_INCOMING_QUERY, {"node": iri}).terms
    titles = ("title", "prefLabel", "exact", "text")
    title = next((v.value for name in titles for p, v, _ in outgoing if p and v and p.value.endswith(name)), iri.value)
    more = f"<p>and more: only the first {_INCOMING} are listed</p>" if len(incoming) > _INCOMING else ""
    body = (
        f'<h1>{html.escape(title)}</h1>\n<p class="iri">{html.escape(iri.value)} '
        '<a href="?format=turtle">as Turtle</a></p>\n'
        f"{_table(outgoing, store.names.base)}\n"
    )
    if incoming:
        body += f"<h2>What points here</h2>\n{_table(incoming[:_INCOMING], store.names.base)}\n{more}"
    return document(title, body)


@cache
def vocabulary_page() -> str:
    """Every term of ours, with what it means: where links to the vocabulary lead."""
    with SparqlStore((files("kg.rdf") / "ontology.ttl").read_bytes()) as store:
        rows = store.query(_TERMS_QUERY).terms
    lines = []
    for term, comment, domain, reach in rows:
        if term is None or comment is None:
            continue
        name = term.value.removeprefix(PREFIXES["kg"])
        ends = " \u2192 ".join(_link(end.value, _short(end.value), "") for end in (domain, reach) if end)
        lines.append(
            f'<tr id="{html.escape(name)}"><th>kg:{html.escape(name)}</th><td>{html.escape(comment.value)}</td>'
            f"<td>{ends}</td></tr>"
        )
    body = f'<h1>The vocabulary</h1>\n<p><a href="?format=turtle">as Turtle</a></p>\n<table>{"".join(lines)}</table>'
    return document("The vocabulary", body)


def editor_page(recipes: Iterable[Recipe], base: str) -> str:
    """The query editor, with the cookbook at hand."""
    cookbook = [
        {"name": r.name, "question": r.question, "parameters": list(r.parameters), "query": r.query} for r in recipes
    ]
    carried = html.escape(json.dumps(cookbook, ensure_ascii=False))
    template = (files("kg.serve") / "assets" / "editor.html").read_text("utf-8")
    filled = template.replace("{{base}}", html.escape(base)).replace("{{cookbook}}", carried)
    return document("SPARQL", filled, script="editor.js")


def _table(rows: Sequence[Sequence[Term | None]], base: str) -> str:
    grouped: dict[str, dict[str, None]] = {}
    for name, value, label in rows:
        if name is None or value is None or name.value in _HIDDEN:
            continue
        grouped.setdefault(name.value, {})[_cell(value, label, base)] = None
    lines = (
        f"<tr><th>{_link(name, _short(name), base)}</th><td>{'<br>'.join(cells)}</td></tr>"
        for name, cells in sorted(grouped.items())
    )
    return f"<table>{''.join(lines)}</table>"


def _cell(term: Term, label: Term | None, base: str) -> str:
    if term.kind != "uri":
        return html.escape(term.value)
    return _link(term.value, label.value if label else _short(term.value.removeprefix(base)), base)


def _link(iri: str, text: str, base: str) -> str:
    """A link to an IRI: to this server where it is one of ours, nowhere where it is no web address."""
    shown = html.escape(text)
    if base and iri.startswith(base):
        return f'<a href="/{html.escape(iri[len(base) :])}">{shown}</a>'
    if iri.startswith(PREFIXES["kg"]):
        return f'<a href="/ns#{html.escape(iri[len(PREFIXES["kg"]) :])}">{shown}</a>'
    if iri.startswith(("http://", "https://")):
        return f'<a href="{html.escape(iri)}" rel="noreferrer">{shown}</a>'
    return shown


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
