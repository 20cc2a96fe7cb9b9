"""The loop's graph is built as it runs."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import rounds
from dashboard.experiments.rounds import MAX_ROUNDS, Settings


def plain(number: int, y: float) -> tuple[float, float, list[str]]:
    """Run the loop with Python's numbers; return the value, its slope by the chain rule, and the lines that ran."""
    slope, lines = 1.0, []
    for _ in range(number):
        if y < 10:
            slope, y = slope * 2 * y, y * y
            lines.append("y = y*y")
        else:
            slope, y = slope / 2, y / 2
            lines.append("y = y/2")
    return y, slope, lines


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, MAX_ROUNDS), start=st.integers(-20, 20).map(lambda n: n / 2))
def test_the_run_is_the_loops(number: int, start: float) -> None:
    run = rounds.run(Settings(number, start))
    value, slope, lines = plain(number, start)
    assert run.recording.trace.loss.item() == pytest.approx(value, rel=1e-4)
    assert run.recording.trace.grads["x"].item() == pytest.approx(slope, rel=1e-4)
    assert [one.line for one in run.rounds] == lines
    assert run.size == number + 1


def test_the_number_of_rounds_and_the_data_make_another_graph() -> None:
    def names(number: int, start: float) -> list[str]:
        return [node.grad_fn for node in rounds.run(Settings(number, start)).recording.trace.nodes[1:]]

    assert names(2, 1.5) == ["MulBackward0", "MulBackward0"]
    assert names(4, 1.5) == ["MulBackward0", "MulBackward0", "MulBackward0", "DivBackward0"]
    assert names(4, 50.0) == ["DivBackward0", "DivBackward0", "DivBackward0", "MulBackward0"]
    assert names(0, 1.5) == []


def test_every_node_knows_the_line_that_ran() -> None:
    recording = rounds.run(Settings(4, 1.5)).recording
    assert [recording.code[line].strip() for line in recording.lines[1:]] == ["y = y*y"] * 3 + ["y = y/2"]


@pytest.mark.parametrize("number", [-1, MAX_ROUNDS + 1])
def test_rounds_out_of_bounds_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="rounds"):
        Settings(number)


@pytest.mark.parametrize(("number", "start"), [(0, 1.5), (4, 1.5), (7, -3.0), (30, 100.0)])
def test_the_snippet_prints_what_the_page_shows(number: int, start: float) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(rounds.snippet(Settings(number, start)), {})  # noqa: S102
    trace = rounds.run(Settings(number, start)).recording.trace
    assert f"x.grad: {trace.grads['x']!r}" in printed.getvalue()
    if number:
        assert f"recorded: {[node.grad_fn for node in reversed(trace.nodes)]}" in printed.getvalue()
    said = {one.line: one.answer for one in rounds.session(Settings(number, start))}
    assert said["x.grad"] == repr(trace.grads["x"])
