"""What somebody may write into a link, a box or a file who means no good: texts of every kind, and what to look for."""

import re
from urllib.parse import quote

from streamlit.proto.Element_pb2 import Element

STRANGER = "https://stranger.example"
MARKUP = {
    "an image": f"<img src=x onerror=\"window.hacked='img';fetch('{STRANGER}/i')\">",
    "a script": f"<script src={STRANGER}/s.js></script><script>window.hacked='script';alert(1)</script>",
    "a drawing": '<svg onload="window.hacked=\'svg\'"><a href="javascript:hacked=1"><text>x</text></a></svg>',
    "a style": f"<style>body{{display:none}}@import '{STRANGER}/c.css'</style>",
    "a frame": f"<iframe srcdoc=\"<script>parent.hacked='frame'</script>\" src={STRANGER}></iframe>",
    "a picture in Markdown": f"![pixel]({STRANGER}/p.png) [link](javascript:window.hacked='md')",
    "a formula": f"$\\href{{javascript:window.hacked='tex'}}{{x}}$ $\\includegraphics{{{STRANGER}/t.png}}$",
    "a way out of code": f"`` ` ```\n</code></pre><img src={STRANGER}/e.png>",
    "a colour": ":red-background[x] :material/bug_report: :violet-badge[x]",
}
# The same in a few letters: no box is too short for them.
SHORT = (
    "<img src=x onerror=hacked=1>",
    "<script>hacked=1</script>",
    "<style>*{display:none}</style>",
    "![](//stranger.example/p)",
    "[x](javascript:hacked=1)",
    "https://stranger.example",
    "www.stranger.example",
    "x@stranger.example",
    r"$\href{javascript:hacked=1}{x}$",
    "`</code><img src=x onerror=hacked=1>",
)
# As they stand in a link, percent signs and all.
ODD = {
    "nothing": "",
    "a space": "+",
    "zero": "0",
    "minus": "-1",
    "a fraction": "0.5",
    "huge": "1e308",
    "beyond": "1e999",
    "minus infinity": "-inf",
    "not a number": "nan",
    "a long number": "9" * 5000,
    "another base": "0x10",
    "true": "true",
    "a list": "%5B1%2C2%5D",
    "many": "1,2,3,4,5,6,7,8",
    "an object": "%7B%22a%22%3A1%7D",
    "NUL": "1%00",
    "a broken escape": "%",
    "half an escape": "%e",
    "no escape": "%zz%u0041",
    "no UTF-8": "%ff%fe",
    "half a letter": "%ED%A0%80",
    "backwards": quote("\u202eabc\u2066\u0301" * 20),
    "other digits": quote("٣٤"),
    "a line break": "1%0A2%0D3",
    "a path": "../../etc/passwd",
    "2 kB": "x" * 2048,
    "60 kB": quote("é" * 10_000),
    "brackets": quote("(" * 90),
    "square brackets": quote("[" * 290),
    "towers": quote("9**9**9**9**9"),
    "a call": quote("__import__('os').system('id')"),
    "a format": quote("{0.__class__} %s %n ${7*7}"),
    **{name: quote(text) for name, text in MARKUP.items()},
}
DANGEROUS = re.compile(
    r"(?<!\\)<(?:img|script|svg|style|iframe|a )|(?<!\\)!\[|(?<!\\)\]\((?:javascript|.*stranger)", re.I
)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)  # what stands in backticks is shown as it is


def html(element: Element) -> str:
    """Return what an element hands to the browser as HTML, "" for one that hands over none."""
    kind = element.WhichOneof("type")
    if kind == "markdown" and element.markdown.allow_html:
        return str(element.markdown.body)
    return {"html": lambda: str(element.html.body), "iframe": lambda: str(element.iframe)}.get(kind or "", str)()


def markdown(element: Element) -> list[str]:
    """Return the texts of an element that the browser reads as Markdown."""
    kind = element.WhichOneof("type")
    shown = getattr(element, kind) if kind else None
    names = ("label", "help", "body") if kind not in ("html", "code", "text") else ()
    texts = [str(getattr(shown, name)) for name in names if isinstance(getattr(shown, name, None), str)]
    return texts + [str(option.content) for option in getattr(shown, "options", ()) if hasattr(option, "content")]


def dangers(element: Element) -> list[str]:
    """Return the Markdown of an element in which something typed would be more than text."""
    return [text for text in markdown(element) if DANGEROUS.search(CODE.sub("", text))]
