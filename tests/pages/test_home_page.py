"""The front door shows every page that stands, and its links lead to scenes that there are."""

import re
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

from components.course import STOPS
from components.miniatures import PICTURES, miniature
from tests.pages.test_every_page import visit


def test_every_page_has_its_picture_and_its_minutes() -> None:
    app = visit("home")
    built = [stop for stop in STOPS if stop.is_built]
    assert len(app.image) == len(built)
    assert [stop.stem for stop in STOPS] == list(PICTURES)
    assert f"{sum(stop.minutes for stop in built)} minutes" in "".join(element.value for element in app.markdown)


def test_the_links_for_a_room_open_scenes_that_there_are() -> None:
    text = "".join(element.value for element in visit("home").markdown)
    links = re.findall(r"\]\((/[^)]+)\)", text)
    assert len(links) == 5
    for link in map(urlsplit, links):
        scenes = import_module(f"components.{link.path.strip('/')}.scenes").SCENES
        assert set(parse_qs(link.query).get("scene", [])) <= set(scenes)


def test_the_pictures_show_what_torch_found() -> None:
    assert "SubBackward0, PowBackward0, AccumulateGrad" in miniature("graph").alt
    assert miniature("tracking").alt == "Inside no_grad: c tracked, loss not tracked"
    assert "(2, 3)" in miniature("tensors").alt
    assert "(3, 2)" in miniature("tensors").alt
