"""The lexicon as questions: what a short form may mean, which names are one by convention, which only look alike."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import KnownAcronym, KnownName, Lexicon, load_lexicon
from kg.names import is_short_form, plain, tight
from kg.resolve.acronyms import same_stems
from kg.resolve.forms import form

#: A meaning with at least this share of the papers that define a short form is its plain meaning. CL is continual
#: learning in 0.67 of them and must stay ambiguous, FM is foundation model in 0.74.
PLAIN_SHARE = 0.7
#: A short form that this many papers define in one way is known by it.
KNOWN_PAPERS = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a short form: its long form as usually written, kind ("" if unknown), papers that define it so."""

    long: str
    kind: str
    papers: int


class Knowledge:
    """What the lexicon says, by form."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.words = lexicon.words
        self._lookalikes = {tuple(sorted(pair)) for pair in lexicon.lookalikes}
        self._meanings = _meanings(lexicon)
        self._canonical = self._one_form(lexicon)
        self._names = _by_form(lexicon)

    def are_lookalikes(self, name: str, other: str) -> bool:
        """Whether two papers introduced two things by names that differ only in case or hyphens."""
        return tuple(sorted((plain(name), plain(other)))) in self._lookalikes

    def meanings(self, short: str) -> tuple[Meaning, ...]:
        """The meanings of a short form, commonest first: in its own capitals (SfM) if such are known, else in any."""
        return self._meanings.get(without_plural(short)) or self._meanings.get(short_key(short), ())

    def plain_meaning(self, short: str) -> Meaning | None:
        """The one meaning that nearly all papers give a short form, if there is one."""
        meanings = self.meanings(short)
        total = sum(meaning.papers for meaning in meanings)
        if meanings and meanings[0].papers >= max(KNOWN_PAPERS, PLAIN_SHARE * total):
            return meanings[0]
        return None

    def canonical(self, name_form: str) -> str:
        """The form of the concept that a form is known to name; itself if nothing is known."""
        return self._canonical.get(name_form, name_form)

    def knows(self, name_form: str) -> bool:
        """Whether a form is that of a known name or of a synonym."""
        return name_form in self._names or name_form in self._canonical

    def known(self, name_form: str) -> KnownName | None:
        """The known name of a form, the one with most papers."""
        return self._names.get(name_form)

    def _means_only(self, short: str, group: Sequence[str]) -> bool:
        """Whether a short form has no other meaning than the group's."""
        if not self.meanings(short):
            return True
        meaning = self.plain_meaning(short)
        return meaning is not None and form(meaning.long) in {form(name) for name in group}

    def _one_form(self, lexicon: Lexicon) -> Mapping[str, str]:
        """form -> the least form of its group, over synonyms and aliases; ambiguous short forms join nothing."""
        parent: dict[str, str] = {}

        def find(key: str) -> str:
            while parent.get(key, key) != key:
                key = parent[key]
            return key

        groups = [*lexicon.synonyms, *((known.name, *known.aliases) for known in lexicon.names if known.aliases)]
        for group in groups:
            forms = [form(name) for name in group if not is_short_form(name) or self._means_only(name, group)]
            for other in forms[1:]:
                first, second = sorted((find(forms[0]), find(other)))
                parent[second] = first
        return {key: find(key) for key in list(parent)}


@cache
def shipped_knowledge() -> Knowledge:
    """The knowledge of the shipped lexicon, made once."""
    return Knowledge(load_lexicon())


def without_plural(short: str) -> str:
    """A short form in the singular, its capitals kept: `LLMs` -> `LLM`."""
    text = plain(short)
    return text[:-1] if len(text) > 2 and text.endswith("s") and text[-2].isupper() else text


def short_key(short: str) -> str:
    """What two writings of a short form share: `LLMs`, `Llm` -> `=llm`."""
    return f"={tight(without_plural(short))}"


def _add(meanings: list[Meaning], row: KnownAcronym) -> None:
    for index, meaning in enumerate(meanings):
        if same_stems(meaning.long, row.long):
            meanings[index] = Meaning(meaning.long, meaning.kind or row.kind, meaning.papers + row.papers)
            return
    meanings.append(Meaning(row.long, row.kind, row.papers))


def _published(lexicon: Lexicon) -> Iterator[KnownAcronym]:
    """Short and long names of the published lists; they count as so many papers."""
    for known in lexicon.names:
        for alias in known.aliases:
            short, long = (known.name, alias) if is_short_form(known.name) else (alias, known.name)
            if is_short_form(short) and not is_short_form(long):
                yield KnownAcronym(short, long, known.kind, KNOWN_PAPERS)


def _by_form(lexicon: Lexicon) -> Mapping[str, KnownName]:
    names: dict[str, KnownName] = {}
    for known in lexicon.names:
        key = form(known.name)
        if key not in names or known.papers > names[key].papers:
            names[key] = known
    return names


def _meanings(lexicon: Lexicon) -> Mapping[str, tuple[Meaning, ...]]:
    """Meanings by short form, as written and folded; long forms with the same stems added up."""
    found: dict[str, list[Meaning]] = defaultdict(list)
    rows = [*lexicon.acronyms, *_published(lexicon)]
    for row in sorted(rows, key=lambda row: (-row.papers, row.long)):
        for key in (without_plural(row.short), short_key(row.short)):
            _add(found[key], row)
    return {key: tuple(sorted(group, key=lambda m: (-m.papers, m.long))) for key, group in found.items()}
