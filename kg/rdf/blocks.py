"""The values between the graph and a format: blocks of triples about one subject, with their literals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kg.model import PartialDate
from kg.quantity import canonical
from kg.text import clean
from kg.vocab import SUPER_CLASSES

_TYPE = "rdf:type"


class Literal(NamedTuple):
    """A literal: its lexical form, and the CURIE of its datatype (None: xsd:string)."""

    text: str
    datatype: str | None = None


#: An IRI (a CURIE of `vocab.PREFIXES`, or absolute), or a literal.
Term = str | Literal
Properties = Mapping[str, Sequence[Term]]


@dataclass(frozen=True, slots=True)
class Block:
    """All triples of one subject (an absolute IRI) in one graph (None: the default); no term twice under a property."""

    subject: str
    properties: Properties
    graph: str | None = None


def types(special: str) -> list[Term]:
    """A class and every class above it."""
    return [special, *SUPER_CLASSES.get(special, ())]


def string(text: str) -> Literal:
    """A plain string; what no format can carry becomes U+FFFD, so that offsets stay."""
    return Literal(clean(text))


def integer(value: int) -> Literal:
    return Literal(str(value), "xsd:integer")


def decimal(value: Decimal | float) -> Literal:
    """A canonical xsd:decimal; a float is taken as it prints."""
    return Literal(canonical(value if isinstance(value, Decimal) else Decimal(repr(value))), "xsd:decimal")


def boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", "xsd:boolean")


def date(value: PartialDate) -> Literal:
    """A partial date, typed by its precision."""
    if value.year is None:
        return Literal(str(value), "xsd:gMonthDay")
    if value.month is None:
        return Literal(str(value), "xsd:gYear")
    return Literal(str(value), "xsd:gYearMonth" if value.day is None else "xsd:date")


#: An address this strict needs no escape in any format; others are kept as text.
_WEB_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)


def web_address(text: str) -> str | None:
    """`text` where it is a plain http(s) address that can stand as an IRI, else None."""
    return text if _WEB_ADDRESS.fullmatch(text) else None
