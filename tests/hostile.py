"""Forty texts that want to be more than text, and a graph whose titles, abstracts, names, links and ids they are."""

from kg.graph import Graph
from kg.model import Claim, Concept, Evidence, Kind, Mention, Paper, Predicate, Result, Sentence

RUN = "window.hacked=1"
TEXTS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</SCRIPT ><img src=x onerror={RUN}>",
    f"<!--<script>{RUN}",
    f"--><script>{RUN}</script>",
    "<![CDATA[ ]]><b>",
    f"]]><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg/onload={RUN}>",
    f'"><svg onload={RUN}>',
    f"' onmouseover='{RUN}",
    f'" autofocus onfocus="{RUN}',
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<a href='javascript:{RUN}'>a link</a>",
    f"javascript:{RUN}",
    f"<details open ontoggle={RUN}>",
    f"<style>*{{background:url('javascript:{RUN}')}}</style>",
    "</style><link rel=stylesheet href=https://example.org/x.css>",
    "</noscript></title></textarea><h1>out</h1>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<base href=https://example.org/>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"${{{RUN}}} #{{{RUN}}} <%= {RUN} %>",
    "{{policy}} {{engine}} {{program}}",
    f"`;{RUN};`",
    f"';{RUN};//",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    "&lt;b&gt; &amp;lt; &#x3c;script&#x3e;",
    "\u202egnirts desrever\u202c and on",
    "\u2067شبكة عصبية\u2069: a model",
    "zero\u200bwidth\ufeff and \u00ad hyphen",
    "line\u2028separator\u2029paragraph",
    "\ufffd\ufffe control",
    "\U0001f469\u200d\U0001f52c astral \U0001d54f letters",
    "Z" * 10_000,
    "words " * 1_600 + "end",
    '=HYPERLINK("https://example.org","x")',
    "__proto__",
    "constructor",
)
LINKS = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "vbscript:x",
    "file:///etc/passwd",
    'https://example.org/"onclick="x',
    "http://example.org/a b<c>",
    "//example.org",
    "not a link",
)


def hostile_graph() -> Graph:
    """One paper a text; each introduces a concept of that name and reports a number with it."""
    papers, concepts, claims, results = [], [], [], []
    for number, text in enumerate(TEXTS):
        paper = Paper(
            f"id:{number:02d}{text[:60]}",
            text,
            f"{text} and more. {text}",
            ids=(text,),
            authors=(text, "A. Author"),
            organisation=text,
            links=(*LINKS, text),
        )
        concept = Concept(f"method:{number:02d}{text[:60]}", Kind.METHOD, text, aliases=(f"alias {text}",))
        start = len(text) + 1
        sentence = Sentence(paper.id, start, len(paper.text))
        mention = Mention(paper.id, start, start + len(text), text, Kind.METHOD, 0.9, text)
        evidence = Evidence(sentence, (mention,), 0.9, text)
        papers.append(paper)
        concepts.append(concept)
        claims.append(Claim(paper.id, paper.id, Predicate.INTRODUCES, concept.id, (evidence,)))
        results.append(
            Result(f"result:{number}", paper.id, concept.id, concept.id, None, text[:200], "absolute", evidence)
        )
    return Graph(papers=papers, concepts=concepts, claims=claims, results=results)
