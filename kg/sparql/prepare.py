"""What happens to a query before an engine sees it: refused, bound, ordered; never by pasting text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kg.errors import QueryError
from kg.model import Concept, Paper, Result
from kg.quantity import canonical
from kg.sparql.tokens import Token, quoted, tokens_of, written
from kg.text import clean
from kg.vocab import Iris, expand

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
#: Where a query would leave the graph it is asked of. As bare words they can be nothing else in SPARQL.
_REACHING_OUT = ("SERVICE", "FROM", "LOAD")
_UPDATES = ("INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING", "INTO")


@dataclass(frozen=True, slots=True)
class Iri:
    """An absolute IRI or a CURIE of the export's prefixes, as a value to bind."""

    value: str


#: What a variable of a query can be bound to.
Value = Iri | Paper | Concept | Result | str | bool | int | float | Decimal | date


@dataclass(frozen=True, slots=True)
class Names:
    """The prefixes and the base that a query may use without saying so."""

    prefixes: Mapping[str, str]
    base: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that an engine may run: its text, the part of it the user wrote, its form, its variables in order.

    `ordered`: whether it sets an order of rows.
    """

    text: str
    own: str
    form: str
    variables: tuple[str, ...]
    ordered: bool


def prepare(query: str, names: Names, bindings: Mapping[str, Value]) -> Prepared:
    """Checks a query and makes it whole: prefixes, bound variables, ties in its order broken by what it projects.

    Raises QueryError where it is no query of the four forms, reaches out (SERVICE, FROM, LOAD) or would change the
    graph.
    """
    tokens = tokens_of(query)
    _refuse(tokens)
    start = next((i for i, token in enumerate(tokens) if token.says(*_FORMS)), None)
    if start is None:
        raise QueryError("this is no query: none of SELECT, ASK, CONSTRUCT, DESCRIBE stands in it")
    form = tokens[start].text.upper()
    tokens = _bound(tokens, {name: _spelt(value, names) for name, value in bindings.items()})
    variables: list[str] = []
    ordered = False
    if form == "SELECT":
        tokens, variables, ordered = _with_order(tokens, start)
    own = written(tokens)
    return Prepared(_prologue(tokens, names) + own, own, form, tuple(variables), ordered)


def _refuse(tokens: list[Token]) -> None:
    for token in tokens:
        hidden = token.kind == "pname" and any(part.upper() in _REACHING_OUT for part in token.text.split(".")[1:])
        if token.says(*_REACHING_OUT) or hidden:
            raise QueryError(f"{token.text} is refused: a query reads this graph only, never the network or the disk")
        if token.says(*_UPDATES):
            raise QueryError(f"{token.text} is refused: the graph cannot be changed by a query")


def _prologue(tokens: list[Token], names: Names) -> str:
    """The declarations a query leaves out, on its first line, so that the line of an error is its own."""
    declared = {after.text for token, after in pairwise(tokens) if token.says("PREFIX")}
    used = {f"{token.text.partition(':')[0]}:" for token in tokens if token.kind == "pname"}
    base = "" if any(token.says("BASE") for token in tokens) else f"BASE <{names.base}> "
    missing = sorted(used - declared)
    lines = [f"PREFIX {name} <{names.prefixes[name[:-1]]}> " for name in missing if name[:-1] in names.prefixes]
    return base + "".join(lines)


def _bound(tokens: list[Token], values: Mapping[str, str]) -> list[Token]:
    """Each group that uses a bound variable begins with its value (VALUES), sub-queries and EXISTS too.

    In patterns and filters an IRI takes the variable's place: an engine then looks it up and need not join.
    """
    unused = sorted(set(values) - {token.name for token in tokens if token.kind == "variable"})
    if unused:
        raise QueryError(f"the query has no variable ?{unused[0]} to bind")
    if not values:
        return tokens
    used = _places_by_group(tokens)
    names = {group: {tokens[place].name for place in places} & values.keys() for group, places in used.items()}
    if names:
        names[min(names)] |= values.keys() - set().union(*names.values())
    replaced = {
        place
        for places in used.values()
        for place in places
        if values.get(tokens[place].name, "").startswith("<") and not _names_a_column(tokens, place)
    }
    bound: list[Token] = []
    for i, token in enumerate(tokens):
        bound.append(Token("inserted", values[token.name], token.space or " ") if i in replaced else token)
        for name in sorted(names.get(i, set())):
            bound += _inserted("VALUES", f"?{name}", "{", values[name], "}")
    return bound


def _places_by_group(tokens: list[Token]) -> dict[int, list[int]]:
    """Index of the "{" of each group pattern -> where variables stand directly in it."""
    places: dict[int, list[int]] = {}
    open_groups: list[int | None] = []
    for i, token in enumerate(tokens):
        if token.text == "{" and token.kind == "mark":
            open_groups.append(i if _is_group(tokens, i) else None)
            if open_groups[-1] is not None:
                places[i] = []
        elif token.text == "}" and token.kind == "mark":
            if open_groups:
                open_groups.pop()
        elif token.kind == "variable" and open_groups and open_groups[-1] is not None:
            places[open_groups[-1]].append(i)
    return places


def _names_a_column(tokens: list[Token], place: int) -> bool:
    """Whether a variable stands where only a variable can: after AS, in BOUND(), at the head of VALUES."""
    before = place - 1
    while tokens[before].kind == "variable":
        before -= 1
    if tokens[before].text == "(":
        return tokens[before - 1].says("BOUND", "VALUES")
    return tokens[before].says("AS", "VALUES")


def _is_group(tokens: list[Token], place: int) -> bool:
    """Whether the "{" at `place` opens a group pattern: no template, no block of values, no sub-query's own braces."""
    if place + 1 < len(tokens) and tokens[place + 1].says("SELECT"):
        return False
    before = place - 1
    if before >= 0 and tokens[before].text == ")":
        while before >= 0 and tokens[before].text != "(":
            before -= 1
        before -= 1
    elif before >= 0 and tokens[before].kind == "variable":
        before -= 1
    return not (before >= 0 and tokens[before].says("VALUES", "CONSTRUCT"))


