"""The error tree: everything the package raises on purpose.

KgError
├── SourceError        an input cannot be read at all (missing, empty, binary, no page)
├── OutputError        an output cannot be written; the files that stood there are untouched
├── StoreError         a saved graph does not fit together, or is of another format
├── UnknownNameError   no paper or concept of that name; `.suggestions` are the nearest
├── AmbiguousNameError several fit; `.candidates` lists them
├── QueryError         a SPARQL query cannot be parsed, or asks for what is refused
│   └── QueryTimeout   it ran past its time limit
├── ModelError         the trained weights are missing or damaged
└── MissingExtraError  an optional dependency is not installed; `.extra` names it
"""

from collections.abc import Sequence

#: How many candidates the text of an error names; `.candidates` holds all.
_SHOWN = 8


class KgError(Exception):
    """Base of all errors of this package; its text says what, where, and what to do."""


class SourceError(KgError):
    """An input cannot be read at all."""


class OutputError(KgError):
    """An output cannot be written; what stood there is untouched."""


class StoreError(KgError):
    """A saved graph does not fit together, or has another format."""


class UnknownNameError(KgError, LookupError):
    """No paper or concept has this name."""

    def __init__(self, name: str, what: str, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = f"; did you mean {', '.join(map(repr, suggestions))}?" if suggestions else ""
        super().__init__(f"no {what} is called {name!r}{hint}")


class AmbiguousNameError(KgError, LookupError):
    """Several papers or concepts have this name."""

    def __init__(self, name: str, what: str, candidates: Sequence[str]) -> None:
        self.name = name
        self.candidates = tuple(candidates)
        shown = ", ".join(candidates[:_SHOWN]) + (", ..." if len(candidates) > _SHOWN else "")
        super().__init__(f"{name!r} fits {len(candidates)} {what}s: {shown}; say which")


class QueryError(KgError):
    """A query cannot be parsed, or asks for what is refused."""


class QueryTimeout(QueryError):  # noqa: N818 - the term of the trade
    """A query ran past its time limit."""


class ModelError(KgError):
    """The trained weights are missing or damaged."""


class MissingExtraError(KgError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        self.extra = extra
        super().__init__(f"{purpose} needs an optional part: pip install 'paperkg[{extra}]'")
