"""The cookbook: competency questions as queries that ship with the package, run by name with parameters."""

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg.errors import AmbiguousNameError, QueryError, UnknownNameError
from kg.lookup import words
from kg.sparql.answer import SparqlAnswer
from kg.sparql.prepare import Iri, Value
from kg.sparql.store import DEFAULT_TIMEOUT, SparqlStore
from kg.vocab import CLASS_OF_KIND, expand

_COMMENT = re.compile(r"# (question|param) ?([a-z]*): (.+)")
_CLASSES = {"paper": "kg:Paper", "concept": "kg:Concept", **{str(kind): name for kind, name in CLASS_OF_KIND.items()}}
#: How near a name must be to be suggested, as difflib counts.
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Recipe:
    """A query with a name; `parameters` maps each of its variables to the kinds of thing it takes."""

    name: str
    question: str
    parameters: Mapping[str, tuple[str, ...]]
    query: str


@cache
def recipes() -> Mapping[str, Recipe]:
    """Every recipe of the cookbook, by name."""
    folder = files("kg.sparql") / "cookbook"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".rq")]
    return {
        recipe.name: recipe
        for recipe in sorted(
            (_recipe(entry.name.removesuffix(".rq"), entry.read_text("utf-8")) for entry in found),
            key=lambda recipe: recipe.name,
        )
    }


def run_recipe(
    store: SparqlStore, name: str, values: Mapping[str, str], *, timeout: float = DEFAULT_TIMEOUT
) -> SparqlAnswer:
    """The answer to a recipe; papers and concepts by id, IRI, name, or a part of one name.

    Raises UnknownNameError (of a recipe, a paper, a concept), AmbiguousNameError, QueryError where a parameter is
    missing.
    """
    recipe = recipes().get(name)
    if recipe is None:
        raise UnknownNameError(name, "query of the cookbook", difflib.get_close_matches(name, recipes(), 3, _NEAR))
    for parameter in recipe.parameters.keys() - values.keys():
        raise QueryError(f"{name} asks about a {parameter}; give it: --{parameter} NAME")
    for parameter in values.keys() - recipe.parameters.keys():
        wanted = ", ".join(f"--{each}" for each in recipe.parameters) or "no parameter"
        raise QueryError(f"{name} takes {wanted}, not --{parameter}")
    bindings = {each: _value(store, values[each], kinds) for each, kinds in recipe.parameters.items()}
    return store.query(recipe.query, bindings, timeout=timeout)


def _recipe(name: str, query: str) -> Recipe:
    comments = [match.groups() for match in _COMMENT.finditer(query)]
    question = next(text for what, _, text in comments if what == "question")
    parameters = {parameter: tuple(text.split()) for what, parameter, text in comments if what == "param"}
    return Recipe(name, question, parameters, query)


def _value(store: SparqlStore, text: str, kinds: tuple[str, ...]) -> Value:
    return text if kinds == ("year",) else find(store, text, kinds)


def find(store: SparqlStore, text: str, kinds: tuple[str, ...]) -> Iri:
    """The node of a graph that `text` names: its id or IRI, its name in any spelling, or a part of one name only.

    Raises UnknownNameError with near names, AmbiguousNameError with all that fit.
    """
    classes = " ".join(f"<{expand(_CLASSES[kind])}>" for kind in kinds)
    rows = store.query(
        f"SELECT ?node ?id ?main ?name WHERE {{ VALUES ?class {{ {classes} }} ?node a ?class ; dcterms:identifier ?id "
        "{ ?node dcterms:title|skos:prefLabel ?name BIND(true AS ?main) } "
        "UNION { ?node skos:altLabel ?name BIND(false AS ?main) } }"
    ).rows
    wanted = words(text)
    by_name: dict[str, set[str]] = defaultdict(set)
    exact: dict[bool, set[str]] = defaultdict(set)
    spelt: dict[bool, set[str]] = defaultdict(set)
    for node, identifier, main, name in rows:
        if text in (identifier, node) or _curie(store, text) == node:
            return Iri(str(node))
        by_name[words(str(name))].add(str(node))
        if name == text:
            exact[bool(main)].add(str(node))
    for main in (True, False):
        spelt[main] = {str(row[0]) for row in rows if row[2] is main and words(str(row[3])) == wanted}
    parts = {node for name, nodes in by_name.items() if wanted and wanted in name for node in nodes}
    for nodes in (exact[True], exact[False], spelt[True], spelt[False], parts):
        if len(nodes) > 1:
            raise AmbiguousNameError(text, kinds[0], sorted(nodes))
        if nodes:
            return Iri(nodes.pop())
    near = difflib.get_close_matches(wanted, by_name, 3, _NEAR)
    names = {words(str(name)): str(name) for _, _, _, name in rows}
    raise UnknownNameError(text, " or ".join(kinds), [names[each] for each in near])


def _curie(store: SparqlStore, text: str) -> str:
    prefix, _, local = text.partition(":")
    return store.names.prefixes.get(prefix, "") + local
