"""The floors of the house (docs/ARCHITECTURE.md): a module imports only from the floors below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import ROOT

FLOORS = (
    ("model", "errors", "text", "names", "quantity", "files", "outputs", "notebook", "version"),
    ("sources", "vocab", "lexicon"),
    ("corpus", "extract"),
    ("resolve", "claims"),
    ("graph",),
    ("lookup",),
    ("store", "rdf", "related", "leaderboard", "communities", "exports", "neighbours", "gaps", "trends", "report"),
    ("sparql", "page"),
    ("api",),
    ("serve",),
    ("cli", "__init__"),
    ("__main__",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
#: Rooms of one floor that see a neighbour on purpose: values and normalisers lie under everything.
WITHIN_FLOOR = {
    ("errors", "model"),
    ("files", "errors"),
    ("outputs", "errors"),
    ("text", "model"),
    ("names", "text"),
    ("quantity", "text"),
}
THIRD_PARTY = {
    "spacy": {"extract"},
    "torch": {"extract"},
    "pyvis": {"page"},
    "rdflib": {"vocab", "rdf", "sparql"},
    "pyoxigraph": {"sparql"},
    "pyshacl": {"rdf"},
    "networkx": {"graph", "related", "communities", "exports", "page"},
    "rich": {"cli"},
    "pydantic": {"store", "extract"},
}
MODULES = sorted((ROOT / "kg").rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[str]:
    """What a module imports when it runs; imports for type checkers alone are no dependency."""
    for node in _running(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "kg":
            yield from (f"kg.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _running(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"):
            yield from _running(child)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_imports_only_from_below_and_only_its_own_third_parties(module: Path) -> None:
    room = room_of(module)
    for name in imports(module):
        top, *inner = name.split(".")
        if top == "kg" and inner:
            below = FLOOR_OF[inner[0]] < FLOOR_OF[room]
            assert below or inner[0] == room or (room, inner[0]) in WITHIN_FLOOR, f"{room} imports {name}"
        elif top in THIRD_PARTY:
            assert room in THIRD_PARTY[top], f"{room} imports {name}"


def test_case_is_folded_only_in_text() -> None:
    folding = [
        m for m in MODULES if room_of(m) != "text" and any(f in m.read_text() for f in (".lower(", ".casefold("))
    ]
    assert folding == []


def test_nothing_prints_but_the_command_line() -> None:
    printing = [
        module
        for module in MODULES
        if room_of(module) != "cli"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []
