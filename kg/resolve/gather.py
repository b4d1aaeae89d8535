"""The names of every entity of every paper: what it is called there and what the paper itself defines."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.model import Entity, Extraction, Kind, Mention, Paper, Role
from kg.names import is_short_form, plain, singular
from kg.resolve.acronyms import alignment_cost, spellings, stands_for
from kg.resolve.forms import form, without_gloss
from kg.resolve.judge import compatible
from kg.resolve.knowledge import short_key
from kg.text import fold

#: So many words in small letters beside a short form are its long form, or were taken for it by mistake.
_STRETCH_WORDS = 4


#: What an acronym may cost a letter that only stands in the same paper as its long form; BERT is no bootstrapped
#: pre-training.
_UNTIED_COST = 0.18


@dataclass(frozen=True, slots=True)
class Named:
    """One entity of one paper, by its names there.

    `anchor` is the name it is compared by: its long form where it has one, else its name; `names` are all its names,
    `shorts` those that are acronyms the paper defines, `running` those that stand inside a sentence of the abstract;
    `undefined` if all it has is a short form.
    """

    paper: str
    entity: str
    kind: Kind
    introduced: bool
    anchor: str
    names: tuple[str, ...]
    shorts: tuple[str, ...]
    undefined: bool
    running: tuple[str, ...] = ()


def gather(papers: Iterable[Paper], extractions: Iterable[Extraction]) -> list[Named]:
    """Every entity of the given papers with its names, sorted by paper and name."""
    by_id = {paper.id: paper for paper in papers}
    found: list[Named] = []
    for extraction in extractions:
        if (paper := by_id.get(extraction.paper)) is not None:
            own = definitions(paper, extraction)
            found += [_named(paper, entity, own) for entity in extraction.entities]
    return sorted(found, key=lambda named: (named.paper, named.entity))


def definitions(paper: Paper, extraction: Extraction) -> Mapping[str, str]:
    """Short form (its key) -> long form, as the paper gives them.

    Abbreviations read in its text, else an entity of a short name that another entity of the same kind spells out.
    """
    own: dict[str, str] = {}
    longs = {plain(entity.name): entity for entity in extraction.entities if not is_short_form(entity.name)}
    for entity in extraction.entities:
        if not is_short_form(entity.name):
            continue
        fitting = [
            (alignment_cost(entity.name, long) or 0.0, long)
            for long, other in longs.items()
            if compatible({entity.kind}, {other.kind})
            and (_is_plain_acronym(entity.name, long) or _bracketed(paper.text, entity, other))
        ]
        if fitting:
            own[short_key(entity.name)] = min(fitting)[1]
    for short, long in sorted(extraction.abbreviations):
        if stands_for(short, long):
            own[short_key(short)] = plain(long)
    return own


def _is_plain_acronym(short: str, long: str) -> bool:
    """Whether nearly all letters are first letters: the two are not tied by the text, as an abbreviation is."""
    costs = [cost for each in spellings(short) if (cost := alignment_cost(each, long)) is not None]
    return stands_for(short, long) and bool(costs) and min(costs) <= _UNTIED_COST * len(plain(short))


def _bracketed(text: str, short: Entity, long: Entity) -> bool:
    """Whether the long name stands in brackets behind the short one and begins alike: GUIDE (Guideline-Guided)."""
    if not fold(long.name).startswith(fold(short.name)):
        return False
    ends = {mention.end for mention in short.mentions}
    return any(m.start - 2 in ends and text[m.start - 2 : m.start] == " (" for m in long.mentions)


def _is_running(paper: Paper, mention: Mention) -> bool:
    """Whether a mention stands inside a sentence of the abstract, where a capital says something."""
    return mention.start > len(paper.title) + 1 and paper.text[mention.start - 2] not in ".?!:\n"


def _named(paper: Paper, entity: Entity, own: Mapping[str, str]) -> Named:
    written = Counter(plain(mention.text) for mention in entity.mentions)
    written[plain(entity.name)] += 1
    names: set[str] = set()
    for name in written:
        if _is_stray(plain(entity.name), name):
            continue
        names.update(plain(part) for part in without_gloss(name) if part)
    names = names or {plain(entity.name)}
    shorts = sorted(name for name in names if is_short_form(name))
    longs = sorted(names.difference(shorts))
    defined = {short: long for short in shorts if (long := _long_form(short, longs, written, own))}
    name = plain(without_gloss(entity.name)[0])
    if strangers := _strangers(defined, written):
        names -= strangers
        defined = {short: long for short, long in defined.items() if short in names}
        name = name if name in names else min(defined)
    name = _spelled_out(name, own)
    if not is_short_form(name):
        anchor = name
    elif name in defined:
        anchor = defined[name]
    else:
        anchor = min(defined.values()) if defined else name
    return Named(
        paper=paper.id,
        entity=entity.name,
        kind=entity.kind,
        introduced=entity.role is Role.INTRODUCED,
        anchor=anchor,
        names=tuple(sorted(names)),
        shorts=tuple(sorted(short for short in shorts if short in defined)),
        undefined=is_short_form(anchor),
        running=tuple(sorted({plain(m.text) for m in entity.mentions if _is_running(paper, m)})),
    )


def _is_stray(own: str, name: str) -> bool:
    """Whether a further name of an entity with a short form is a stretch of text in small letters that does not fit."""
    long = name.count(" ") >= _STRETCH_WORDS - 1 and fold(name) == name
    return long and is_short_form(own) and not stands_for(own, name)


def _strangers(defined: Mapping[str, str], written: Mapping[str, int]) -> set[str]:
    """The names that are another's, where an entity has two short forms that mean two things: PROP with its part ROP.

    The short form written most is the entity's own.
    """
    counts: Counter[str] = Counter()
    for short, long in defined.items():
        counts[form(long)] += written.get(short, 0)
    if len(counts) < 2:
        return set()
    own = min(counts, key=lambda key: (-counts[key], key))
    others = {short: long for short, long in defined.items() if form(long) != own}
    return {*others, *others.values()}


def _spelled_out(name: str, own: Mapping[str, str]) -> str:
    """A phrase with the acronyms in it as the paper itself defines them: `online CL`."""
    if is_short_form(name) or not own:
        return name
    words = name.split(" ")
    return " ".join(_singular_phrase(own.get(short_key(word), word)) if is_short_form(word) else word for word in words)


def _singular_phrase(phrase: str) -> str:
    before, space, last = phrase.rpartition(" ")
    return f"{before}{space}{singular(last)}" if space and last.islower() else phrase


def _long_form(short: str, longs: Iterable[str], written: Mapping[str, int], own: Mapping[str, str]) -> str | None:
    """What the paper itself says a short form means: its abbreviations, else a longer name of the entity that fits."""
    if (long := own.get(short_key(short))) is not None and not is_short_form(long):
        return long
    fitting = [
        (alignment_cost(short, long) or 0.0, -written.get(long, 0), long) for long in longs if stands_for(short, long)
    ]
    return min(fitting)[2] if fitting else None


@dataclass(slots=True)
class Usage:
    """How a name is used in the corpus: the papers (sorted), the kinds they give it, the papers whose own it is."""

    papers: list[str] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)
    introduced: list[str] = field(default_factory=list)


def usages(named: Iterable[Named]) -> dict[str, Usage]:
    """Anchor -> its papers and the kinds they give it."""
    found: dict[str, Usage] = defaultdict(Usage)
    for each in named:
        usage = found[each.anchor]
        usage.papers.append(each.paper)
        usage.kinds.add(each.kind)
        if each.introduced:
            usage.introduced.append(each.paper)
    return dict(found)


def blocks(names: Iterable[str]) -> Mapping[str, list[str]]:
    """Form -> the names of that form, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        found[form(name)].append(name)
    return found
