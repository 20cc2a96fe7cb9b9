"""No script, no request to a stranger and no hidden page, whatever stands in a link, a box or a file.

The server is the one without the guard: no policy stands behind the page to refuse what the page lets through. A tab
fails its test for any request to another host.
"""

import importlib
from collections.abc import Callable, Iterator
from itertools import cycle
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from components.course import STOPS
from tests.browser.conftest import STILL, Tab
from tests.serving.hostile import MARKUP, SHORT

PAGES = [stop.stem for stop in STOPS if stop.is_built]
SHARED = ("scene", "answers", "projector", "embed", "unknown", "<img src=x onerror=hacked=1>")
CHOICE = {page: f"{page}_bench" for page in PAGES} | {"tracking": "tracking_look"}
TEXTS = (*SHORT, *MARKUP.values())
# What would be more than text, in the page and in its components. Streamlit's own links lead to torch's documentation.
DANGERS = """() => {
    const found = [];
    const look = root => {
        for (const it of root.querySelectorAll('*')) {
            if (it.shadowRoot) look(it.shadowRoot);
            for (const name of it.getAttributeNames())
                if (name.startsWith('on') || /^\\s*javascript:|stranger/i.test(it.getAttribute(name))
                    && ['href', 'src', 'xlink:href', 'action', 'srcdoc', 'style'].includes(name))
                    found.push(it.outerHTML.slice(0, 200));
        }
    };
    look(document.body);
    return found;
}"""


@pytest.fixture
def tab(new_tab: Callable[..., Tab]) -> Iterator[Tab]:
    """A tab in which nobody is asked anything."""
    tab = new_tab()
    asked: list[str] = []

    def refuse(dialog: object) -> None:
        asked.append(str(dialog))

    tab.page.on("dialog", refuse)
    yield tab
    assert asked == []


def is_harmless(page: Page) -> None:
    """Fail if something typed has become more than text, or has hidden the page."""
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate(DANGERS) == []
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")  # what waits has its turn
    assert page.evaluate("window.hacked") is None


def benches(page: Page, path: str) -> list[str]:
    """Return the names of the benches of the page that is open."""
    choice = page.locator(f".st-key-{CHOICE[path]}")
    return choice.locator("button").all_inner_texts()


def keys(path: str) -> tuple[str, ...]:
    """Return the names of all settings of a page, but for the choice of its bench."""
    scene: dict[str, object] = importlib.import_module(f"components.{path}.scenes").SCENE
    questions = (f"{path}_{name}" for name in ("question", "guess_1", "reveal_1", "hide", "preset"))
    return (*(key for key in scene if key != CHOICE[path]), *questions, *SHARED)


@pytest.mark.parametrize("path", PAGES)
def test_no_link_is_more_than_text(tab: Tab, path: str) -> None:
    page = tab.open(path)
    texts = cycle(SHORT)
    typed_into: set[str] = set()
    for shift, bench in enumerate(benches(page, path)):
        settings = {key: TEXTS[(shift + number) % len(TEXTS)] for number, key in enumerate(keys(path))}
        tab.open(f"{path}?{urlencode({CHOICE[path]: bench, **settings})}")
        is_harmless(page)
        type_into_new_boxes(page, typed_into, texts)


def type_into_new_boxes(page: Page, known: set[str], texts: Iterator[str]) -> None:
    """Type some of the texts into every text box that was not there before, by hand."""
    boxes = page.locator("[data-testid=stMain] [data-testid=stTextInput] input")
    for box in boxes.all():
        label = box.get_attribute("aria-label") or ""
        for _ in range(0 if label in known else 3):
            box.fill(next(texts))
            box.press("Enter")
            expect(page.get_by_test_id("stAlert").filter(has_text="Until then").first).to_be_visible()
            page.wait_for_selector(STILL)
        known.add(label)
    is_harmless(page)


def test_no_link_to_the_front_door_is_more_than_text(tab: Tab) -> None:
    for texts in (SHORT, tuple(MARKUP.values())):
        page = tab.open("?" + urlencode({**dict(zip(SHARED, texts, strict=False)), "home_explorer": texts[0]}))
        is_harmless(page)


NAMES = ("a", *SHORT[:4], SHORT[5], "kind")
KINDS = ("<script>hacked=1</script>", "![](//stranger.example/k)", "[x](javascript:hacked=1)", "<b>b</b>")


def csv(names: tuple[str, ...], kinds: tuple[str, ...]) -> bytes:
    """Return a file of a few samples."""
    rows = [[str(row + place) for place in range(len(names) - 1)] + [kinds[row % len(kinds)]] for row in range(12)]
    return "\n".join(",".join(cells) for cells in [list(names), *rows]).encode()


FILES = {
    "names and classes": csv(NAMES, KINDS),
    "a cell": csv(("a", "b", "kind"), KINDS).replace(b"\n3,", b"\n<img src=x onerror=hacked=1>,"),
    "a long name": csv(("a", "<img src=x onerror=hacked=1>" * 9, "kind"), KINDS),
    "two names": csv(("a", SHORT[3], SHORT[3], "kind"), KINDS),
}


def test_no_file_is_more_than_text(tab: Tab) -> None:
    page = tab.open("datasets?datasets_source=your CSV")
    for number, data in enumerate(FILES.values()):
        name = f"{number}{SHORT[number]}.csv".replace("/", "_")
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": data}
        )
        on_stage, refused = page.get_by_text("On the stage: 0"), page.get_by_test_id("stAlert").filter(has_text="stays")
        expect(on_stage if number == 0 else refused).to_be_visible()
        page.wait_for_selector(STILL)
        for bench in benches(page, "datasets") if number == 0 else []:
            page.locator(f".st-key-{CHOICE['datasets']}").get_by_role("radio", name=bench).click()
            page.wait_for_selector(STILL)
            is_harmless(page)
        is_harmless(page)
