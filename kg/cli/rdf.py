"""`kg sparql`, `kg validate` and `kg serve`: the export asked, checked and served."""

import argparse
import sys
from pathlib import Path

from kg.cli.terminal import WORDS, print_json, print_table
from kg.errors import QueryError, StoreError
from kg.outputs import TURTLE
from kg.serve import DEFAULT_PORT, Server
from kg.sparql import DEFAULT_TIMEOUT, ENGINES, Names, SparqlAnswer, SparqlStore, Term
from kg.sparql.recipes import recipes, run_recipe

#: Every parameter of the cookbook; a test holds the two together.
PARAMETERS = ("concept", "dataset", "method", "paper", "task", "year")
_FORMATS = ("table", "json", "csv", "tsv", "xml", "nt")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `sparql`, `validate` and `serve`."""
    sparql = commands.add_parser("sparql", help="a SPARQL query, or a question of the cookbook, over graph.ttl")
    sparql.add_argument("query", nargs="?", metavar="QUERY|FILE.rq", help="the query itself, a file, or - for stdin")
    sparql.add_argument("--list", action="store_true", help="list the cookbook")
    sparql.add_argument("--name", metavar="NAME", help="run a query of the cookbook, with its parameters")
    for name in PARAMETERS:
        sparql.add_argument(f"--{name}", metavar=name.upper(), help=f"a parameter of the cookbook: which {name}")
    sparql.add_argument(
        "--bind", action="append", default=[], metavar="VARIABLE=TEXT", help="bind a variable to a text"
    )
    sparql.add_argument("--graph", metavar="DIR|FILE", default="outputs", help="what to ask (default: outputs)")
    sparql.add_argument("--format", choices=_FORMATS, default="table", help="how to print the answer (default: table)")
    sparql.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    sparql.add_argument("--csv", dest="format", action="store_const", const="csv", help="the same as --format csv")
    sparql.add_argument("--engine", choices=ENGINES, help="default: oxigraph where it is installed, else rdflib")
    sparql.add_argument(
        "--timeout", type=float, default=DEFAULT_TIMEOUT, metavar="SECONDS", help="time limit (default: 30)"
    )
    sparql.set_defaults(run=_sparql)
    validate = commands.add_parser("validate", help="check an export: its shapes, its quotations, its counts")
    validate.add_argument(
        "export", nargs="?", default=f"outputs/{TURTLE}", metavar="FILE", help="an export, any format"
    )
    validate.add_argument("--no-shacl", action="store_true", help="leave out the shapes (they need paperkg[validate])")
    validate.add_argument("--json", action="store_true", help="print the findings as JSON, for programs")
    validate.set_defaults(run=_validate)
    serve = commands.add_parser("serve", help="the page, the IRIs and a SPARQL endpoint on 127.0.0.1")
    serve.add_argument("folder", nargs="?", default="outputs", metavar="DIR", help="folder that kg build wrote")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}; 0: any free one")
    serve.add_argument(
        "--timeout", type=float, default=DEFAULT_TIMEOUT, metavar="SECONDS", help="time limit of a query (default: 30)"
    )
    serve.set_defaults(run=_serve)


def _sparql(args: argparse.Namespace) -> int:
    if args.list:
        print_table(
            ("name", "parameters", "question"),
            (
                (recipe.name, " ".join(f"--{name}" for name in recipe.parameters), recipe.question)
                for recipe in recipes().values()
            ),
        )
        return 0
    if (args.query is None) == (args.name is None):
        raise QueryError("give a query, or the --name of one in the cookbook (kg sparql --list)")
    with SparqlStore.open(_turtle(args.graph), engine=args.engine) as store:
        if args.name is not None:
            values = {name: value for name in PARAMETERS if (value := getattr(args, name)) is not None}
            answer = run_recipe(store, args.name, values, timeout=args.timeout)
        else:
            answer = store.query(_query(args.query), _bindings(args.bind), timeout=args.timeout)
        names = store.names
    _print(answer, args.format, names)
    return 0


def _validate(args: argparse.Namespace) -> int:
    from kg.rdf import validate  # rdflib: no other command needs it

    findings = validate.validate(validate.read(Path(args.export)), shacl=not args.no_shacl)
    if args.json:
        print_json([{"check": each.check, "node": each.node, "message": each.message} for each in findings])
    elif findings:
        print_table(("check", "node", "message"), ((f.check, f.node, f.message) for f in findings[: validate.LISTED]))
        WORDS.print(f"{len(findings)} findings", soft_wrap=True)
    else:
        WORDS.print(f"{args.export} conforms", soft_wrap=True)
    return 1 if findings else 0


def _serve(args: argparse.Namespace) -> int:
    try:
        server = Server(Path(args.folder), port=args.port, timeout=args.timeout)
    except OSError as error:
        raise StoreError(f"port {args.port} cannot be served ({error.strerror}); choose another with --port") from error
    WORDS.print(f"{args.folder} is served at {server.address} (SPARQL at {server.address}sparql); Ctrl+C ends it")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        WORDS.print("ended")
    finally:
        server.server_close()
    return 0


def _turtle(graph: str) -> Path:
    path = Path(graph)
    return path / TURTLE if path.is_dir() or not path.suffix else path


def _query(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    if "{" in given:
        return given
    try:
        return Path(given).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{given}: is neither a query nor a file that can be read ({error})") from error


def _shown(term: Term | None, names: Names) -> str | None:
    """A term for people: IRIs as short as a query may write them."""
    if term is None or term.kind != "uri":
        return None if term is None else str(term.python)
    fitting = [(iri, f"{prefix}:") for prefix, iri in names.prefixes.items() if term.value.startswith(iri)]
    if fitting:
        iri, prefix = max(fitting)
        return prefix + term.value.removeprefix(iri)
    return f"<{term.value.removeprefix(names.base)}>"


def _bindings(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    for name, sign, _ in pairs:
        if not sign:
            raise QueryError(f"--bind {name}: write VARIABLE=TEXT")
    return {name.lstrip("?"): value for name, _, value in pairs}


def _print(answer: SparqlAnswer, how: str, names: Names) -> None:
    if how == "table" and answer.boolean is None and not answer.is_graph:
        print_table(answer.variables, ([_shown(term, names) for term in row] for row in answer.terms))
        if not answer.rows:
            WORDS.print("no rows")
        return
    texts = {
        "table": answer.to_ntriples if answer.is_graph else answer.to_table,
        "json": answer.to_json,
        "csv": answer.to_csv,
        "tsv": answer.to_tsv,
        "xml": answer.to_xml,
        "nt": answer.to_ntriples,
    }
    if how == "nt" and not answer.is_graph:
        raise QueryError("only CONSTRUCT and DESCRIBE answer with triples; choose another --format")
    sys.stdout.write(texts[how]())
