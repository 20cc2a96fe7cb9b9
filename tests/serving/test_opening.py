"""What the server of a room does before its doors open changes nothing of what a visitor is sent."""

from typing import cast

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from benchmarks.driver import Visitor, dial
from benchmarks.server import Server
from dashboard.opening import read_the_theme_once
from tests.serving.conftest import finish


async def theme(server: Server) -> CustomThemeConfig:
    """Return the colours and sizes that a visitor's page is drawn in."""
    async with dial(server.address) as socket:
        await socket.send(Visitor(socket).request().SerializeToString())
        while True:
            message = ForwardMsg.FromString(bytes(await socket.recv(decode=False)))
            if message.WhichOneof("type") == "new_session":
                return cast(CustomThemeConfig, message.new_session.custom_theme)


def test_the_theme_is_the_one_that_streamlit_gathers(room: Server, open_house: Server) -> None:
    gathered = finish(theme(open_house))
    assert finish(theme(room)) == gathered
    assert gathered.light.primary_color and gathered.dark.sidebar.background_color


def test_a_theme_is_gathered_once_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def gather(message: CustomThemeConfig, section: str = "theme") -> None:
        asked.append(section)
        message.primary_color = section

    monkeypatch.setattr(app_session, "_populate_theme_msg", gather)
    read_the_theme_once()
    for section in ("theme", "theme.dark", "theme.dark"):
        message = CustomThemeConfig()
        app_session._populate_theme_msg(message, section)
        assert message.primary_color == section
    assert asked == ["theme", "theme.dark"]
