"""kg serve: the SPARQL protocol read-only, IRIs as HTML or Turtle, and nobody else's pages let in."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import rdflib
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper

import kg.rdf
from kg.graph import Graph
from kg.serve import Server
from kg.serve.negotiate import choose

ASK = "ASK { ?p kg:introduces method:acme }"
SELECT = "SELECT ?n { method:acme skos:prefLabel ?n }"


@pytest.fixture(scope="module")
def server(tiny_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("outputs")
    kg.rdf.write(tiny_graph, folder / "graph.ttl")
    (folder / "graph.html").write_text("<title>the page</title>")
    with Server(folder, port=0, timeout=0.5) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server: Server, path: str, *, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Status, media type and text of an answer; errors are answers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(server.address.rstrip("/") + path, data=body, headers=named)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers.get_content_type(), response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read().decode()


def query(text: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": text, **more})


@pytest.mark.parametrize(
    ("accept", "kind", "start"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", "{"),
        ("application/json", "application/json", "{"),
        ("*/*", "application/sparql-results+json", "{"),
        ("text/csv", "text/csv", "n\r\nACME"),
        ("text/tab-separated-values", "text/tab-separated-values", '?n\n"ACME"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("text/csv;q=0.2, application/xml;q=0.9", "application/xml", "<?xml"),
    ],
)
def test_rows_come_as_asked(server: Server, accept: str, kind: str, start: str) -> None:
    status, found, text = ask(server, query(SELECT), Accept=accept)
    assert (status, found) == (200, kind)
    assert text.startswith(start)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", urlencode({"query": ASK}).encode()),
        ("application/sparql-query", ASK.encode()),
        ("application/sparql-query; charset=utf-8", ASK.encode()),
    ],
)
def test_a_query_may_be_posted(server: Server, kind: str, body: bytes) -> None:
    status, _, text = ask(server, "/sparql", body=body, Content_Type=kind, Accept="application/json")
    assert (status, json.loads(text)["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (query("SELECT ?x { ?x kg:uses }"), 400, "not understood"),
        (query("SELECT * { SERVICE <http://x> {} }"), 400, "refused"),
        (query("DROP ALL"), 400, "refused"),
        ("/sparql?update=DROP+ALL", 403, "read-only"),
        (query(ASK, **{"default-graph-uri": "http://127.0.0.1:9/"}), 400, "one graph"),
        ("/sparql", 400, "one query"),
        (query(ASK) + "&query=ASK+%7B%7D", 400, "one query"),
        (query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?never) }"), 504, "limit"),
        ("/method/nothing", 404, "says nothing"),
        ("/method/%3E%20%7B", 404, "says nothing"),
        ("/../../etc/passwd", 404, "says nothing"),
        ("/cookbook/nothing", 404, "cookbook"),
        ("/cookbook/who-evaluates-on", 400, "--dataset"),
        ("/cookbook/who-evaluates-on?dataset=GLUU", 404, "GLUE"),
    ],
)
def test_wrong_requests_are_explained(server: Server, path: str, status: int, message: str) -> None:
    found, kind, text = ask(server, path, Accept="text/plain, application/json;q=0.5, text/turtle;q=0.5")
    assert (found, kind) == (status, "text/plain")
    assert message in text


def test_updates_and_odd_bodies_are_refused(server: Server) -> None:
    assert ask(server, "/sparql", body=b"DROP ALL", Content_Type="application/sparql-update")[0] == 403
    assert ask(server, "/sparql", body=b"ASK {}", Content_Type="text/plain")[0] == 415
    assert ask(server, "/sparql", body=b"\xff", Content_Type="application/sparql-query")[0] == 400
    assert ask(server, "/method/acme", body=b"x")[0] == 405
    assert ask(server, query(ASK), Accept="image/png")[0] == 406


def test_a_stranger_name_is_turned_away(server: Server) -> None:
    assert ask(server, "/", Host="evil.example")[0] == 421
    assert ask(server, "/", Host=f"localhost:{server.server_port}")[0] == 200


def test_an_iri_is_a_page_or_turtle(server: Server) -> None:
    status, kind, page = ask(server, "/method/acme", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (status, kind) == (200, "text/html")
    assert "<h1>ACME</h1>" in page
    assert 'href="/paper/id/P1">ACME: Small Models by Distillation</a>' in page
    status, kind, turtle = ask(server, "/method/acme", Accept="text/turtle")
    assert (status, kind) == (200, "text/turtle")
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    assert str(graph.value(rdflib.URIRef("https://w3id.org/paperkg/id/method/acme"), rdflib.SKOS.prefLabel)) == "ACME"


def test_page_vocabulary_and_files(server: Server) -> None:
    assert ask(server, "/")[2] == "<title>the page</title>"
    assert ask(server, "/ns", Accept="text/turtle")[1] == "text/turtle"
    assert 'id="introduces"' in ask(server, "/ns", Accept="text/html")[2]
    assert ask(server, "/graph.ttl")[2].startswith("@base")
    assert "cookbook" in ask(server, "/sparql", Accept="text/html")[2]


def test_hostile_text_is_no_markup(tiny_graph: Graph, tmp_path: Path) -> None:
    hostile = '</td><script>alert(1)</script>" onload="x'
    title = f"<http://purl.org/dc/terms/title> {json.dumps(hostile)}"
    (tmp_path / "graph.ttl").write_text(
        f"@base <https://w3id.org/paperkg/id/> . <method/x> {title} ; <javascript:alert(1)> <javascript:alert(2)> ."
    )
    with Server(tmp_path, port=0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = ask(server, "/method/x", Accept="text/html")[2]
        server.shutdown()
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "alert(1)" in page


def test_the_cookbook_answers_by_name(server: Server) -> None:
    status, kind, text = ask(server, f"/cookbook/who-introduced?concept={quote('acme')}&format=csv")
    assert (status, kind) == (200, "text/csv")
    assert "ACME: Small Models by Distillation" in text


@pytest.mark.parametrize("method", ["GET", POST])
def test_a_standard_client_talks_to_it(server: Server, method: str) -> None:
    client = SPARQLWrapper(server.address + "sparql")
    client.setMethod(method)
    client.setQuery(f"PREFIX method: <https://w3id.org/paperkg/id/method/> {SELECT}")
    client.setReturnFormat(JSON)
    assert client.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "ACME"
    client.setReturnFormat(XML)
    assert "ACME" in client.queryAndConvert().toxml()
    client.setReturnFormat(CSV)
    assert client.queryAndConvert() == b"n\r\nACME\r\n"
    client.setQuery("CONSTRUCT { ?p a kg:Known } WHERE { ?p a kg:Paper }")
    client.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")) == 3


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "a/a"),
        ("*/*", "a/a"),
        ("b/b", "b/b"),
        ("a/*;q=0.5, b/b;q=0.6", "b/b"),
        ("a/a;q=0, */*", "b/b"),
        ("c/c", None),
        ("b/b;q=nonsense", "a/a"),
        ("b/b;level=1;q=0.4, a/a;q=0.3", "b/b"),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    assert choose(accept, ("a/a", "b/b")) == chosen
