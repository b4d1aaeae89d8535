"""The only normaliser of names and text; no other module folds case."""

import hashlib
import re
import unicodedata

#: Controls except tab and line ends, lone surrogates, non-characters: no output format can carry them all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")
#: Same definition as the annotation scorer's: nothing inside one is a name.
URL = re.compile(r"https?://\S+|www\.\S+")


def clean(text: str) -> str:
    """Replace each character that cannot be written by U+FFFD; length and offsets stay."""
    return _UNWRITABLE.sub("\ufffd", text)


def squeeze(text: str) -> str:
    """One space for every run of white space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Compatibility-normalised, accent-free, case-folded text, for comparing."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def caseless(text: str) -> str:
    """Case-folded text, nothing else changed: for what must agree with the annotation scorer."""
    return text.casefold()


def title_key(title: str) -> str:
    """What makes two titles the same paper: letters and digits, folded."""
    folded = fold(title)
    return "".join(char for char in folded if char.isalnum()) or squeeze(folded)


def slug(name: str) -> str:
    """A readable identifier in [0-9a-z-]; with a hash suffix where folding loses something that tells names apart.

    `LoRA` -> `lora`, `HumanEval+` -> `humaneval-1f2d3c4b`: names that differ only in case, spaces, hyphens and accents
    share a slug, all others do not.
    """
    folded = fold(squeeze(name))
    readable = _NOT_ALPHANUMERIC.sub("-", folded).strip("-")
    lossless = re.sub(r"[\s\-_‐-―]+", "-", folded).strip("-") == readable
    if readable and lossless:
        return readable
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}-{digest}" if readable else digest
