"""The server: routes requests to a graph's files, its SPARQL store and the pages about its IRIs."""

import queue
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from kg.errors import AmbiguousNameError, KgError, QueryTimeout, UnknownNameError
from kg.outputs import PAGE, TURTLE
from kg.serve import pages
from kg.serve.negotiate import choose
from kg.sparql import DEFAULT_TIMEOUT, Iri, SparqlAnswer, SparqlStore
from kg.sparql.recipes import recipes, run_recipe

DEFAULT_PORT = 8000
#: Two questions at a time: a long one does not keep the others waiting; each engine holds a copy of the graph.
_STORES = 2
#: The longest query taken; the cookbook's longest has 1,000 characters.
_LONGEST_BODY = 1 << 20
#: Seconds a client may take to send its request.
_PATIENCE = 30

_JSON, _XML = "application/sparql-results+json", "application/sparql-results+xml"
_CSV, _TSV, _TURTLE, _NTRIPLES = "text/csv", "text/tab-separated-values", "text/turtle", "application/n-triples"
_HTML, _TEXT = "text/html", "text/plain"
#: What clients also call them.
_SYNONYMS = {"application/json": _JSON, "application/xml": _XML, "text/xml": _XML, "application/x-turtle": _TURTLE}
_ROW_TYPES = (_JSON, _XML, _CSV, _TSV, *(name for name, real in _SYNONYMS.items() if real in (_JSON, _XML)))
_GRAPH_TYPES = (_TURTLE, _NTRIPLES, "application/x-turtle")
#: `?format=` beside the Accept header, for links.
_NAMED = {"json": _JSON, "xml": _XML, "csv": _CSV, "tsv": _TSV, "turtle": _TURTLE, "nt": _NTRIPLES, "html": _HTML}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)