def _with_order(tokens: list[Token], start: int) -> tuple[list[Token], list[str], bool]:
    """The query with ties in its ORDER BY broken, or, where it is cut without an order, with one; its variables."""
    projected = _projected(tokens, start)
    depth, order, end = 0, False, len(tokens)
    for i in range(start, len(tokens)):
        token = tokens[i]
        depth += token.text in ("{", "(") and token.kind == "mark"
        depth -= token.text in ("}", ")") and token.kind == "mark"
        if depth == 0 and token.says("ORDER"):
            order = True
        if depth == 0 and token.says("LIMIT", "OFFSET", "VALUES"):
            end = i
            break
    cut = any(token.says("LIMIT", "OFFSET") for token in tokens[end:])
    if not projected or not (order or cut):
        return tokens, projected, False
    words = [] if order else ["ORDER", "BY"]
    rest = [token._replace(space=token.space or " ") for token in tokens[end:]]
    return [*tokens[:end], *_inserted(*words, *(f"?{name}" for name in projected)), *rest], projected, True


def _inserted(*texts: str) -> list[Token]:
    return [Token("inserted", text, " ") for text in texts]


def _projected(tokens: list[Token], start: int) -> list[str]:
    """The variables a SELECT hands out, in order; for `*` every variable of the query as they come up."""
    projected: list[str] = []
    depth = 0
    for i in range(start + 1, len(tokens)):
        token = tokens[i]
        if token.text == "{" or token.says("WHERE"):
            break
        if depth == 0 and token.text == "*":
            return list(dict.fromkeys(t.name for t in tokens if t.kind == "variable"))
        depth += token.text == "("
        depth -= token.text == ")"
        if token.kind == "variable" and (depth == 0 or tokens[i - 1].says("AS")):
            projected.append(token.name)
    return projected


def _spelt(value: Value, names: Names) -> str:
    """A value as one term of SPARQL."""
    if isinstance(value, Paper | Concept | Result):
        papers = [value] if isinstance(value, Paper) else []
        return f"<{Iris(names.base, papers).of(value.id)}>"
    if isinstance(value, Iri):
        return _iri(value.value, names)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{quoted(str(value))}^^<{expand('xsd:integer')}>"
    if isinstance(value, Decimal):
        return f"{quoted(canonical(value))}^^<{expand('xsd:decimal')}>"
    if isinstance(value, float):
        return f"{quoted(repr(value))}^^<{expand('xsd:double')}>"
    if isinstance(value, date):
        return f"{quoted(value.isoformat())}^^<{expand('xsd:date')}>"
    if isinstance(value, str):
        return quoted(clean(value))
    raise QueryError(f"a variable cannot be bound to a {type(value).__name__}")


def _iri(text: str, names: Names) -> str:
    prefix, colon, local = text.partition(":")
    if colon and prefix in names.prefixes and not local.startswith("//"):
        text = names.prefixes[prefix] + local
    tokens = tokens_of(f"<{text}>")
    if [token.kind for token in tokens] != ["iri"] or ":" not in text:
        raise QueryError(f"{text!r} is no absolute IRI")
    return f"<{text}>"
