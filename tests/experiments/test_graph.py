"""The trace is what torch did: its nodes, its order, its gradients."""

import gc
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import torch

from dashboard.experiments.graph import trace
from dashboard.experiments.trace import Trace

ROOT = Path(__file__).resolve().parents[2]


def numbers(run: Trace) -> list[tuple[str, float, float, list[tuple[int, float, float]]]]:
    """Return each node's name, value and arriving gradient, and its edges."""
    return [
        (
            node.grad_fn,
            node.value.item(),
            node.arrives.item(),
            [(edge.target, edge.local.item(), edge.gradient.item()) for edge in node.edges],
        )
        for node in run.nodes
    ]


def test_the_course_example_is_recorded_and_walked_back() -> None:
    run = trace(lambda x: x**2 - 5, x=torch.tensor(1.5))
    assert numbers(run) == [
        ("AccumulateGrad", 1.5, 3.0, []),
        ("PowBackward0", 2.25, 1.0, [(0, 3.0, 3.0)]),
        ("SubBackward0", -2.75, 1.0, [(1, 1.0, 1.0)]),
    ]
    assert run.order == (2, 1, 0)
    assert run.grads["x"].item() == 3.0


def test_two_paths_into_one_leaf_are_summed_before_they_are_accumulated() -> None:
    run = trace(lambda x: x * x + x, x=torch.tensor(3.0))
    leaf, product, total = run.nodes
    assert [(edge.target, edge.gradient.item()) for edge in product.edges] == [(0, 3.0), (0, 3.0)]
    assert [(edge.target, edge.gradient.item()) for edge in total.edges] == [(1, 1.0), (0, 1.0)]
    assert leaf.arrives.item() == 7.0
    assert run.order.count(0) == 1


def test_operations_that_nobody_typed_are_in_the_graph_with_their_values() -> None:
    run = trace(lambda x: 1 / x, x=torch.tensor(4.0))
    assert [(node.grad_fn, node.label, node.value.item()) for node in run.nodes] == [
        ("AccumulateGrad", "x", 4.0),
        ("ReciprocalBackward0", "reciprocal", 0.25),
        ("MulBackward0", "mul", 0.25),
    ]


def test_several_leaves_come_first_and_by_name() -> None:
    run = trace(lambda w, x, y: (w * x - y) ** 2, w=torch.tensor(1.0), x=torch.tensor(1.0), y=torch.tensor(2.0))
    assert [node.label for node in run.nodes[:3]] == ["w", "x", "y"]
    assert {name: grad.item() for name, grad in run.grads.items()} == {"w": -2.0, "x": -2.0, "y": 2.0}


def test_a_local_derivative_is_no_quotient() -> None:
    """At x = -1 the gradient that arrives at relu is 0 and so is what leaves: 0/0 would say nothing."""
    run = trace(lambda x: torch.relu(x) ** 2, x=torch.tensor([-1.0, 0.0, 2.0]))
    relu = run.nodes[1]
    assert relu.edges[0].local.tolist() == [0.0, 0.0, 1.0]
    assert run.nodes[2].edges[0].local.tolist() == [0.0, 0.0, 4.0]


def test_each_gradient_is_what_arrives_times_the_local_derivative() -> None:
    run = trace(lambda x: torch.exp(torch.sin(x)) / (1 + x**2), x=torch.linspace(-3, 3, 25, dtype=torch.float64))
    for node in run.nodes:
        for edge in node.edges:
            torch.testing.assert_close(edge.gradient, node.arrives * edge.local)


def test_a_bare_leaf_is_its_own_root() -> None:
    run = trace(lambda x: x, x=torch.tensor(2.0))
    assert numbers(run) == [("AccumulateGrad", 2.0, 1.0, [])]


def test_a_program_without_its_leaf_gets_torchs_own_error() -> None:
    with pytest.raises(RuntimeError, match="does not require grad"):
        trace(lambda x: torch.tensor(1.0), x=torch.tensor(2.0))


def test_a_trace_keeps_no_graph_alive_and_leaves_the_grad_mode_alone() -> None:
    with torch.no_grad():
        run = trace(lambda x: x**2, x=torch.tensor(2.0))
        assert not torch.is_grad_enabled()
    assert all(not node.value.requires_grad and node.value.grad_fn is None for node in run.nodes)


def test_traces_free_their_nodes_without_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        x = torch.ones(250_000)
        before = _resident()
        for _ in range(200):
            trace(lambda x: torch.sin(x) * x, x=x)
        assert _resident() - before < 100e6  # each trace holds 10 MB: 200 kept ones would be 2 GB
    finally:
        gc.enable()


def _resident() -> float:
    return float(psutil.Process().memory_info().rss)


def test_tracing_does_not_import_torchs_compiler() -> None:
    """It would cost the first visitor seconds, and every server 70 MB."""
    program = (
        "import sys, torch; from dashboard.experiments.graph import trace; trace(lambda x: x**2, x=torch.tensor(1.0)); "
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
