"""Every line of the drawn graph stands for the use of a value that it draws: cutting that use cuts that line."""

import pytest

from dashboard.experiments.drawn_uses import drawn_uses
from dashboard.experiments.lines import read
from dashboard.experiments.programs import PRESETS, Settings, run
from dashboard.experiments.trace import Trace

LEAVES = ("x", "y", "w", "b")
VALUES = tuple(zip(LEAVES, (3.0, 2.0, 1.5, 0.5), strict=True))
TEXTS = (
    *(preset.text for preset in PRESETS.values()),
    "1/x + 2**x - (5 - x)",
    "u = x; v = u*u; v*u",
    "x*y*x*y",
    "softplus(x)*abs(-x)/relu(y)",
    "s = x + 1; s*s",
    "x/y + y/x + x**y",
    "3/(x*y)",
)


def ends(trace: Trace) -> list[tuple[str, str]]:
    """Return the labels at both ends of every edge."""
    recorded = [(source, edge.target) for source, node in enumerate(trace.nodes) for edge in node.edges]
    return [(trace.values[source].label, trace.values[target].label) for source, target in [*recorded, *trace.links]]


def test_an_edge_is_named_by_the_use_that_it_draws() -> None:
    settings = Settings("x*x + x", VALUES, LEAVES)
    assert dict(zip(drawn_uses(settings), ends(run(settings).trace), strict=True)) == {
        "x → x*x (left)": ("x*x", "x"),
        "x → x*x (right)": ("x*x", "x"),
        "x*x → x*x + x": ("x*x + x", "x*x"),
        "x → x*x + x": ("x*x + x", "x"),
    }


def test_a_name_stands_for_what_its_line_computed() -> None:
    settings = Settings("s = w*x + b; loss = s*sigmoid(s)", VALUES, ("w", "b"))
    named = dict(zip(drawn_uses(settings), ends(run(settings).trace), strict=True))
    assert named["s → sigmoid(s)"] == ("sigmoid(s)", "w*x + b")
    assert named["x → w*x"] == ("w*x", "x")  # x does not require grad: this edge is a link


@pytest.mark.parametrize("tracked", [LEAVES, ("x",), ()], ids=["all", "x", "none"])
@pytest.mark.parametrize("text", TEXTS)
def test_every_use_is_drawn_and_a_cut_one_leads_to_its_detach_and_from_there(
    text: str, tracked: tuple[str, ...]
) -> None:
    names = {use.name for use in read(text).uses()}
    assert set(drawn_uses(Settings(text, VALUES, tracked))) == names
    for name in names:
        settings = Settings(text, VALUES, tracked, name)
        drawn, labels = drawn_uses(settings), ends(run(settings).trace)
        assert set(drawn) == names
        around = [pair for use, pair in zip(drawn, labels, strict=True) if use == name]
        others = [pair for use, pair in zip(drawn, labels, strict=True) if use != name]
        assert any(source.endswith(".detach()") for source, _ in around)
        assert any(target.endswith(".detach()") for _, target in around)
        assert not any(source == around[0][0] and source.endswith(".detach()") for source, _ in others)


def test_a_line_that_nothing_uses_has_no_edge() -> None:
    assert set(drawn_uses(Settings("z = sin(x); w*b", VALUES, LEAVES))) == {"w → w*b", "b → w*b"}
