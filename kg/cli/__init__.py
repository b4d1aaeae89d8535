"""The command line: a thin shell over `kg.api`. Data goes to stdout, words to stderr.

Exit codes: 0 fine, 1 error, 2 usage, 3 some records were rejected.
"""

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

import kg
from kg.cli import build, extract, rdf, related, resolve, show
from kg.errors import KgError

#: One module a group of commands; each has `add(commands)`, which registers its parsers with `run=` a function from the
#: parsed arguments to an exit code.
_GROUPS: tuple[ModuleType, ...] = (build, extract, show, rdf, related, resolve)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = parser_of_all()
    args = parser.parse_args(argv)
    try:
        code: int = args.run(args)
    except KgError as error:
        print(f"kg {args.command}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    return code


def parser_of_all() -> argparse.ArgumentParser:
    """The parser with every command; tests read it to check that the docs name each."""
    parser = argparse.ArgumentParser(prog="kg", description=kg.__doc__)
    parser.add_argument("--version", action="version", version=f"paperkg {kg.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in _GROUPS:
        group.add(commands)
    return parser
