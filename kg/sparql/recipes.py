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
#: The properties that name a node, and whether as its main name.
_NAMES = (("dcterms:title", True), ("skos:prefLabel", True), ("skos:altLabel", False))
_NAMED = "SELECT ?node ?id ?name {{ ?node a <{kind}> ; dcterms:identifier ?id ; {name} ?name }}"
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
    rows = [
        (str(node), str(identifier), str(name), is_main)
        for kind in kinds
        for naming, is_main in _NAMES
        for node, identifier, name in store.query(_NAMED.format(kind=expand(_CLASSES[kind]), name=naming)).rows
    ]
    wanted = words(text)
    by_name: dict[str, set[str]] = defaultdict(set)
    exact: dict[bool, set[str]] = defaultdict(set)
    spelt: dict[bool, set[str]] = defaultdict(set)
    for node, identifier, name, is_main in rows:
        if text in (identifier, node) or _curie(store, text) == node:
            return Iri(node)
        by_name[words(name)].add(node)
        if name == text:
            exact[is_main].add(node)
    for main in (True, False):
        spelt[main] = {node for node, _, name, is_main in rows if is_main is main and words(name) == wanted}
    parts = {node for name, nodes in by_name.items() if wanted and wanted in name for node in nodes}
    for nodes in (exact[True], exact[False], spelt[True], spelt[False], parts):
        if len(nodes) > 1:
            raise AmbiguousNameError(text, kinds[0], sorted(nodes))
        if nodes:
            return Iri(nodes.pop())
    near = difflib.get_close_matches(wanted, by_name, 3, _NEAR)
    names = {words(name): name for _, _, name, _ in rows}
    raise UnknownNameError(text, " or ".join(kinds), [names[each] for each in near])


def _curie(store: SparqlStore, text: str) -> str:
    prefix, _, local = text.partition(":")
    return store.names.prefixes.get(prefix, "") + local
