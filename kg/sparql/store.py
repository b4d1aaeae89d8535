"""A graph that answers SPARQL: a worker process with an engine, started when asked, killed when a query runs away."""

import io
import json
import re
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import kg.rdf
from kg.errors import MissingExtraError, QueryError, QueryTimeout, StoreError
from kg.graph import Graph
from kg.sparql import worker
from kg.sparql.answer import SparqlAnswer, answer_of
from kg.sparql.prepare import Names, Value, prepare
from kg.vocab import DEFAULT_BASE, PREFIXES

ENGINES = ("oxigraph", "rdflib")
DEFAULT_TIMEOUT = 30.0
#: Ten times what the fast engine needs for a million triples; a query that collects more is running away.
_MEMORY = 4 << 30
#: How engines name the place of a syntax error.
_PLACE = re.compile(r"error at (\d+):(\d+)|\(line:(\d+), col:(\d+)\)")
#: Characters of the query that an error shows.
_EXCERPT = 40
_DECLARATION = re.compile(rb"@(?:prefix ([a-z]*):|base)\s*<([^<>]*)>")


class SparqlStore:
    """One graph in Turtle, ready for queries. Safe to share between threads; queries wait for each other.

    `engine`: "oxigraph", "rdflib", or None for the faster one that is installed. A context manager; without it the
    worker process ends with the value.
    """

    def __init__(self, turtle: bytes, *, engine: str | None = None) -> None:
        if engine is not None and engine not in ENGINES:
            raise QueryError(f"{engine!r} is no engine; choose one of {', '.join(ENGINES)}")
        fast = find_spec("pyoxigraph") is not None
        if engine == "oxigraph" and not fast:
            raise MissingExtraError("fast", "the engine oxigraph")
        self.engine = engine or ("oxigraph" if fast else "rdflib")
        self._turtle = turtle
        self._names = _names(turtle)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._finalizer: Callable[[], object] | None = None

    @classmethod
    def open(cls, path: Path | str, *, engine: str | None = None) -> Self:
        """The graph in a Turtle file. Raises StoreError where it cannot be read."""
        try:
            return cls(Path(path).read_bytes(), engine=engine)
        except OSError as error:
            hint = "; kg build writes it" if not Path(path).exists() else ""
            raise StoreError(f"{path}: cannot be read ({error.strerror}){hint}") from error

    @classmethod
    def of(cls, graph: Graph, *, engine: str | None = None) -> Self:
        """The export of a graph in memory."""
        file = io.BytesIO()
        kg.rdf.write(graph, file)
        return cls(file.getvalue(), engine=engine)

    @property
    def names(self) -> Names:
        """The prefixes and the base that queries may use without declaring them."""
        return self._names

    def query(
        self, query: str, bindings: Mapping[str, Value] | None = None, *, timeout: float = DEFAULT_TIMEOUT
    ) -> SparqlAnswer:
        """The answer to a SPARQL 1.1 query; `bindings` gives variables values; `timeout` in seconds, without loading.

        Raises QueryError where the query is wrong or refused, QueryTimeout where it runs too long.
        """
        prepared = prepare(query, self._names, bindings or {})
        with self._lock:
            document = self._ask({"query": prepared.text, "form": prepared.form}, timeout)
        if "error" in document:
            raise QueryError(_explained(str(document["error"]), prepared.text, len(prepared.text) - len(prepared.own)))
        return answer_of(document, prepared)

    def close(self) -> None:
        """Ends the worker process."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, request: Mapping[str, str], timeout: float) -> Mapping[str, object]:
        """Sends a request and waits; a worker that takes too long is killed, and the next question starts another."""
        process = self._started()
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, kill)
        timer.start()
        try:
            frame = _exchange(process, json.dumps(request).encode())
        finally:
            timer.cancel()
        if frame is None or late.is_set():
            self._end()
            if late.is_set():
                raise QueryTimeout(
                    f"the query ran past its limit of {timeout:g} s and was ended; narrow it or raise the limit"
                )
            raise QueryError("the query needs more memory than it is given, and was ended")
        document: Mapping[str, object] = json.loads(frame)
        return document

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        command = [sys.executable, "-P", worker.__file__]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._process = process
        self._finalizer = weakref.finalize(self, _kill, process)
        settings = json.dumps({"engine": self.engine, "memory": _MEMORY}).encode()
        frame = _exchange(process, settings, self._turtle)
        said = json.loads(frame) if frame else {"error": "the engine did not start"}
        if "error" in said:
            self._end()
            raise StoreError(said["error"])
        return process

    def _end(self) -> None:
        if self._finalizer is not None:
            self._finalizer()
        self._process = self._finalizer = None


def _exchange(process: subprocess.Popen[bytes], *payloads: bytes) -> bytes | None:
    """Sends frames and reads one; None where the process is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for payload in payloads:
            worker.write_frame(process.stdin, payload)
        return worker.read_frame(process.stdout)
    except (BrokenPipeError, OSError):
        return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not sent yet has nobody to read it
                continue


def _explained(message: str, text: str, prologue: int) -> str:
    """An engine's complaint; one about syntax in the same words for all engines, with its place in the user's query."""
    place = _PLACE.search(message)
    if place is None:
        return f"the query cannot be answered: {message}"
    line, column = int(place[1] or place[3]), int(place[2] or place[4])
    near = " ".join(text.split("\n")[line - 1 :])[max(0, column - 1) :].strip()[:_EXCERPT] if line else ""
    where = f"line {line}, column {max(1, column - prologue) if line == 1 else column}"
    return f"the query is not understood at {where}: " + (f"near {near!r}" if near else "it breaks off")


def _names(turtle: bytes) -> Names:
    """The prefixes and the base a Turtle document declares at its top, above the vocabulary's own."""
    prefixes, base = dict(PREFIXES), DEFAULT_BASE
    for prefix, iri in _DECLARATION.findall(turtle[:10_000]):
        if prefix:
            prefixes[prefix.decode()] = iri.decode()
        else:
            base = iri.decode()
    return Names(prefixes, base)
