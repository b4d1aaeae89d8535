"""What the full export adds: W3C Web Annotation targets and selectors, each piece of support by itself, and PROV."""

from collections.abc import Iterator

from kg.model import Claim, Paper
from kg.rdf.blocks import Block, Literal, Term, decimal, string, types
from kg.rdf.evidence import Evidencer, Span
from kg.vocab import Iris

#: Characters before and after a mention in its quote selector: the length the Web Annotation examples use.
_CONTEXT = 32


class Annotator:
    """Blocks that only the full export has; the smaller ones are part of it."""

    def __init__(self, iris: Iris, evidencer: Evidencer) -> None:
        self._iris = iris
        self._evidencer = evidencer

    def text(self, paper: Paper) -> Block:
        """The text that offsets count in, as a resource."""
        properties: dict[str, list[Term]] = {
            "rdf:type": types("kg:Text"),
            "kg:inPaper": [self._iris.of(paper.id)],
            "rdf:value": [string(paper.text)],
            "prov:wasDerivedFrom": [self._iris.of(paper.id)],
        }
        return Block(text_iri(self._iris, paper), properties)

    def mention(self, paper: Paper, span: Span, mention: Block) -> Iterator[Block]:
        """A mention as a Web Annotation: its body the concept, its target a place in the text, and who says so."""
        added: dict[str, list[Term]] = {
            "oa:hasTarget": [self._part("target", paper, span)],
            "oa:motivatedBy": ["oa:identifying"],
            "prov:wasGeneratedBy": [self._evidencer.extraction],
        }
        if "kg:refersTo" in mention.properties:
            added["oa:hasBody"] = list(mention.properties["kg:refersTo"])
        yield Block(mention.subject, {**mention.properties, **added})
        yield from self._target(paper, span)

    def statement(self, claim: Claim) -> Iterator[Block]:
        """A claim's statement with its pieces of support, and each of them: one sentence, one rule, one confidence."""
        statement = self._evidencer.statement(claim)
        path = statement.subject.removeprefix(self._iris.base + "statement/")
        parts = [f"{self._iris.base}support/{path}/{number}" for number in range(1, len(claim.evidence) + 1)]
        mentions = statement.properties.get("kg:hasMention", ())
        added: dict[str, list[Term]] = {"kg:hasSupport": list(parts)}
        if mentions:
            added["prov:wasDerivedFrom"] = list(mentions)
        yield Block(statement.subject, {**statement.properties, **added})
        for part, evidence in zip(parts, claim.evidence, strict=True):
            properties: dict[str, list[Term]] = {
                "rdf:type": types("kg:Support"),
                "kg:inPaper": [self._iris.of(claim.paper or "")],
                "kg:confidence": [decimal(evidence.confidence)],
                **self._evidencer.support([evidence]),
            }
            yield Block(part, properties)

    def _target(self, paper: Paper, span: Span) -> Iterator[Block]:
        """A place in the text, by position and by quotation."""
        start, end = span
        text = paper.text
        position, quote = self._part("position", paper, span), self._part("quote", paper, span)
        yield Block(
            self._part("target", paper, span),
            {
                "rdf:type": ["oa:SpecificResource"],
                "oa:hasSource": [text_iri(self._iris, paper)],
                "oa:hasSelector": [position, quote],
            },
        )
        yield Block(
            position,
            {
                "rdf:type": ["oa:TextPositionSelector"],
                "oa:start": [Literal(str(start), "xsd:nonNegativeInteger")],
                "oa:end": [Literal(str(end), "xsd:nonNegativeInteger")],
            },
        )
        yield Block(
            quote,
            {
                "rdf:type": ["oa:TextQuoteSelector"],
                "oa:exact": [string(text[start:end])],
                "oa:prefix": [string(text[max(0, start - _CONTEXT) : start])],
                "oa:suffix": [string(text[end : end + _CONTEXT])],
            },
        )

    def _part(self, what: str, paper: Paper, span: Span) -> str:
        return self._iris.under(what, paper.id, f"{span[0]}-{span[1]}")


def text_iri(iris: Iris, paper: Paper) -> str:
    """The IRI of a paper's text."""
    return iris.under("text", paper.id)
