"""A visitor without a browser, over Streamlit's own websocket protocol: cheap enough to be many."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

Value = bool | float | str | list[float] | list[str] | FileUploaderState
PATIENCE = 60.0  # seconds that a run may take
CACHED_RUNS = 2  # runs after which a browser forgets a message that was not shown again (global.maxCachedMessageAge)


@dataclass(frozen=True)
class Run:
    """One run of a page, as its visitor sees it.

    Attributes:
        seconds: from the request to the message that says the run is over.
        size: bytes that came from the server meanwhile.
        elements: all that was drawn, those that the visitor had kept included.
    """

    seconds: float
    size: int
    elements: tuple[Element, ...]

    @property
    def failed(self) -> bool:
        """Whether an exception is shown."""
        return any(element.WhichOneof("type") == "exception" for element in self.elements)


@dataclass
class Widget:
    """A widget as the browser keeps it.

    Attributes:
        id, field, value: what is sent of it, and in which field of its state.
        fragment: the part of the page that runs when it is moved, "" for all of it.
        bound: its name in the link, "" where it has none.
        shown: the element that the server sent: label, bounds, options.
        path: where on the page it stands.
        seen: the number of the run that showed it last.
    """

    id: str
    field: str
    value: Value
    fragment: str
    bound: str
    shown: Any
    path: tuple[int, ...]
    seen: int


# Widget -> the field of its state, and how to read from the element what it shows at first and when it is set anew.
KINDS: dict[str, tuple[str, Callable[[Any], Value], Callable[[Any], Value]]] = {
    "slider": ("double_array_value", lambda it: list(it.default), lambda it: list(it.value)),
    "select_slider": (
        "string_array_value",
        lambda it: [it.options[int(number)] for number in it.default],
        lambda it: list(it.raw_value),
    ),
    "number_input": ("double_value", lambda it: float(it.default), lambda it: float(it.value)),
    "text_input": ("string_value", lambda it: str(it.default), lambda it: str(it.value)),
    "checkbox": ("bool_value", lambda it: bool(it.default), lambda it: bool(it.value)),
    "button_group": (
        "string_array_value",
        lambda it: [it.options[number].content for number in it.default],
        lambda it: list(it.raw_values),
    ),
    "multiselect": (
        "string_array_value",
        lambda it: [it.options[number] for number in it.default],
        lambda it: list(it.raw_values),
    ),
    "file_uploader": ("file_uploader_state_value", lambda it: FileUploaderState(), lambda it: FileUploaderState()),
    "selectbox": ("string_value", lambda it: _chosen(it), lambda it: str(it.raw_value)),
    "radio": ("string_value", lambda it: _chosen(it), lambda it: str(it.raw_value)),
    "bidi_component": ("json_value", lambda it: "{}", lambda it: "{}"),
}


@dataclass
class Visitor:
    """One visitor of one page. Like a browser it sends every widget's state, and keeps large messages for two runs."""

    socket: ClientConnection
    session: str = ""
    pages: tuple[str, ...] = ()
    page: str = ""
    page_hash: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)
    link: dict[str, str | list[str]] = field(default_factory=dict)
    written: str = ""
    kept: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)
    runs: int = 0
    places: list[tuple[int, ...]] = field(default_factory=list)

    async def open(self, page: str = "", **link: str | list[str]) -> Run:
        """Visit a page, "" for the first, with a link's settings."""
        self.page, self.page_hash, self.link = page, "", {**link}
        self.widgets.clear()
        return await self._run()

    async def follow(self, page: str, query: str) -> Run:
        """Visit a page by the text of a link as somebody wrote it, percent signs and all."""
        self.written = query
        try:
            return await self.open(page)
        finally:
            self.written = ""

    async def move(self, key: str, value: Value) -> Run:
        """Set the widget that has this key, as by hand, and wait for the run that follows."""
        widget = self.widgets[key]
        widget.value = value
        if widget.bound:
            self.link[widget.bound] = _in_link(value)
        return await self._run(widget.fragment)

    async def come_back(self, socket: ClientConnection) -> Run:
        """Ask for the scene again over a new socket, as a browser does whose old one broke."""
        self.socket = socket
        self.kept.clear()
        return await self._run()

    async def tell(self, key: str, **state: object) -> Run:
        """Send what a component sends when its state changes."""
        return await self.move(key, json.dumps(state))

    async def _run(self, fragment: str = "") -> Run:
        began, size, elements, finished = time.perf_counter(), 0, list[Element](), False
        self.places = []
        await self.socket.send(self.request(fragment).SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not finished:
                data = cast(bytes, await self.socket.recv())
                size += len(data)
                message = self._restored(ForwardMsg.FromString(data))
                elements += self._taken(message)
                # A run that stops early for a rerun is followed by the real one.
                finished = (
                    message.WhichOneof("type") == "script_finished"
                    and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
                )
        self._forget()
        self._remove_what_is_gone()
        return Run(time.perf_counter() - began, size, tuple(elements))

    def request(self, fragment: str = "") -> BackMsg:
        """Return the message that asks for a run of the page, or of a fragment of it, as it stands now."""
        request = BackMsg()
        client = request.rerun_script
        client.query_string = self.written or urlencode(self.link, doseq=True)
        client.page_script_hash, client.page_name = self.page_hash, "" if self.page_hash else self.page
        client.fragment_id = fragment
        client.widget_states.widgets.extend(map(_state, self.widgets.values()))
        client.cached_message_hashes.extend(self.kept)
        return request

    def _restored(self, message: ForwardMsg) -> ForwardMsg:
        """Keep a message that may come as a mere reference the next time, or put it in the place of its reference."""
        if message.WhichOneof("type") == "ref_hash":
            place = message.metadata
            _, kept = self.kept[message.ref_hash]
            message = ForwardMsg()
            message.CopyFrom(kept)
            message.metadata.CopyFrom(place)
            message.metadata.cacheable = True
        if message.metadata.cacheable:
            self.kept[message.hash] = self.runs, message
        return message

    def _remove_what_is_gone(self) -> None:
        """Forget the widgets that the run no longer showed. A fragment's run speaks of what stands in its container."""
        top = min(self.places, key=len, default=())
        if len({path[0] for path in self.places}) > 1:  # the whole page: sidebar and body
            top = ()
        self.widgets = {
            key: widget
            for key, widget in self.widgets.items()
            if widget.seen == self.runs - 1 or widget.path[: len(top)] != top
        }

    def _forget(self) -> None:
        self.runs += 1
        self.kept = {name: kept for name, kept in self.kept.items() if self.runs - kept[0] <= CACHED_RUNS}

    def _taken(self, message: ForwardMsg) -> list[Element]:
        """Take in a message; return the element in it, if it has one."""
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
        if message.WhichOneof("type") == "page_info_changed":
            self.link = {**parse_qs(message.page_info_changed.query_string, keep_blank_values=True)}
        if message.WhichOneof("type") == "navigation":
            self.page_hash = message.navigation.page_script_hash
            self.pages = tuple(page.url_pathname for page in message.navigation.app_pages)
        path = tuple(message.metadata.delta_path)
        if path:
            self.places.append(path)
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return []
        element, kind = message.delta.new_element, message.delta.new_element.WhichOneof("type")
        if kind in KINDS:
            self._remember(kind, getattr(element, kind), message.delta.fragment_id, path)
        return [element]

    def _remember(self, kind: str, shown: Any, fragment: str, path: tuple[int, ...]) -> None:
        if kind == "slider" and shown.type == Slider.SELECT_SLIDER:
            kind = "select_slider"  # the same element, another state
        state, first, anew = KINDS[kind]
        key = shown.id.split("-", 2)[-1]  # $$ID-hash-key
        widget = self.widgets.get(key)
        if widget is None or widget.id != shown.id:
            bound = getattr(shown, "query_param_key", "")
            widget = self.widgets[key] = Widget(shown.id, state, first(shown), fragment, bound, shown, path, self.runs)
        widget.shown, widget.path, widget.fragment, widget.seen = shown, path, fragment, self.runs
        if getattr(shown, "set_value", False):
            widget.value = anew(shown)


def dial(address: str, session: str = "", **headers: str) -> connect:
    """Return a connection to be made to HOST:PORT (or ws://..., wss://...), naming the session that it resumes."""
    names = ["streamlit", "benchmark", *([session] if session else [])]
    return connect(
        f"{address if '://' in address else 'ws://' + address}/_stcore/stream",
        subprotocols=[Subprotocol(name) for name in names],
        additional_headers=headers,
        max_size=None,
        compression=None,
        open_timeout=PATIENCE,
        close_timeout=1,
    )


@asynccontextmanager
async def visit(address: str, **headers: str) -> AsyncIterator[Visitor]:
    """Connect a new visitor to the server at HOST:PORT."""
    async with dial(address, **headers) as socket:
        yield Visitor(socket)


def _chosen(shown: Any) -> str:
    """Return the option that a list shows at first."""
    return str(shown.options[shown.default]) if shown.HasField("default") else ""


def _state(widget: Widget) -> WidgetState:
    state = WidgetState(id=widget.id)
    if isinstance(widget.value, list):
        getattr(state, widget.field).data.extend(widget.value)
    elif isinstance(widget.value, FileUploaderState):
        getattr(state, widget.field).CopyFrom(widget.value)
    else:
        setattr(state, widget.field, widget.value)
    return state


def _in_link(value: Value) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
