"""`kg build`: the main job, with a progress bar, a summary, time and peak memory."""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

import kg
from kg.api import BuildOptions, KnowledgeGraph, Progress
from kg.cli.terminal import WORDS, add_workers_option, print_json, say_rejections
from kg.model import Kind
from kg.rdf import DETAILS

#: Some records were rejected, or are incomplete; the outputs were written.
EXIT_REJECTED = 3
#: The unit of `ru_maxrss`: kilobytes on Linux, bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `build`."""
    parser = commands.add_parser("build", help="papers in; graph, RDF and page out")
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="saved pages or JSON Lines: files, folders, or - for stdin"
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", default="outputs", help="folder of the outputs (default: outputs)"
    )
    parser.add_argument(
        "--page-year", type=int, metavar="YEAR", help="year in which the pages were saved, which carry none"
    )
    parser.add_argument("--rules", type=Path, metavar="FILE", help="TOML file that overrules how names are resolved")
    parser.add_argument("--rdf", choices=DETAILS, default="evidence", help="how much of the evidence graph.ttl holds")
    parser.add_argument("--base", default=BuildOptions().base, metavar="IRI", help="where the IRIs of the data live")
    parser.add_argument("--max-nodes", type=int, metavar="N", help="show at most N nodes on the page at first")
    parser.add_argument("--focus", metavar="PAPER", help="make the page of one paper and what is near it")
    parser.add_argument("--depth", type=int, default=2, metavar="N", help="how near: steps from the focus (default: 2)")
    add_workers_option(parser)
    parser.add_argument("--json", action="store_true", help="print the report as JSON, for programs")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    options = BuildOptions(
        page_year=args.page_year,
        rules=args.rules,
        rdf=args.rdf,
        base=args.base,
        max_nodes=args.max_nodes,
        focus=args.focus,
        depth=args.depth,
        workers=args.workers,
    )
    start = time.perf_counter()
    with _progress() as progress:
        graph = kg.build(args.inputs, args.output, options=options, progress=progress)
    if args.json:
        print_json(dict(graph.report))
    else:
        _summarise(graph, time.perf_counter() - start)
    rejected = graph.report["rejected"]
    say_rejections(rejected)
    return EXIT_REJECTED if rejected else 0


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on stderr where that is a terminal, nothing elsewhere."""
    if not WORDS.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with ProgressBar(*columns, console=WORDS, transient=True) as bar:
        tasks = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


def _summarise(graph: KnowledgeGraph, seconds: float) -> None:
    counts = graph.report["counts"]
    kinds = ", ".join(f"{counts['concepts'][kind.value]} {kind.value}s" for kind in Kind)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT / 2**20
    WORDS.print(f"{counts['papers']} papers of {counts['entries']} entries, {counts['papers_with_date']} with a date")
    WORDS.print(f"{sum(counts['concepts'].values())} concepts: {kinds}")
    WORDS.print(
        f"{sum(counts['claims'].values())} claims, each with its sentences; {counts['results']} reported results"
    )
    WORDS.print(f"{counts['papers_that_introduce_something']} papers introduce something of their own")
    WORDS.print(f"in {seconds:.1f} s, at most {memory:.0f} MB of memory")
    WORDS.print(
        f"open {graph.folder}/graph.html, or ask: kg show, kg related, kg leaderboard, kg sparql", soft_wrap=True
    )
