"""The names the field knows, shipped as data: names with kinds, acronyms, synonyms, look-alikes, words of the language.

Made by scripts/make_lexicon.py, but for synonyms.tsv and different.tsv, written by hand; LICENSES.md names the sources.
"""

import gzip
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of the field in its usual writing; `papers` counts the annotated papers with it, 0 for published lists."""

    name: str
    kind: str
    papers: int
    source: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownAcronym:
    """One meaning of a short form; `kind` is "" where it is not known, `papers` counts those that define it so."""

    short: str
    long: str
    kind: str
    papers: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is shipped, as it stands in the files."""

    names: tuple[KnownName, ...] = ()
    acronyms: tuple[KnownAcronym, ...] = ()
    #: Groups of names for one thing.
    synonyms: tuple[tuple[str, ...], ...] = ()
    #: Two names that look like one and belong to two things.
    lookalikes: frozenset[tuple[str, str]] = frozenset()
    #: Lower-case words of the language.
    words: frozenset[str] = frozenset()


@cache
def load_lexicon() -> Lexicon:
    """The shipped lexicon, read once."""
    return Lexicon(
        names=tuple(
            KnownName(name, kind, int(papers), source, tuple(filter(None, aliases.split("|"))))
            for name, kind, papers, source, aliases in _rows("names.tsv.gz")
        ),
        acronyms=tuple(
            KnownAcronym(short, long, kind, int(papers)) for short, long, kind, papers in _rows("acronyms.tsv.gz")
        ),
        synonyms=tuple(tuple(row[0].split(" | ")) for row in _rows("synonyms.tsv")),
        lookalikes=frozenset(
            (name, other) for file in ("lookalikes.tsv", "different.tsv") for name, other in _rows(file)
        ),
        words=frozenset(_text("words.txt.gz").split()),
    )


def _rows(file: str) -> list[list[str]]:
    """The rows of a tab-separated file without its header line."""
    return [line.split("\t") for line in _text(file).splitlines()[1:] if line and not line.startswith("#")]


def _text(file: str) -> str:
    raw = resources.files(__package__).joinpath(file).read_bytes()
    return (gzip.decompress(raw) if file.endswith(".gz") else raw).decode("utf-8")