class RefusedError(KgError):
    """A request that is answered with a status of its own."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        self.status = status
        super().__init__(message)


class Server(ThreadingHTTPServer):
    """Serves one folder of outputs on 127.0.0.1; port 0 takes any free one. Close it with `server_close`.

    Raises StoreError where the folder holds no graph, OSError where the port is taken.
    """

    daemon_threads = True

    def __init__(self, folder: Path, *, port: int = DEFAULT_PORT, timeout: float = DEFAULT_TIMEOUT) -> None:
        self.folder = folder
        self.query_timeout = timeout
        self._stores: queue.LifoQueue[SparqlStore] = queue.LifoQueue()
        for _ in range(_STORES):
            self._stores.put(SparqlStore.open(folder / TURTLE))
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.server_port}/"

    @contextmanager
    def store(self) -> Iterator[SparqlStore]:
        """A store that nobody else asks meanwhile."""
        store = self._stores.get()
        try:
            yield store
        finally:
            self._stores.put(store)

    def server_close(self) -> None:
        """Frees the port and ends the workers."""
        super().server_close()
        while not self._stores.empty():
            self._stores.get().close()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _PATIENCE
    server_version = "paperkg"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST_BODY:
            self.close_connection = True
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if length.isdecimal() else HTTPStatus.LENGTH_REQUIRED
            self._send(status, _TEXT, f"a query has a length, of at most {_LONGEST_BODY} bytes\n")
            return
        self._answer(self.rfile.read(int(length)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class calls it
        """Nothing: the command line says what it serves, and requests are the user's own."""

    def _answer(self, body: bytes) -> None:
        try:
            self._check_host()
            self._route(body)
        except RefusedError as error:
            self._fail(error.status, str(error))
        except QueryTimeout as error:
            self._fail(HTTPStatus.GATEWAY_TIMEOUT, str(error))
        except UnknownNameError as error:
            self._fail(HTTPStatus.NOT_FOUND, str(error))
        except (KgError, AmbiguousNameError) as error:
            self._fail(HTTPStatus.BAD_REQUEST, str(error))
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True

    def _check_host(self) -> None:
        """A page of another site must not reach us under a name of its own (DNS rebinding)."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in ("127.0.0.1", "localhost"):
            raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, "this server answers to 127.0.0.1 and localhost only")

    def _route(self, body: bytes) -> None:
        url = urlsplit(self.path)
        given = parse_qs(url.query, keep_blank_values=True)
        if url.path == "/sparql":
            self._sparql(given, body)
        elif self.command == "POST":
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "only /sparql takes POST")
        elif url.path == "/":
            self._page()
        elif url.path == f"/{TURTLE}":
            self._send(HTTPStatus.OK, _TURTLE, (self.server.folder / TURTLE).read_bytes())
        elif url.path == "/ns":
            if self._chosen((_TURTLE, _HTML), given) == _HTML:
                self._send(HTTPStatus.OK, _HTML, pages.vocabulary_page())
            else:
                self._send(HTTPStatus.OK, _TURTLE, (files("kg.rdf") / "ontology.ttl").read_bytes())
        elif url.path in ("/assets/style.css", "/assets/editor.js"):
            kind = "text/css" if url.path.endswith("css") else "text/javascript"
            self._send(HTTPStatus.OK, kind, pages.asset(url.path.rpartition("/")[2]))
        elif url.path.startswith("/cookbook/"):
            self._cookbook(unquote(url.path.removeprefix("/cookbook/")), given)
        else:
            self._node(url.path.removeprefix("/"), given)

    def _sparql(self, given: dict[str, list[str]], body: bytes) -> None:
        """SPARQL 1.1 Protocol, section 2.1: a query by GET, by a form, or as the body itself."""
        if self.command == "POST":
            kind = self.headers.get_content_type()
            try:
                text = body.decode()
            except UnicodeDecodeError as error:
                raise RefusedError(HTTPStatus.BAD_REQUEST, "the query is not in UTF-8") from error
            if kind == "application/x-www-form-urlencoded":
                for name, values in parse_qs(text, keep_blank_values=True).items():
                    given.setdefault(name, []).extend(values)
            elif kind == "application/sparql-query":
                given.setdefault("query", []).append(text)
            elif kind == "application/sparql-update":
                given["update"] = [text]
            else:
                raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{kind} is no form of a query")
        if "update" in given:
            raise RefusedError(HTTPStatus.FORBIDDEN, "updates are refused: the graph is read-only")
        if given.keys() & {"default-graph-uri", "named-graph-uri"}:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "there is one graph here: default-graph-uri and named-graph-uri are refused"
            )
        queries = given.get("query", [])
        if not queries and choose(self.headers.get("Accept", ""), (_JSON, _HTML)) == _HTML:
            with self.server.store() as store:
                base = store.names.base
            self._send(HTTPStatus.OK, _HTML, pages.editor_page(recipes().values(), base))
            return
        if len(queries) != 1:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"give one query, not {len(queries)}")
        with self.server.store() as store:
            answer = store.query(queries[0], timeout=self.server.query_timeout)
        self._send_answer(answer, given)

    def _cookbook(self, name: str, given: Mapping[str, list[str]]) -> None:
        values = {parameter: values[-1] for parameter, values in given.items() if parameter != "format"}
        with self.server.store() as store:
            answer = run_recipe(store, name, values, timeout=self.server.query_timeout)
        self._send_answer(answer, given)

    def _send_answer(self, answer: SparqlAnswer, given: Mapping[str, list[str]]) -> None:
        chosen = self._chosen(_GRAPH_TYPES if answer.is_graph else _ROW_TYPES, given)
        real = _SYNONYMS.get(chosen, chosen)
        texts = {
            _JSON: answer.to_json,
            _XML: answer.to_xml,
            _CSV: answer.to_csv,
            _TSV: answer.to_tsv,
            _TURTLE: answer.to_ntriples,
            _NTRIPLES: answer.to_ntriples,
        }
        self._send(HTTPStatus.OK, chosen, texts[real]())

    def _page(self) -> None:
        try:
            page = (self.server.folder / PAGE).read_bytes()
        except OSError:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"{PAGE} is not in the folder; kg build writes it") from None
        self._send(HTTPStatus.OK, _HTML, page, policy="")

    def _node(self, path: str, given: Mapping[str, list[str]]) -> None:
        """What is known of the IRI of this path; an IRI that a concept once had leads to its own."""
        kind = self._chosen((_HTML, _TURTLE, _NTRIPLES), given)
        with self.server.store() as store:
            iri = Iri(store.names.base + path)
            if kind == _HTML:
                text = pages.node_page(store, iri)
            else:
                text = (
                    store.query("DESCRIBE ?node WHERE { ?node ?property ?value }", {"node": iri}).to_ntriples() or None
                )
            if text is None and (moved := _moved(store, path)):
                self._send(HTTPStatus.PERMANENT_REDIRECT, _TEXT, "moved\n", location=f"/{moved}")
                return
        if text is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"the graph says nothing of {iri.value}")
        self._send(HTTPStatus.OK, kind, text)

    def _chosen(self, offered: tuple[str, ...], given: Mapping[str, list[str]]) -> str:
        if "format" in given:
            named = _NAMED.get(given["format"][-1])
            if named in offered:
                return str(named)
        chosen = None if "format" in given else choose(self.headers.get("Accept", ""), offered)
        if chosen is None:
            raise RefusedError(HTTPStatus.NOT_ACCEPTABLE, f"this comes as {', '.join(offered)}")
        return chosen

    def _fail(self, status: HTTPStatus, message: str) -> None:
        if choose(self.headers.get("Accept", ""), (_TEXT, _HTML)) == _HTML:
            self._send(status, _HTML, pages.error_page(status, message))
        else:
            self._send(status, _TEXT, message + "\n")

    def _send(
        self, status: HTTPStatus, kind: str, content: str | bytes, *, policy: str = _POLICY, location: str = ""
    ) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        self.send_header("Content-Type", kind if kind.startswith("application/") else f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Vary", "Accept")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _moved(store: SparqlStore, path: str) -> str | None:
    former = path.replace("/", ":", 1)
    rows = store.query("SELECT ?node WHERE { ?node kg:formerId ?former }", {"former": former}).rows
    return str(rows[0][0]).removeprefix(store.names.base) if len(rows) == 1 else None
