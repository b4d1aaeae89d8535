"""What the export says of evidence: sentences, mentions, and one statement a claim."""

from collections.abc import Iterable, Iterator, Sequence

from kg.graph import Graph, Provenance
from kg.model import PAPER_PREDICATES, Claim, Evidence, Mention, Paper, Result, Sentence
from kg.rdf.blocks import Block, Term, decimal, integer, string, types
from kg.vocab import Iris, segment

#: Characters of the model's hash in the IRI of a run, as many as git shows; the whole stands in kg:modelHash.
_HASH = 12


def extraction_iri(iris: Iris, provenance: Provenance) -> str:
    """The IRI of the run that made the claims: one for each version of the package and model."""
    version, model = provenance.version or "unknown", provenance.model_hash or "unknown"
    return f"{iris.base}extraction/{segment(version)}/{segment(model[:_HASH])}"


#: Start and end of a mention in its paper's text.
Span = tuple[int, int]


class Evidencer:
    """Blocks about the evidence in one graph."""

    def __init__(self, graph: Graph, iris: Iris) -> None:
        self._iris = iris
        self.extraction = extraction_iri(iris, graph.provenance)

    def statement_iri(self, claim: Claim) -> str:
        """`<base>statement/<paper>/[<subject>/]<predicate>/<object>`; the subject is left out where it is the paper."""
        path = self._iris.path
        subject = () if claim.subject == claim.paper else (path(claim.subject),)
        return self._iris.under("statement", claim.paper or "", *subject, str(claim.predicate), path(claim.object))

    def sentence_iri(self, sentence: Sentence) -> str:
        return self._iris.under("sentence", sentence.paper, f"{sentence.start}-{sentence.end}")

    def mention_iri(self, mention: Mention) -> str:
        return self._iris.under("mention", mention.paper, f"{mention.start}-{mention.end}")

    def statement(self, claim: Claim) -> Block:
        """One claim of one paper, reified, with its support."""
        of = self._iris.of
        properties: dict[str, list[Term]] = {
            "rdf:type": types("kg:Statement"),
            "rdf:subject": [of(claim.subject)],
            "rdf:predicate": [f"kg:{claim.predicate}"],
            "rdf:object": [of(claim.object)],
            "kg:inPaper": [of(claim.paper or "")],
            "kg:confidence": [decimal(claim.confidence)],
            "kg:support": [integer(len(claim.evidence))],
            **self.support(claim.evidence),
        }
        return Block(self.statement_iri(claim), properties)

    def support(self, evidence: Sequence[Evidence]) -> dict[str, list[Term]]:
        """Sentences, mentions, rules and the run behind a statement or a result."""
        properties: dict[str, list[Term]] = {}
        if sentences := dict.fromkeys(self.sentence_iri(e.sentence) for e in evidence):
            properties["kg:supportedBy"] = list(sentences)
        if mentions := dict.fromkeys(self.mention_iri(mention) for e in evidence for mention in e.mentions):
            properties["kg:hasMention"] = list(mentions)
        if rules := dict.fromkeys(string(e.rule) for e in evidence if e.rule):
            properties["kg:rule"] = list(rules)
        properties["prov:wasGeneratedBy"] = [self.extraction]
        return properties

    def result(self, result: Result) -> dict[str, list[Term]]:
        """What stands behind a reported number."""
        return {"kg:confidence": [decimal(result.evidence.confidence)], **self.support((result.evidence,))}

    def sentences(self, paper: Paper, claims: Iterable[Claim], results: Iterable[Result]) -> Iterator[Block]:
        """Every sentence of a paper that supports a claim or a result."""
        found = {e.sentence for claim in claims for e in claim.evidence} | {
            result.evidence.sentence for result in results
        }
        text = paper.text
        for sentence in sorted(found):
            yield Block(
                self.sentence_iri(sentence),
                {
                    "rdf:type": types("kg:Sentence"),
                    "kg:inPaper": [self._iris.of(paper.id)],
                    "kg:exact": [string(text[sentence.start : sentence.end])],
                    "kg:start": [integer(sentence.start)],
                    "kg:end": [integer(sentence.end)],
                },
            )

    def mentions(
        self, paper: Paper, claims: Iterable[Claim], results: Iterable[Result]
    ) -> Iterator[tuple[Span, Block]]:
        """Every mention behind a claim or a result of a paper; one span is one mention, at its best confidence."""
        best: dict[Span, Mention] = {}
        concepts: dict[Span, dict[str, None]] = {}
        sentence_of: dict[Span, Sentence] = {}
        for claim in sorted(claims, key=lambda claim: claim.predicate not in PAPER_PREDICATES):
            for evidence in claim.evidence:
                for mention in evidence.mentions:
                    span = (mention.start, mention.end)
                    sentence_of.setdefault(span, evidence.sentence)
                    if span not in best or (mention.confidence, mention.rule) > (
                        best[span].confidence,
                        best[span].rule,
                    ):
                        best[span] = mention
                    if claim.predicate in PAPER_PREDICATES:
                        concepts.setdefault(span, {})[claim.object] = None
        for result in results:
            for mention in result.evidence.mentions:
                best.setdefault((mention.start, mention.end), mention)
                sentence_of.setdefault((mention.start, mention.end), result.evidence.sentence)
        for span, mention in sorted(best.items()):
            properties: dict[str, list[Term]] = {
                "rdf:type": types("kg:Mention"),
                "kg:inPaper": [self._iris.of(paper.id)],
                "kg:inSentence": [self.sentence_iri(sentence_of[span])],
                "kg:exact": [string(mention.text)],
                "kg:start": [integer(mention.start)],
                "kg:end": [integer(mention.end)],
                "kg:confidence": [decimal(mention.confidence)],
            }
            if span in concepts:
                properties["kg:refersTo"] = [self._iris.of(concept) for concept in concepts[span]]
            if mention.rule:
                properties["kg:rule"] = [string(mention.rule)]
            yield span, Block(self.mention_iri(mention), properties)
