"""Programs are read safely, recorded as torch recorded them, and cut where one says."""

import contextlib
import io

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments.expressions import ExpressionError
from dashboard.experiments.lines import LEAVES, MAX_TEXT, read
from dashboard.experiments.programs import PRESETS, Preset, Settings, arrivals, run, snippet

NEURON = "y_hat = w * x; loss = (y_hat - y)**2"
VALUES = (("x", 1.5), ("y", 2.0), ("w", 0.5), ("b", -0.5))
TEXTS = [preset.text for preset in PRESETS.values()]


def of(preset: Preset) -> Settings:
    return Settings(preset.text, preset.values, preset.tracked)


def by_hand(text: str, tracked: tuple[str, ...]) -> dict[str, torch.Tensor | None]:
    """Run the lines by Python itself: the tests' own texts, never a learner's."""
    names: dict[str, object] = {name: torch.tensor(value, requires_grad=name in tracked) for name, value in VALUES} | {
        name: getattr(torch, name) for name in ("sigmoid", "sin", "exp", "relu")
    }
    leaves = {name: names[name] for name in LEAVES}
    *lines, last = text.split(";")
    exec("\n".join([*(line.strip() for line in lines), "loss = " + last.split("loss =")[-1].strip()]), names)  # noqa: S102
    names["loss"].backward()  # type: ignore[attr-defined]
    return {name: leaf.grad for name, leaf in leaves.items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", [*TEXTS, NEURON, "s = x*y; t = s + w; loss = s*t - exp(b)*s"])
@pytest.mark.parametrize("tracked", [LEAVES, ("x", "w"), ("x",)])
def test_the_gradients_are_those_of_the_same_lines_in_python(text: str, tracked: tuple[str, ...]) -> None:
    expected = by_hand(text, tracked) if set(tracked) & set(read(text).leaves) else {}
    grads = run(Settings(text, VALUES, tracked)).trace.grads
    for name in read(text).leaves:
        answer = expected.get(name)
        assert (name in grads) == (answer is not None)
        if answer is not None:
            torch.testing.assert_close(grads[name], answer)


def test_the_courses_neuron() -> None:
    recording = run(of(PRESETS["a neuron"]))
    trace = recording.trace
    assert (trace.loss.item(), trace.grads["w"].item()) == (1.0, -2.0)
    assert set(trace.grads) == {"w"}
    assert [(value.label, value.requires_grad) for value in trace.outside] == [("x", False), ("y", False)]
    assert [recording.code[line] for line in recording.lines] == [
        "w = torch.tensor(1.0, requires_grad=True)",
        "y_hat = w*x",
        "loss = (y_hat - y)**2",
        "loss = (y_hat - y)**2",
        "x = torch.tensor(1.0)",
        "y = torch.tensor(2.0)",
    ]


def test_what_was_typed_and_what_was_recorded() -> None:
    names = {
        text: [node.grad_fn for node in run(Settings(text)).trace.nodes] for text in ("x**2", "x*x", "1/x", "5 - x")
    }
    assert names == {
        "x**2": ["AccumulateGrad", "PowBackward0"],
        "x*x": ["AccumulateGrad", "MulBackward0"],
        "1/x": ["AccumulateGrad", "ReciprocalBackward0", "MulBackward0"],
        "5 - x": ["AccumulateGrad", "RsubBackward1"],
    }
    assert PRESETS["1/x"].text == "1/x"


def test_the_recorded_edges_are_next_functions() -> None:
    """Walk the graph once more, without hooks or modes."""
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in VALUES}
    loss = read("(x*y + w)*(x - b)").statements[0].expression(**leaves)
    found: list[tuple[str, str]] = []

    def walk(fn: object) -> None:
        for earlier, _ in fn.next_functions:  # type: ignore[attr-defined]
            if earlier is not None:
                found.append((type(fn).__name__, type(earlier).__name__))
                walk(earlier)

    walk(loss.grad_fn)
    nodes = run(Settings("(x*y + w)*(x - b)", VALUES, LEAVES)).trace.nodes
    edges = [(node.grad_fn, nodes[edge.target].grad_fn) for node in nodes for edge in node.edges]
    assert sorted(edges) == sorted(found)


def test_two_ways_into_a_leaf_arrive_as_one_sum() -> None:
    heard = next(said for said in arrivals() if said.line == "loss.backward()")
    assert heard.answer == "(tensor(7.),)"
    assert arrivals()[-1].answer == "tensor(7.)"


def test_a_cut_halves_the_slope_of_a_product() -> None:
    settings = Settings("x*x", (("x", 3.0),), ("x",), "x → x*x (right)")
    trace = run(settings).trace
    assert trace.grads["x"].item() == 3.0
    assert run(Settings("x*x", (("x", 3.0),), ("x",))).trace.grads["x"].item() == 6.0
    assert [(value.label, value.requires_grad, value.operation) for value in trace.outside] == [
        ("x.detach()", False, "detach")
    ]
    assert "x*x.detach()" in snippet(settings)


