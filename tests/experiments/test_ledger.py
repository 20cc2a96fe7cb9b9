"""What nodes save, when it is freed, and what that does to a second backward."""

import pytest
import torch

from dashboard.experiments import lines
from dashboard.experiments.ledger import is_freed, read_saved


def saved(text: str) -> list[tuple[str, float]]:
    x = torch.tensor(3.0, requires_grad=True)
    fn = lines.read(text).statements[0].expression(x=x).grad_fn
    assert fn is not None
    return [(item.name, float(item.value)) for item in read_saved(fn)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x**2", [("_saved_exponent", 2), ("_saved_self", 3)]),
        ("2*x", [("_saved_other", 2)]),
        ("x*x", [("_saved_other", 3), ("_saved_self", 3)]),
        ("x - 5", [("_saved_alpha", 1)]),
        ("-x", []),
        ("relu(x)", [("_saved_result", 3)]),
    ],
)
def test_a_node_saves_what_its_slope_needs(text: str, kept: list[tuple[str, float]]) -> None:
    assert saved(text) == kept


def test_each_node_is_freed_as_soon_as_the_engine_has_left_it() -> None:
    """The stage says `freed` from the step on at which a node has run: listen to the engine to know."""
    x = torch.tensor(3.0, requires_grad=True)
    a = torch.sin(x)
    b = torch.exp(a)
    loss = b**2
    fns = [fn for fn in (loss.grad_fn, b.grad_fn, a.grad_fn) if fn is not None]
    seen: list[list[bool]] = []
    for fn in fns:
        fn.register_prehook(lambda _: seen.append([is_freed(other) for other in fns]))
    loss.backward()
    assert seen == [[False, False, False], [True, False, False], [True, True, False]]
    assert [is_freed(fn) for fn in fns] == [True, True, True]


def test_retain_graph_frees_nothing() -> None:
    x = torch.tensor(3.0, requires_grad=True)
    loss = x**2
    loss.backward(retain_graph=True)
    assert loss.grad_fn is not None
    assert not is_freed(loss.grad_fn)
