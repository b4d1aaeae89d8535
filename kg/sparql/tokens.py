"""Reads a SPARQL query as tokens: what refuses, binds and orders a query works on these, never on raw text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.errors import QueryError

_ESCAPED_LOCAL = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[\w:]|{_ESCAPED_LOCAL})(?:(?:[\w:.\-·]|{_ESCAPED_LOCAL})*(?:[\w:\-·]|{_ESCAPED_LOCAL}))?"
#: In the order of the grammar's longest matches: an IRI before "<", a long string before a short one.
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("space", r"[ \t\r\n]+"),
            ("comment", r"\#[^\r\n]*"),
            ("iri", r'<[^<>"{}|^`\\\x00-\x20]*>'),
            ("string", r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""' + r"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"),
            ("short", r'"(?:[^"\\\r\n]|\\.)*"' + r"|'(?:[^'\\\r\n]|\\.)*'"),
            ("variable", r"[?$]\w+"),
            ("blank", r"_:\w(?:[\w.\-·]*[\w\-·])?"),
            ("pname", rf"(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:(?:{_LOCAL})?"),
            ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
            ("number", r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"),
            ("word", r"[A-Za-z_]\w*"),
            ("mark", r"\^\^|&&|\|\||!=|<=|>=|[{}()\[\].,;=<>!+*/|^?-]"),
        )
    ),
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_ECHAR = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class Token(NamedTuple):
    """A token without its surroundings; `space` is the white space before it. Strings are spelt in one way."""

    kind: str
    text: str
    space: str = ""

    def says(self, *words: str) -> bool:
        """Whether this is one of these keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words

    @property
    def name(self) -> str:
        """A variable's name."""
        return self.text[1:]


def tokens_of(query: str) -> list[Token]:
    """The tokens of a query, comments left out.

    Escapes are resolved inside strings and refused elsewhere: a keyword spelt with them must not slip through, and
    engines disagree about where they count. Raises QueryError where the text is no SPARQL.
    """
    return list(_tokens(query))


def _tokens(query: str) -> Iterator[Token]:
    place, space = 0, ""
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None or match.lastgroup is None:
            line = query.count("\n", 0, place) + 1
            raise QueryError(f"line {line}: {query[place : place + 20]!r} is no SPARQL")
        place, kind, text = match.end(), match.lastgroup, match[0]
        if kind in ("space", "comment"):
            space += text if kind == "space" else " "
            continue
        if kind in ("string", "short"):
            text = quoted(_unescaped(text[3:-3] if kind == "string" else text[1:-1]))
            kind = "string"
        yield Token(kind, text, space)
        space = ""


def quoted(text: str) -> str:
    """A string as every engine reads it: in double quotes, escaped; a bare tab would be spaces to rdflib."""
    return f'"{text.translate(_ESCAPES)}"'


def _unescaped(text: str) -> str:
    def char(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is None:
            if match[3] not in _ECHAR:
                raise QueryError(f"\\{match[3]} is no escape of SPARQL")
            return _ECHAR[match[3]]
        point = int(code, 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise QueryError(f"{match[0]} names no character")
        return chr(point)

    return _ESCAPE.sub(char, text)


def written(tokens: list[Token]) -> str:
    """The query of some tokens, with the white space they stood in: rdflib reads no space before a path's `+`."""
    return "".join(token.space + token.text for token in tokens).strip()