def test_a_cut_leaves_what_lies_behind_it_recorded_and_unreached() -> None:
    trace = run(Settings("x*y + w", VALUES, LEAVES, "x*y → x*y + w")).trace
    outside = {value.label: (value.grad_fn, value.requires_grad) for value in trace.outside}
    assert outside == {
        "x": ("AccumulateGrad", True),
        "y": ("AccumulateGrad", True),
        "x*y": ("MulBackward0", True),
        "(x*y).detach()": ("", False),
    }
    assert set(trace.grads) == {"w"}


def test_a_cut_through_the_only_way_back_gets_torchs_own_error() -> None:
    trace = run(Settings("x**2 - 5", cut="x**2 → x**2 - 5")).trace
    assert trace.refusal == "element 0 of tensors does not require grad and does not have a grad_fn"
    assert (trace.nodes, trace.grads) == ((), {})
    assert trace.loss.item() == 4.0


@pytest.mark.parametrize("text", [*TEXTS, "x*x + x*x", "s = x*y; s*s + s"])
def test_every_edge_has_a_name_of_its_own_and_its_cut_is_a_detach(text: str) -> None:
    names = [use.name for use in read(text).uses()]
    assert len(set(names)) == len(names)
    for name in names:
        cut = Settings(text, VALUES, LEAVES, name)
        assert ".detach()" in "".join(cut.final.code)
        assert run(cut).trace.loss.item() == pytest.approx(run(Settings(text, VALUES, LEAVES)).trace.loss.item())


def test_every_line_and_every_value_belong_together() -> None:
    for preset in PRESETS.values():
        recording = run(of(preset))
        assert len(recording.lines) == len(recording.trace.values)
        assert sorted(recording.trace.forward) == list(range(len(recording.trace.values)))
        assert recording.code[-1] == "loss.backward()"


def test_the_number_of_nodes_that_can_be_asked_for_stays_drawable() -> None:
    longest = "; ".join([*(f"s{'s' * i} = 1/(1/(1/(1/(1/x))))" for i in range(4)), "1/(1/(1/(1/x)))"])
    assert len(run(Settings(longest)).trace.nodes) <= 60


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is nothing here yet"),
        ("x*2; x", "Every line but the last needs a name"),
        ("y_hat = x; z = y_hat", "must compute the loss"),
        ("x = y; loss = x", "already means something"),
        ("sin = x; loss = sin", "already means something"),
        ("loss = x; loss = x", "already means something"),
        ("s = x; s = y; s", "already means something"),
        ("t = q; loss = t", "I do not know q"),
        ("__import__('os')", "has no meaning here"),
        ("a=x;b_=x;c=x;d=x;f=x;x", "At most 5"),
        ("x" + " + x" * 30, "At most"),
        ("s = x" + "+x" * 12 + "; t = s" + "+x" * 12 + "; t + x", "At most 24"),
        ("x == y", "has no meaning here"),
        ("x" * 200, "characters"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(text: str, says: str) -> None:
    with pytest.raises(ExpressionError, match="(?i)" + says.replace("(", r"\(")):
        read(text)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=MAX_TEXT + 5) | st.lists(st.sampled_from([*"xywb;=+-*/(). 12_", "loss", "s", "sin("])).map("".join)
)
def test_any_text_is_a_program_or_an_expression_error(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert read(text).statements[-1].name == "loss"


def test_values_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="between"):
        Settings(values=(("x", 101.0),))
    with pytest.raises(ValueError, match="between"):
        Settings(values=(("x", float("nan")),))


@pytest.mark.parametrize("cut", ["", "first"])
@pytest.mark.parametrize("tracked", [LEAVES, ("x",), ()])
@pytest.mark.parametrize("text", [*TEXTS, "x*pi", "x"])
def test_the_snippet_prints_what_the_page_shows(text: str, tracked: tuple[str, ...], cut: str) -> None:
    uses = read(text).uses()
    settings = Settings(text, VALUES, tracked, uses[0].name if cut and uses else "")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(settings), {})  # noqa: S102
    lines = printed.getvalue().splitlines()
    trace = run(settings).trace
    assert lines[0].startswith(f"loss: tensor({trace.loss.item():.4f}"[:14])
    shown = [line.strip() for line in lines if line.strip().endswith(("Backward0", "Backward1"))]
    assert set(shown) == {node.grad_fn for node in trace.nodes if not node.is_leaf}
    for name in trace.leaves:
        assert f"{name}.grad: {trace.grads.get(name)!r}" in lines
    assert (f"backward: {trace.refusal}" in lines) == bool(trace.refusal)
