"""The most that one may ask of a running server, and more: the answer is in words, and a neighbour's stay right."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
import torch
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.driver import Run, Value, Visitor, dial, visit
from benchmarks.server import Server
from dashboard.experiments.tensors import FACTORIES, MAX_DIMS, MAX_ELEMENTS, MAX_SIZE
from dashboard.experiments.training import MAX_EPOCHS, MAX_LAYERS, MAX_STEPS, MAX_WIDTH
from tests.long_form import LONG
from tests.serving.conftest import finish
from tests.serving.uploading import NotTakenError, upload

PAUSE = 0.25  # seconds: within the pace that everybody is granted


@asynccontextmanager
async def neighbour(room: Server) -> AsyncIterator[None]:
    """Let somebody move x meanwhile, and look at every answer: the gradient of x**2 - 5 is 2x."""
    done = asyncio.Event()

    async def move(visitor: Visitor) -> int:
        for number in count():
            x = number % 39 / 4 - 4.75
            run = await visitor.move("gradients_x", x)
            assert repr(torch.tensor(2 * x)) in session(run)
            if done.is_set():
                return number
            await asyncio.sleep(PAUSE)
        raise AssertionError

    async with visit(room.address) as visitor:
        await visitor.open("gradients", gradients_reach="10")
        moving = asyncio.create_task(move(visitor))
        try:
            yield
        finally:
            done.set()
            assert await moving > 0
    assert room.process.is_running()


def session(run: Run) -> str:
    """Return what PyTorch says, and the code."""
    return "\n".join(element.code.code_text for element in run.elements if element.WhichOneof("type") == "code")


def alerts(run: Run) -> str:
    """Return what the page says where something does not fit."""
    texts = (element.alert.body for element in run.elements if element.WhichOneof("type") == "alert")
    return "\n".join(texts).replace("\\", "")


def beside_a_neighbour(room: Server, deed: Coroutine[Any, Any, None]) -> None:
    """Do something while a neighbour moves a slider."""

    async def both() -> None:
        async with neighbour(room):
            await deed

    finish(both())


async def shown(room: Server, page: str, **link: str) -> Run:
    """Open a link cold; fail if it raises or shows no stage."""
    async with visit(room.address) as visitor:
        run = await visitor.open(page, **link)
    assert not run.failed
    assert any(element.WhichOneof("type") == "bidi_component" for element in run.elements)
    return run


def sizes(*numbers: int) -> dict[str, str]:
    """Return the part of a link that gives a tensor these sizes."""
    each = {f"tensors_size_{dim}": str(number) for dim, number in enumerate(numbers, start=1)}
    return {"tensors_dims": str(len(numbers)), **each}


LISTS = {name for name, factory in FACTORIES.items() if "list" in factory.needs}


@pytest.mark.parametrize("factory", FACTORIES)
def test_the_largest_tensors_are_shown_and_larger_ones_answered(room: Server, factory: str) -> None:
    async def make() -> None:
        largest = sizes(8, 8, 8, 8) if "matrix" not in FACTORIES[factory].needs else sizes(64, 64)
        run = await shown(room, "tensors", tensors_factory=factory, **largest)
        assert alerts(run) == ""
        text = "\n".join(element.markdown.body for element in run.elements)
        assert (f"{MAX_ELEMENTS:,} of at most" in text) != (factory in LISTS)
        assert run.size < 300_000
        beyond = await shown(room, "tensors", tensors_factory=factory, **sizes(*[MAX_SIZE] * MAX_DIMS))
        fits = factory in LISTS or "matrix" in FACTORIES[factory].needs  # 64 x 64, which is as much as there may be
        assert (f"at most {MAX_ELEMENTS:,} are possible" in alerts(beyond)) != fits
        assert beyond.size < 300_000
        await shown(room, "tensors", tensors_factory=factory, **sizes(65, 10**9, 2, 2))  # no slider goes there

    beside_a_neighbour(room, make())


def test_the_longest_list_is_read_and_a_longer_or_deeper_one_answered(room: Server) -> None:
    async def read() -> None:
        async def said(text: str) -> str:
            return alerts(await shown(room, "tensors", tensors_factory="tensor", tensors_list=text))

        assert await said(",".join("1" * 150)) == ""
        assert await said("[[[[1]]]]") == ""
        assert "brackets may be open" in await said("[[[[[1]]]]]")
        assert "not a list of numbers" in await said("[" * 300)
        assert "beyond 10**18" in await said("9" * 300)
        assert await said("1," * 1000) == ""  # a box takes no more than it says: the rest is cut off

    beside_a_neighbour(room, read())


TOWER = f"{'(' * 11}x{'**2)' * 11}**2"
EXPRESSIONS = {
    # What stands at the bound is shown.
    "x+" * 12 + "x": "",
    f"{'sin(' * 12}x{')' * 12}": "",
    TOWER: "",
    "(((x**100)**100)**100)**100": "",
    "x**100/x**100 + exp(exp(x))": "",
    "x*1000000": "",
    # What stands beyond is answered.
    "x+" * 17 + "x": "At most",
    f"{'sin(' * 13}x{')' * 13}": "nested 13 deep",
    "x**101": "exponent 101 is too large",
    "x**9**9**9**9": "too large",
    "9**9**9**9 + x": "too large",
    "x*1" + "0" * 90: "too large",
    "(" * 100: "missing between",
    "-" * 99 + "x": "steps|operations",
    "x+" * 1000 + "x": "missing between|characters",  # the box takes no more than it says
    "9" * 2000: "too large|characters",
}


@pytest.mark.parametrize("page", ["gradients_expression", "graph_program"])
def test_the_deepest_expressions_are_shown_and_deeper_ones_answered(room: Server, page: str) -> None:
    async def type_all() -> None:
        wrong = {}
        for text, words in EXPRESSIONS.items():
            said = alerts(await shown(room, page.split("_")[0], **{page: text}))
            if not re.search(words, said) or bool(words) != (
                "Until then the page shows x**2 - 5" in said.replace("`", "")
            ):
                wrong[text] = said
        assert wrong == {}

    beside_a_neighbour(room, type_all())


FORGED: dict[str, list[tuple[str, Value]]] = {
    "tensors": [("tensors_size_1", [1e9]), ("tensors_size_1", [-1.0]), ("tensors_dims", ["9"]), ("tensors_dtype", "x")],
    "gradients": [("gradients_x", 1e300), ("gradients_step", 1e9), ("gradients_count", float("nan"))],
    "graph": [("graph_x", float("inf")), ("graph_step", -1e9), ("graph_program", "x+" * 30_000)],
    "tracking": [("tracking_seed", 1e300), ("tracking_brake", ["no such brake"])],
    "datasets": [("datasets_batch_size", 1e9), ("datasets_batch_size", 0.0), ("datasets_epochs", 1e9)],
    "training": [("training_phase", 1e9), ("training_x", [1e9]), ("training_step_rate", ["1e9"])],
}
MOVES = {
    "gradients": ("gradients_explorer", "moved"),
    "graph": ("graph_stage", "moved"),
    "tensors": ("tensors_created", "picked"),
    "datasets": ("datasets_conveyor", "moved"),
    "training": ("training_stage", "moved"),
}
NO_MOVES: tuple[Any, ...] = (
    5,
    None,
    [],
    "x",
    {},
    dict.fromkeys(("x", "step", "index", "sequence"), "a"),
    dict.fromkeys(("x", "step", "index", "sequence"), float("inf")),
    dict.fromkeys(("x", "step", "index", "sequence"), -(10**30)),
)


@pytest.mark.parametrize("page", FORGED)
def test_what_no_control_sends_is_not_taken(room: Server, page: str) -> None:
    async def forge() -> None:
        wrong = []
        key, event = MOVES.get(page, ("", ""))
        told: list[tuple[str, Value]] = [(key, json.dumps({event: move})) for move in NO_MOVES] if key else []
        for name, value in (*FORGED[page], *told):
            async with visit(room.address) as visitor:
                await visitor.open(page)
                if (await visitor.move(name, value)).failed or (await visitor.come_back(visitor.socket)).failed:
                    wrong.append((name, value))
        assert wrong == []

    beside_a_neighbour(room, forge())


LONGEST = {
    "training_bench": "A network",
    "training_net_data": "digits",
    "training_net_layers": str(MAX_LAYERS),
    "training_net_width": str(MAX_WIDTH),
    "training_net_epochs": str(MAX_EPOCHS),
    "training_net_batch": "8",
}


async def begins_to_train(room: Server, seed: int) -> bool:
    """Open a link to a training, and leave in its middle; return whether there was any: a finished one is shown."""
    socket = await dial(room.address)
    leaving = Visitor(socket, page="training", link={**LONGEST, "training_net_seed": str(seed)})
    await socket.send(leaving.request().SerializeToString())
    while True:
        message = ForwardMsg.FromString(bytes(await socket.recv(decode=False)))
        is_training: bool = message.delta.new_element.progress.text.startswith("Epoch")
        if is_training or message.WhichOneof("type") == "script_finished":
            socket.transport.abort()
            return is_training


def test_the_longest_training_ends_and_who_leaves_in_the_middle_takes_nobodys_turn(room: Server) -> None:
    """Two train at a time: had the four who left kept their turns, theirs would be finished before this one."""

    async def train() -> None:
        seeds = range(100, 104)
        assert [await begins_to_train(room, seed) for seed in seeds] == [True] * 4
        run = await shown(room, "training", **LONGEST)
        assert f"A run ends after {MAX_STEPS} updates" in alerts(run)
        assert run.size < 300_000
        assert [await begins_to_train(room, seed) for seed in seeds] == [True] * 4

    beside_a_neighbour(room, train())


def test_no_network_is_larger_and_no_training_longer_than_the_controls_allow(room: Server) -> None:
    async def ask() -> None:
        most = {"training_net_layers": "4", "training_net_width": "4000", "training_net_epochs": "100000"}
        allowed = await shown(room, "training", training_bench="A network")
        asked = await shown(room, "training", training_bench="A network", **most)
        assert session(asked) == session(allowed)

    beside_a_neighbour(room, ask())


ROWS = b"".join(b"%d,%d,%d\n" % (number, 2 * number, number % 2) for number in range(12))
FILES = {
    b"a,b,kind\n" + ROWS: "",
    b"\xef\xbb\xbf" + b"a;b;kind\n" + ROWS.replace(b",", b";"): "",
    b"PK\x03\x04" + bytes(100): "zip archive",
    b"\x1f\x8b" + bytes(100): "gzip",
    b"\x80\x04\x95\x10": "pickle",
    "a,b\n1,2\n".encode("utf-16"): "UTF-16",
    b"a,b\n1,\x00\n": "NUL",
    b"": "empty",
    b"\n" * 2_000_000: "empty",
    b",".join(b"c%d" % number for number in range(250_000)): "cells",
    b",".join(b"c%d" % number for number in range(51)) + b"\n": "at most 50",
    b"a,b\n" + b"1,2\n" * 400_000: "at most 10,000",
    b'a,b\n"' + b"x\n" * 400_000: "at most 10,000",
    b'a,b\n"' + b"x" * 19_000: "never closed",
    b"a,b\n1," + b"9" * 15_000 + b"\n2,3\n": "has 15,000 letters",
    b"a,b,c\n1,2\n": "Line 2 has 2 cells",
    b"<img src=x onerror=alert(1)>,b\n1,2\n2,3\n": "HTML",
    b"\xe9,b\n1,2\n2,3\n": "not UTF-8",
}


def test_a_hostile_file_is_answered_in_words(room: Server) -> None:
    async def send() -> None:
        wrong = {}
        before = room.memory()
        for data, words in FILES.items():
            async with visit(room.address) as visitor:
                await visitor.open("datasets", datasets_source="your CSV")
                run = await upload(room, visitor, "datasets_csv", "mine.csv", data)
                on_stage = any("On the stage: **mine" in element.markdown.body for element in run.elements)
                if run.failed or words not in alerts(run) or on_stage == bool(words):
                    wrong[data[:40]] = alerts(run)
        assert wrong == {}
        assert room.memory() - before < 60  # MB, of 7 that came

    beside_a_neighbour(room, send())


def test_the_largest_file_is_read_and_a_larger_one_refused(room: Server) -> None:
    header = b",".join(b"c%d" % number for number in range(50))
    row = b",".join(b"%d" % (number % 7) for number in range(49))
    rows = b"".join(b"\n%s,%d" % (row, number % 2) for number in range(10_000))

    async def send() -> None:
        async with visit(room.address) as visitor:
            await visitor.open("datasets", datasets_source="your CSV")
            run = await upload(room, visitor, "datasets_csv", "mine.csv", header + rows)
            assert any("10,000 samples, 49 of its columns" in element.markdown.body for element in run.elements)
            assert run.size < 300_000
            with pytest.raises(NotTakenError) as refused:
                await upload(room, visitor, "datasets_csv", "mine.csv", b"a,b\n" + b"1,2\n" * 600_000)
            assert refused.value.status == 413 and "too large" in refused.value.words

    beside_a_neighbour(room, send())


@pytest.mark.skipif(not LONG, reason="make limits")
def test_many_largest_trainings_at_once_all_end(room: Server) -> None:
    async def train() -> None:
        wishes = [{**LONGEST, "training_net_seed": str(200 + seed)} for seed in range(6)]
        runs = await asyncio.gather(*(shown(room, "training", **wish) for wish in wishes))
        assert all(f"A run ends after {MAX_STEPS} updates" in alerts(run) for run in runs)

    beside_a_neighbour(room, train())
