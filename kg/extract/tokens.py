"""The tokenizer: spaCy's English rules, and cuts wherever the name of a method or a data set may end."""

from typing import Any, cast

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

#: Cuts inside a token, beside spaCy's own. Names end before "-based", at a slash, at LaTeX braces, ties and commands.
_INFIXES = (
    r"(?<=[0-9A-Za-z])[-–—](?=[a-z]{3})",  # GPT-4-based, BERT-like; not CIFAR-10, T5-XL
    r"(?<=[0-9A-Za-z)%])/(?=[0-9A-Za-z(])",  # CIFAR-10/100, precision/recall
    r"[{}~$]",  # {SkillNet}, JiuZhang~2.0, $\pi_0$
    r"\\[a-zA-Z]+(?=\{)",  # \textsc{AIEV-Instruct}
    r"(?<=[0-9A-Za-z])[()\[\]](?=[0-9A-Za-z])",  # F1(macro)
    r"(?<=[0-9])(?:---?|–|—)(?=[0-9])",  # 2--2.5
)
#: spaCy's cut between digits ("2-7" is 2, -, 7) would split LLaMA2-7B.
_ARITHMETIC = r"(?<=[0-9])[+\-\*^](?=[0-9-])"
_PREFIXES = (r"\\[a-zA-Z]+(?=\{)", r"[~{`]")
_SUFFIXES = (r"[}~`]", r"\\%", r"(?<=[0-9])(?:x|X|×)")
#: Strings the tokenizer remembers. The default of 10,000 is filled by a few hundred abstracts, after which every new
#: string is split again: 3 to 8 times slower.
MAX_CACHE_SIZE = 500_000


def blank_english() -> Language:
    """A blank English pipeline with our tokenizer; no component, no vectors."""
    nlp = spacy.blank("en")
    defaults = nlp.Defaults
    tokenizer = cast(Any, nlp.tokenizer)  # spaCy types it as any function from text to Doc
    tokenizer.infix_finditer = compile_infix_regex(
        (*_INFIXES, *(rule for rule in defaults.infixes or () if rule != _ARITHMETIC))
    ).finditer
    tokenizer.prefix_search = compile_prefix_regex((*_PREFIXES, *(defaults.prefixes or ()))).search
    tokenizer.suffix_search = compile_suffix_regex((*_SUFFIXES, *(defaults.suffixes or ()))).search
    tokenizer.max_cache_size = MAX_CACHE_SIZE
    return nlp
