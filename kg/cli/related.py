"""`kg related`, `explain`, `leaderboard`, `gaps`, `trends`: what to read and why, who is best, what nobody tried."""

import argparse
import sys

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

import kg
from kg.api import KnowledgeGraph
from kg.cli.terminal import WORDS, add_graph_options, print_json, print_table
from kg.errors import KgError
from kg.leaderboard import Row, resources
from kg.model import Kind, Paper
from kg.related import Answers, Facet
from kg.related.reading_list import to_bibtex, to_markdown, to_records

#: Rows of trends on a terminal; --json has all.
_TREND_ROWS = 20


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the five commands."""
    near = commands.add_parser("related", help="what to read beside a paper, and why")
    near.add_argument("paper", help="an id, a title, or a part that fits only one")
    near.add_argument("-k", type=int, metavar="N", default=10, help="how many answers (default: 10)")
    near.add_argument("--facet", choices=[str(facet) for facet in Facet], help="only this side of the paper counts")
    near.add_argument("--among", nargs="+", metavar="ID", help="rank only these papers")
    near.add_argument("--embed", metavar="MODEL", help="add sentence embeddings of this model (needs paperkg[embed])")
    near.add_argument(
        "--format", choices=["text", "markdown", "bibtex", "json"], default="text", help="(default: text)"
    )
    add_graph_options(near)
    near.set_defaults(run=_related)
    why = commands.add_parser("explain", help="how two papers or concepts are connected")
    why.add_argument("one", help="a paper or a concept")
    why.add_argument("other", help="a paper or a concept")
    add_graph_options(why)
    why.set_defaults(run=_explain)
    board = commands.add_parser("leaderboard", help="who reports what on a data set, benchmark or task")
    board.add_argument("resource", nargs="?", help="its name; without one, the resources that have results")
    board.add_argument("--metric", help="only this metric")
    add_graph_options(board)
    board.set_defaults(run=_leaderboard)
    untried = commands.add_parser("gaps", help="what nobody has tried with a method, or on a data set")
    untried.add_argument("concept", help="a method, data set, benchmark or task")
    untried.add_argument("-n", type=int, metavar="N", default=10, help="how many (default: 10)")
    add_graph_options(untried)
    untried.set_defaults(run=_gaps)
    growth = commands.add_parser("trends", help="concepts by first appearance and growth")
    growth.add_argument("kind", nargs="?", choices=[str(kind) for kind in Kind], help="only concepts of this kind")
    growth.add_argument("-n", type=int, metavar="N", default=_TREND_ROWS, help=f"rows (default: {_TREND_ROWS})")
    add_graph_options(growth)
    growth.set_defaults(run=_trends)


def _related(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    paper = graph.paper(args.paper)
    answers = graph.related(paper, k=args.k, facet=args.facet, among=args.among, embed=args.embed)
    if args.json or args.format == "json":
        print_json(to_records(answers))
    elif args.format == "markdown":
        sys.stdout.write(to_markdown(paper, answers))
    elif args.format == "bibtex":
        sys.stdout.write(to_bibtex(answers))
    else:
        _print_answers(paper, answers)
    return 0


def _print_answers(paper: Paper, answers: Answers) -> None:
    console = Console(highlight=False)
    console.print(Text(f"beside {paper.title}", style="dim"))
    for answer in answers:
        console.print(Text.assemble((f"{answer.score:.2f}  ", "dim"), (answer.paper.title, "bold")))
        console.print(Padding(Text(answer.text), (0, 0, 0, 6)))
    if not answers:
        WORDS.print("no other paper in this graph")


def _explain(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    found = graph.explain(args.one, args.other)
    if args.json:
        steps = [
            [{"text": step.text, "quotes": [quote.text for quote in step.quotes]} for step in group]
            for group in (found.direct, found.path)
        ]
        reasons = [
            {
                "kind": reason.kind,
                "text": reason.text,
                "quotes": [quote.text for quote in (*reason.here, *reason.there)],
            }
            for reason in found.reasons
        ]
        print_json(
            {"one": found.one.id, "other": found.other.id, "direct": steps[0], "path": steps[1], "reasons": reasons}
        )
    else:
        Console(highlight=False).print(Text(str(found)))
    return 0


def _leaderboard(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    if args.resource is None:
        return _resources(graph, args)
    board = graph.leaderboard(args.resource, args.metric)
    if args.json:
        print_json([_row_record(row) for row in board.rows])
        return 0
    if not len(board):
        WORDS.print(Text(f"no paper reports a result on {board.resource.name}; kg leaderboard lists what has results"))
    for title, rows in (("absolute", board.absolute), ("improvement", board.improvements)):
        if rows:
            print_table(
                ["", "value", "metric", "on", "method", "paper"],
                [_row_cells(row) for row in rows],
                title=f"{board.resource.name}: {title}",
            )
    conflicts = [
        f"{row.method_name}: {row.result.text}, but {'; '.join(row.conflict)}" for row in board.rows if row.conflict
    ]
    for conflict in conflicts:
        WORDS.print(Text(f"conflict: {conflict}"))
    return 0


def _resources(graph: KnowledgeGraph, args: argparse.Namespace) -> int:
    known = resources(graph)
    if args.json:
        print_json([{"id": concept.id, "name": concept.name, "results": count} for concept, count in known])
    else:
        print_table(["resource", "kind", "results"], [(c.name, c.kind, count) for c, count in known])
    return 0


def _row_cells(row: Row) -> tuple[object, ...]:
    names = [concept.name if concept else "" for concept in (row.metric, row.on)]
    return row.rank or "", row.result.text + (" !" if row.conflict else ""), *names, row.method_name, row.paper.title


def _row_record(row: Row) -> dict[str, object]:
    return {
        "rank": row.rank,
        "kind": row.result.kind,
        "value": row.result.text,
        "metric": row.metric.name if row.metric else None,
        "on": row.on.name if row.on else None,
        "method": row.method_name,
        "paper": row.paper.id,
        "title": row.paper.title,
        "sentence": row.sentence,
        "conflict": list(row.conflict),
    }


def _gaps(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    try:
        found = graph.gaps(args.concept, count=args.n)
    except ValueError as error:
        raise KgError(str(error)) from error
    if args.json:
        print_json(
            {
                "concept": found.concept.id,
                "papers": found.papers,
                "undated": found.undated,
                "gaps": [
                    {
                        "with": gap.other.id,
                        "score": gap.score,
                        "neighbours": [concept.id for concept in gap.neighbours],
                        "papers": [paper.id for paper in gap.papers],
                    }
                    for gap in found.rows
                ],
            }
        )
        return 0
    rows = [
        (gap.other.name, ", ".join(c.name for c in gap.neighbours[:3]), "; ".join(p.title for p in gap.papers[:2]))
        for gap in found.rows
    ]
    print_table(["no paper has it with", "but has", "for instance"], rows, title=found.concept.name)
    WORDS.print(Text(found.basis))
    return 0


def _trends(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    found = graph.trends(args.kind)
    if args.json:
        rows = [
            {
                "concept": row.concept.id,
                "first": str(row.first) if row.first else None,
                "counts": dict(zip(found.periods, row.counts, strict=True)),
                "growth": row.growth,
                "papers": row.papers,
                "undated": row.undated,
            }
            for row in found.rows
        ]
        print_json({"papers": found.papers, "undated": found.undated, "rows": rows})
        return 0
    span = f"{found.periods[0]} to {found.periods[-1]}" if found.periods else "no dates"
    print_table(
        ["concept", "kind", "first", "papers", "undated", "growth", span],
        [
            (r.concept.name, r.concept.kind, r.first, r.papers, r.undated, f"{r.growth:.2f}", r.plot)
            for r in found.rows[: args.n]
        ],
    )
    WORDS.print(Text(f"{found.basis}; {max(0, len(found) - args.n)} more concepts"))
    return 0
