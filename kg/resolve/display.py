"""The name a reader expects: "BERT", "large language model", "click-through rate prediction"."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set

from kg.model import Kind
from kg.names import is_proper, is_short_form, singular, words
from kg.resolve.acronyms import stands_for
from kg.resolve.draft import Draft
from kg.resolve.forms import form
from kg.resolve.judge import compatible, head_conflict
from kg.resolve.knowledge import Knowledge
from kg.text import fold

#: A name of at least this many annotated papers is written as they write it.
_SETTLED_PAPERS = 2
#: Capitals tell names of at most so many letters apart: STAR is not STaR.
_SHORT_NAME = 6
_CAPITALISED = re.compile(r"(?<![\w])([A-Z][a-z]+)(?![\w])")
#: Many papers capitalise a term only to define its acronym; from this share of small letters on it is no proper name.
_SMALL_SHARE = 0.2
_PREPOSITIONS = frozenset(words("of with from in on by to for"))
#: The list of words of the language has no shorter ones.
_SHORTEST_WORD = 3
_GERUNDS = frozenset(words("predicting sorting generating estimating detecting learning using solving"))
_IN_PLURAL = frozenset(
    words("neighbors neighbours negatives dependencies operations features statistics means matters")
)
_LAST_WORD = re.compile(r"([A-Za-z]+)$")


def display_name(draft: Draft, kind: Kind, taken: Set[str], knowledge: Knowledge) -> str:
    """The name to show for a cluster; `taken` are acronyms of it with other meanings too.

    First what the annotated papers call it; then an acronym that is a proper name, or stands for one; then the term, in
    the singular, in small letters where its words are words of the language.
    """
    free = {name: count for name, count in draft.names.items() if name not in taken} or dict(draft.names)
    anchored = {form(anchor) for anchor in draft.anchors()}
    shorts = [name for name in free if is_short_form(name)]
    longs = [name for name in free if not is_short_form(name)]
    defined = [short for short in shorts if any(stands_for(short, long) for long in longs)]
    if defined and kind in (Kind.DATASET, Kind.BENCHMARK):
        return _best(defined, free)
    if known := _known([name for name in free if is_short_form(name) or form(name) in anchored], kind, knowledge):
        return known
    if defined and longs and (kind is Kind.METRIC or _is_own_name(defined, longs, free)):
        return _best(defined, free)
    if longs and (defined or not shorts):
        best = _best([name for name in longs if form(name) in anchored] or longs, free)
        best = _with_capitals(best, draft.running(), knowledge)
        if kind in (Kind.DATASET, Kind.BENCHMARK):
            return best
        written_small = any(name != best and fold(name) == name for name in longs)
        introduced = any(named.introduced for named in draft.entities)
        own = kind is Kind.METHOD and best in draft.running() and not written_small
        return _singular_end(best) if own and (introduced or not _is_common(best, knowledge)) else term(best, knowledge)
    return _unpluralled(_best(shorts or longs, free))


def _known(names: Collection[str], kind: Kind, knowledge: Knowledge) -> str | None:
    """The usual writing of the best known of the names; one with another head word is another name (CLIP score)."""
    found = {
        (-known.papers, known.name)
        for name in names
        if (known := knowledge.known(form(name)))
        and known.papers >= _SETTLED_PAPERS
        and compatible({kind}, {Kind(known.kind)})
        and not head_conflict(name, known.name, {kind}, {Kind(known.kind)})
        and (known.name in names or not is_short_form(known.name) or len(known.name) > _SHORT_NAME)
    }
    if not found:
        return None
    name = min(found)[1]
    small = fold(name)
    if _is_common(small, knowledge) and (small in names or (kind in (Kind.TASK, Kind.METRIC) and not is_proper(name))):
        name = small
    return name if is_proper(name) else _singular_end(name)


def _is_own_name(shorts: Iterable[str], longs: Iterable[str], names: Mapping[str, int]) -> bool:
    """Whether an acronym is a proper name: small letters in it (LoRA), or its long form written with capitals alone."""
    if any(any(char.islower() for char in short.rstrip("s")) for short in shorts):
        return True
    return not any(fold(long) == long or long[1:].islower() for long in longs)


def _best(candidates: Iterable[str], names: Mapping[str, int]) -> str:
    """A writing of the commonest form: without capitals if that is not rare, else the commonest, the singular first."""
    by_form: dict[str, list[str]] = defaultdict(list)
    for name in candidates:
        by_form[form(name)].append(name)
    gerunds = {key for key in by_form if key.endswith("ing")}
    by_form = {key: group for key, group in by_form.items() if f"{key.removesuffix('ed')}ing" not in gerunds}
    totals = {key: sum(names[name] for name in group) for key, group in by_form.items()}
    most = min(by_form, key=lambda key: (-totals[key], min(map(len, by_form[key])), key))
    group = by_form[most]
    small = [name for name in group if fold(name) == name and not is_proper(name)]
    if small and sum(names[name] for name in small) >= _SMALL_SHARE * totals[most]:
        group = small
    return min(group, key=lambda name: (-names[name], name.endswith("s"), len(name), name))


def _with_capitals(name: str, writings: Iterable[str], knowledge: Knowledge) -> str:
    """A name with the capitals that other writings give to what is no word of the language (Hamming distance)."""
    if not knowledge.words:
        return name
    capitals = {fold(word): word for writing in writings for word in writing.split(" ") if word.istitle()}
    return " ".join(
        word
        if word not in capitals or len(word) < _SHORTEST_WORD or set(word.split("-")) <= knowledge.words
        else capitals[word]
        for word in name.split(" ")
    )


def _unpluralled(name: str) -> str:
    return name[:-1] if len(name) > 2 and name.endswith("s") and name[-2].isupper() else name


def term(name: str, knowledge: Knowledge) -> str:
    """A term in the singular, its words in small letters where the language writes them so."""
    lowered = _CAPITALISED.sub(lambda found: fold(found[1]) if fold(found[1]) in knowledge.words else found[1], name)
    return _singular_end(lowered)


def _is_common(name: str, knowledge: Knowledge) -> bool:
    """Whether a name has several words, all of them words of the language."""
    return " " in name and knowledge.words.issuperset(word for word in words(name) if len(word) >= _SHORTEST_WORD)


def _singular_end(name: str) -> str:
    """The name in the singular; what follows a preposition stays in the plural (mixture of experts)."""
    first, *rest = fold(name).replace("-of-", " of ").split(" ")
    if _PREPOSITIONS.intersection(rest) or first in _GERUNDS or (not rest and name[:1].isupper()):
        return name
    return _LAST_WORD.sub(lambda found: _singular(found[1]), name)


def _singular(word: str) -> str:
    if word.istitle():
        return _singular(fold(word)).capitalize()
    return singular(word) if word.islower() and word not in _IN_PLURAL else _unpluralled(word)
