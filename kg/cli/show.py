"""`kg show` and `kg export`: one paper or concept with its evidence; the graph in other tools' formats."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

import kg
from kg import rdf
from kg.api import KnowledgeGraph
from kg.cli.terminal import WORDS, add_graph_options, print_json
from kg.errors import KgError, UnknownNameError
from kg.exports import FORMATS
from kg.model import Claim, Concept, Paper

#: Turtle is what `kg build` writes itself.
_RDF_FORMATS = {name: suffix for name, suffix in rdf.FORMATS.items() if name != "turtle"}
#: How the predicates read on the terminal.
_VERBS = {
    "introduces": "introduces",
    "uses": "uses",
    "comparesWith": "compares with",
    "evaluatesOn": "evaluates on",
    "addresses": "addresses",
    "reports": "reports",
    "mentions": "mentions",
    "usedFor": "is used for",
    "basedOn": "is based on",
    "partOf": "is part of",
    "outperforms": "outperforms",
    "comparedWith": "is compared with",
    "trainedOn": "is trained on",
    "broader": "is a kind of",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `show` and `export`."""
    show = commands.add_parser("show", help="a paper or a concept, with every claim and its sentence")
    show.add_argument("name", help="an id, a name, or a part that fits only one")
    add_graph_options(show)
    show.set_defaults(run=_show)
    export = commands.add_parser("export", help="the graph as GraphML, GEXF, node-link JSON, CSV, or other RDF formats")
    export.add_argument("format", choices=sorted([*FORMATS, *_RDF_FORMATS]))
    export.add_argument("-o", "--output", metavar="DIR", help="folder to write into (default: the graph's own)")
    export.add_argument(
        "--graph", metavar="DIR", default="outputs", help="folder that kg build wrote (default: outputs)"
    )
    export.set_defaults(run=_export)


def _show(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    found = _found(graph, args.name)
    if args.json:
        print_json([_record(graph, node) for node in found])
    else:
        for node in found:
            _print(graph, node)
    return 0


def _found(graph: KnowledgeGraph, name: str) -> list[Paper | Concept]:
    """The concept and the paper of a name; at least one. A name that fits neither raises the concept's error."""
    found: list[Paper | Concept] = []
    errors: list[KgError] = []
    for find in (graph.concept, graph.paper):
        try:
            found.append(find(name))
        except (UnknownNameError, KgError) as error:
            errors.append(error)
    if not found:
        raise next((error for error in errors if not isinstance(error, UnknownNameError)), errors[0])
    return found


def _print(graph: KnowledgeGraph, node: Paper | Concept) -> None:
    console = Console(highlight=False)
    if isinstance(node, Paper):
        facts = [
            str(fact) for fact in (node.published, node.organisation, _counted(node.author_count, "author")) if fact
        ]
        places = ", ".join(f"{place.file}:{place.line}" for place in node.seen_in)
        console.print(Text(node.title, style="bold"))
        console.print(Text(" · ".join(["paper", node.id, *facts, places]), style="dim"))
        console.print(Text(node.abstract))
    else:
        console.print(Text(node.name, style="bold"))
        aliases = f"also {', '.join(node.aliases)}" if node.aliases else ""
        console.print(Text(" · ".join(filter(None, [node.kind.value, node.id, aliases])), style="dim"))
    for claim in _claims(graph, node):
        console.print(Text(_said(graph, claim, node), style="bold"), end=" ")
        console.print(Text(f"({claim.confidence:.2f})", style="dim"))
        for evidence in claim.evidence:
            console.print(Padding(Text(graph.text_of(evidence.sentence), style="italic"), (0, 0, 0, 4)))
    for result in graph.results(paper=node.id) if isinstance(node, Paper) else ():
        about = ", ".join(_label(graph, end) for end in (result.method, result.on, result.metric) if end)
        console.print(Text(f"result {result.text} ({result.kind}): {about}"))
    console.print()


def _claims(graph: KnowledgeGraph, node: Paper | Concept) -> list[Claim]:
    return [*graph.claims(subject=node.id), *graph.claims(object=node.id)]


def _said(graph: KnowledgeGraph, claim: Claim, node: Paper | Concept) -> str:
    verb = _VERBS[claim.predicate]
    subject = "" if claim.subject == node.id else f"{_label(graph, claim.subject)} "
    object_ = "it" if claim.object == node.id else _label(graph, claim.object)
    by = f", says {_label(graph, claim.paper)}" if claim.paper and claim.paper not in (claim.subject, node.id) else ""
    return f"{subject}{verb} {object_}{by}"


def _label(graph: KnowledgeGraph, node_id: str) -> str:
    node = graph.node(node_id)
    return node.title if isinstance(node, Paper) else node.name if isinstance(node, Concept) else node.text


def _counted(number: int | None, what: str) -> str:
    return "" if number is None else f"{number} {what}{'' if number == 1 else 's'}"


def _record(graph: KnowledgeGraph, node: Paper | Concept) -> Mapping[str, Any]:
    record: dict[str, Any] = {"id": node.id}
    if isinstance(node, Paper):
        record |= {
            "type": "paper",
            "title": node.title,
            "abstract": node.abstract,
            "published": str(node.published) if node.published else None,
            "author_count": node.author_count,
            "organisation": node.organisation,
            "comments": node.comments,
            "seen_in": [f"{place.file}:{place.line}" for place in node.seen_in],
            "results": [
                {"method": r.method, "on": r.on, "metric": r.metric, "text": r.text, "kind": r.kind}
                for r in graph.results(paper=node.id)
            ],
        }
    else:
        record |= {
            "type": node.kind.value,
            "name": node.name,
            "aliases": list(node.aliases),
            "broader": list(node.broader),
        }
    record["claims"] = [
        {
            "paper": claim.paper,
            "subject": claim.subject,
            "predicate": claim.predicate.value,
            "object": claim.object,
            "confidence": claim.confidence,
            "sentences": [graph.text_of(evidence.sentence) for evidence in claim.evidence],
        }
        for claim in _claims(graph, node)
    ]
    return record


def _export(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    folder = Path(args.output or args.graph)
    if args.format in _RDF_FORMATS:
        written: tuple[Path, ...] = (folder / f"graph{_RDF_FORMATS[args.format]}",)
        rdf.write(graph, written[0], format=args.format)
    else:
        written = graph.export(folder, args.format)
    for path in written:
        WORDS.print(f"wrote {path}", soft_wrap=True)
    return 0
