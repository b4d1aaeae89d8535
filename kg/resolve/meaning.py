"""What a short form means out of context: by its letters and by what the field's papers define."""

import re
from collections.abc import Set
from dataclasses import dataclass

from kg.model import Kind
from kg.names import is_proper, is_short_form, plain
from kg.resolve.acronyms import same_stems, stands_for
from kg.resolve.forms import form
from kg.resolve.judge import compatible
from kg.resolve.knowledge import PLAIN_SHARE, Knowledge, Meaning

#: A rival meaning with at least this share of the definitions, and this many papers, makes a short form ambiguous.
_RIVAL_SHARE = 0.2
_RIVAL_PAPERS = 15
#: A meaning with less than this share of the definitions is not what the short form says by itself (RNN, recursive).
_RARE_SHARE = 0.05
#: A long form that the lexicon does not know is refused if this many papers define the short form otherwise; fewer are
#: enough if it is written in small letters, as a term of the field and not as one paper's own name.
_SETTLED_PAPERS = 25
_SETTLED_PAPERS_TERM = 10
_TOKEN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether a short form means a long form: "same", "different" or "ambiguous", the rule, the known meanings."""

    verdict: str
    rule: str
    meanings: tuple[str, ...] = ()


def read_acronym(
    short: str, long: str, kinds: Set[Kind], long_kinds: Set[Kind], knowledge: Knowledge
) -> Reading | None:
    """How a short form is read beside a long form, out of context; None where neither letters nor lexicon tie them."""
    everything = [meaning for meaning in knowledge.meanings(short) if _fits(meaning, kinds)]
    known = next((m for m in everything if form(m.long) == form(long) or same_stems(m.long, long)), None)
    if known is None and not stands_for(short, long):
        return None
    # A long form that is no known name of the field ("terrestrial laser scanning") is no rival.
    rivals = [meaning for meaning in everything if meaning.kind and meaning != known]
    listed = tuple(meaning.long for meaning in everything if meaning.kind or meaning == known)[:5]
    if not compatible(kinds, long_kinds):
        return Reading("different", "the letters fit, the kinds do not", listed)
    if known is None:
        return _unknown(long, kinds, long_kinds, rivals)
    if kinds and known.kind and Kind(known.kind) not in kinds and any(Kind(rival.kind) in kinds for rival in rivals):
        return Reading("ambiguous", "acronym of several meanings", listed)
    total = known.papers + sum(meaning.papers for meaning in rivals)
    if known.papers >= PLAIN_SHARE * total:
        return Reading("same", "acronym, in its plain meaning", listed)
    if known.papers < _RARE_SHARE * total:
        return Reading("different", f"acronym of {rivals[0].long}", listed)
    if any(rival.papers >= max(_RIVAL_PAPERS, _RIVAL_SHARE * total) for rival in rivals):
        return Reading("ambiguous", "acronym of several meanings", listed)
    return Reading("same", "acronym, in a known meaning", listed)


def _fits(meaning: Meaning, kinds: Set[Kind]) -> bool:
    return not meaning.kind or compatible(kinds, {Kind(meaning.kind)})


def _unknown(long: str, kinds: Set[Kind], long_kinds: Set[Kind], meanings: list[Meaning]) -> Reading:
    """A long form whose letters fit and which no paper of the lexicon gives."""
    listed = tuple(m.long for m in meanings[:5])
    settled = meanings[0].papers if meanings else 0
    if settled >= (_SETTLED_PAPERS_TERM if plain(long).islower() else _SETTLED_PAPERS):
        return Reading("different", f"acronym of {meanings[0].long}", listed)
    if meanings and kinds and long_kinds and not kinds & long_kinds:
        return Reading("different", "the letters fit, the kinds do not", listed)
    return Reading("same", "acronym by its letters", listed)


def expanded(name: str, knowledge: Knowledge) -> str:
    """A phrase with the acronyms in it written out where their meaning is plain: `agentic RAG`."""
    text = plain(name)
    if is_short_form(text):
        meaning = knowledge.plain_meaning(text)
        return meaning.long if meaning else name

    def long_form(found: re.Match[str]) -> str:
        token = found[0]
        if not is_short_form(token) or any(map(str.isdigit, token)):
            return token
        meaning = knowledge.plain_meaning(token)
        return meaning.long if meaning and not is_proper(meaning.long) else token

    return _TOKEN.sub(long_form, text)
