"""Measures the export and the engines of SPARQL in one run; prints a table and the two figures that matter.

    python bench/rdf.py [--papers 200] [--repeat 3]

Export: this package's Turtle writer against building an rdflib graph and serialising it. Queries: five typical ones
over the export, by pyoxigraph and by rdflib's memory store, in process, and by both as users ask them (graph.sparql:
checked, in a worker process, as Python rows). The graph is grown until it has 100,000 triples.
"""

import argparse
import io
import math
import random
import time
from collections.abc import Callable

import pyoxigraph

import kg.rdf
from kg.graph import Graph, Provenance
from kg.model import Claim, Concept, Evidence, Kind, Mention, Paper, PartialDate, Predicate, Sentence
from kg.sparql import ENGINES, SparqlStore

_WANTED_TRIPLES = 100_000
_PREDICATES = {
    Kind.METHOD: (Predicate.USES, Predicate.INTRODUCES, Predicate.COMPARES_WITH),
    Kind.DATASET: (Predicate.EVALUATES_ON, Predicate.USES),
    Kind.BENCHMARK: (Predicate.EVALUATES_ON,),
    Kind.TASK: (Predicate.ADDRESSES,),
    Kind.METRIC: (Predicate.REPORTS,),
}
_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in kg.vocab.PREFIXES.items())
QUERIES = {
    "who evaluates on X": "SELECT ?t { ?p kg:evaluatesOn <%(dataset)s> ; dcterms:title ?t } ORDER BY ?t",
    "methods on X by papers": "SELECT ?m (COUNT(DISTINCT ?p) AS ?n) { ?p kg:evaluatesOn <%(dataset)s> ;"
    " kg:mentions ?c . ?c a kg:Method ; skos:prefLabel ?m } GROUP BY ?m ORDER BY DESC(?n) ?m",
    "concepts by papers": "SELECT ?c (COUNT(DISTINCT ?p) AS ?n) { ?p kg:mentions ?c } GROUP BY ?c ORDER BY DESC(?n) ?c",
    "papers sharing with P": "SELECT ?o (COUNT(?c) AS ?n) { <%(paper)s> kg:mentions ?c . ?o kg:mentions ?c"
    " FILTER(?o != <%(paper)s>) } GROUP BY ?o HAVING (COUNT(?c) >= 2) ORDER BY DESC(?n) ?o",
    "sentences behind claims on M": "SELECT ?t ?x { ?s rdf:object <%(method)s> ; rdf:predicate ?p ; kg:inPaper ?paper ;"
    " kg:supportedBy ?e . ?e kg:exact ?x . ?paper dcterms:title ?t } ORDER BY ?t ?x",
}


def graph_of(papers: int) -> Graph:
    """A corpus of so many papers: each names 14 concepts, the common ones more often, as in real corpora."""
    chance = random.Random(0)
    kinds = list(Kind)
    concepts = [Concept(f"{kinds[n % 5]}:c{n}", kinds[n % 5], f"Concept {n}", (f"C{n}",)) for n in range(papers * 4)]
    made, claims = [], []
    for number in range(papers):
        found = sorted({int(len(concepts) * chance.random() ** 4) for _ in range(14)})
        names = [concepts[n].name for n in found]
        text = " ".join(f'We study {name} with care, and "quote" it.' for name in names)
        paper = Paper(
            f"id:p{number}", f"Paper {number}", text, (f"p{number}",), published=PartialDate(2015 + number % 10, 5)
        )
        made.append(paper)
        for n, name in zip(found, names, strict=True):
            start = paper.text.index(f"{name} ")
            mention = Mention(paper.id, start, start + len(name), name, concepts[n].kind, 0.9, "bench")
            sentence = Sentence(paper.id, start - 9, start + len(name) + 32)
            predicate = chance.choice(_PREDICATES[concepts[n].kind])
            claims.append(
                Claim(paper.id, paper.id, predicate, concepts[n].id, (Evidence(sentence, (mention,), 0.8, "bench"),))
            )
    return Graph(papers=made, concepts=concepts, claims=claims, provenance=Provenance("0", "bench"))


def best(action: Callable[[], object], repeat: int) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    papers, graph = options.papers, graph_of(options.papers)
    while (triples := len(kg.rdf.to_rdf(graph))) < _WANTED_TRIPLES:
        papers = math.ceil(papers * 1.05 * _WANTED_TRIPLES / triples)
        graph = graph_of(papers)
    print(f"{papers} papers, {triples} triples; best of {options.repeat}\n")

    ours = best(lambda: kg.rdf.write(graph, io.BytesIO()), options.repeat)
    theirs = best(lambda: kg.rdf.to_rdf(graph).serialize(format="turtle"), options.repeat)
    print(f"export to Turtle: {ours:.2f} s; rdflib, built and serialised: {theirs:.2f} s")
    print(f"{theirs / ours:.1f} times as fast\n")

    file = io.BytesIO()
    kg.rdf.write(graph, file)
    store, memory = pyoxigraph.Store(), kg.rdf.to_rdf(graph)
    store.bulk_load(file.getvalue(), format=pyoxigraph.RdfFormat.TURTLE)
    base = kg.vocab.DEFAULT_BASE
    busy = {
        kind: max(graph.concepts(kind), key=lambda c: len(graph.papers_of(c.id)))
        for kind in (Kind.METHOD, Kind.DATASET)
    }
    names = {"paper": f"{base}paper/id/p1"} | {
        str(kind): base + concept.id.replace(":", "/") for kind, concept in busy.items()
    }
    ratios, asked_ratios = [], []
    asked = {engine: SparqlStore(file.getvalue(), engine=engine) for engine in ENGINES}
    assert all(each.query("ASK {}") for each in asked.values())  # start and load
    print(f"{'':<30} {'':>5} {'in process':^36} {'as users ask':^36}")
    columns = f"{'oxigraph':>12} {'rdflib':>12} {'ratio':>9}"
    print(f"{'query':<30} {'rows':>5} {columns}  {columns}")
    for name, query in QUERIES.items():
        text = _PREFIXES + query % names
        rows = [len(list(store.query(text))), len(list(memory.query(text))), len(asked["oxigraph"].query(text))]
        assert rows[0] == rows[1] == rows[2] > 0, (name, rows)
        fast = best(lambda text=text: list(store.query(text)), 5 * options.repeat)
        slow = best(lambda text=text: list(memory.query(text)), options.repeat)
        users = [best(lambda text=text, engine=engine: asked[engine].query(text), options.repeat) for engine in ENGINES]
        ratios.append(slow / fast)
        asked_ratios.append(users[1] / users[0])
        times = "".join(f" {seconds * 1000:>9.2f} ms" for seconds in (fast, slow))
        asked_times = "".join(f" {seconds * 1000:>9.2f} ms" for seconds in users)
        print(f"{name:<30} {rows[0]:>5}{times} {ratios[-1]:>9.0f} {asked_times} {asked_ratios[-1]:>9.0f}")
    print(f"geometric mean: {math.prod(ratios) ** 0.2:.0f} times as fast in process,", end=" ")
    print(f"{math.prod(asked_ratios) ** 0.2:.0f} times as users ask")


if __name__ == "__main__":
    main()
