"""One batch through a linear model: gradients against formulas and finite differences, snippets against the page."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments.csv_files import read
from dashboard.experiments.csv_files import samples as csv_samples
from dashboard.experiments.follow import LOSSES, Followed, follow, outputs, snippet, stages, target_kind
from dashboard.experiments.samples import Samples, load

KINDS = {"iris 30": "a class", "digits": "a class", "multilabel": "labels", "ramp": "a number"}
BATCH = (4, 7, 0, 9)


def by_hand(followed: Followed) -> torch.Tensor:
    """Return d loss / d weight in float64, by formula; the losses are means over the batch (and over labels)."""
    x, y = followed.x.double(), followed.y
    z = x @ followed.weight.double().T + followed.bias.double()
    if followed.kind == "a class":
        z_grad = (z.softmax(1) - torch.eye(z.shape[1], dtype=torch.float64)[y]) / len(x)
    elif followed.kind == "labels":
        z_grad = (z.sigmoid() - y) / z.numel()
    else:
        z_grad = 2 * (z - y[:, None]) / len(x)
    return sum(
        (torch.outer(row, sample) for row, sample in zip(z_grad, x, strict=True)), torch.zeros(z.shape[1], x.shape[1])
    )


@pytest.mark.parametrize("name", KINDS)
def test_the_gradient_is_the_sum_of_outer_products(name: str) -> None:
    followed = follow(load(name), BATCH)
    assert followed.kind == KINDS[name]
    torch.testing.assert_close(followed.weight_grad.double(), by_hand(followed), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_gradcheck_agrees(name: str) -> None:
    followed = follow(load(name), BATCH)
    loss_of = LOSSES[followed.kind]
    x, y = followed.x.double() / followed.x.abs().max(), followed.y.double() if loss_of.is_float else followed.y

    def loss(weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        z = torch.nn.functional.linear(x, weight, bias)
        return loss_of.function(z.squeeze(1) if loss_of.squeezes else z, y)

    parameters = (followed.weight.double().requires_grad_(), followed.bias.double().requires_grad_())
    assert torch.autograd.gradcheck(loss, parameters)


@pytest.mark.parametrize("name", KINDS)
def test_the_shapes_on_the_way(name: str) -> None:
    samples = load(name)
    size, features, classes = len(BATCH), samples.features[0].numel(), outputs(samples)
    z = (size,) if KINDS[name] == "a number" else (size, classes)
    shapes = [tuple(stage.tensor.shape) for stage in stages(follow(samples, BATCH))]
    assert shapes == [(size, features), z, (), z, (classes, features), (classes,)]


def test_the_weights_gradient_is_the_outputs_gradient_times_the_batch() -> None:
    followed = follow(load("iris 30"), BATCH)
    torch.testing.assert_close(followed.weight_grad, followed.z_grad.T @ followed.x)
    torch.testing.assert_close(followed.bias_grad, followed.z_grad.sum(0))


def test_the_weights_gradient_has_one_shape_for_every_batch_size() -> None:
    iris = load("iris 30")
    assert {follow(iris, tuple(range(size))).weight_grad.shape for size in (1, 8, 30)} == {torch.Size([3, 4])}


def test_the_same_batch_gives_the_same_numbers_whatever_the_global_generator_does() -> None:
    first = follow(load("digits"), BATCH)
    torch.rand(3)
    assert first.weight_grad.equal(follow(load("digits"), BATCH).weight_grad)


def test_the_first_loss_of_classes_is_near_that_of_a_guess() -> None:
    assert abs(follow(load("iris"), tuple(range(150))).loss.item() - math.log(3)) < 1


def test_a_result_holds_no_graph() -> None:
    followed = follow(load("ramp"), BATCH)
    assert not any(stage.tensor.requires_grad for stage in stages(followed))
    assert not followed.weight.requires_grad


def test_grad_mode_does_not_come_in_from_outside() -> None:
    with torch.no_grad():
        assert follow(load("ramp"), BATCH).says[-1].line == "model.weight.grad"


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        follow(load("ramp"), ())


def test_the_session_says_what_the_result_holds() -> None:
    followed = follow(load("iris 30"), BATCH)
    said = {exchange.line: exchange.answer for exchange in followed.says}
    assert said["x.shape"] == "torch.Size([4, 4])"
    assert said["z.grad_fn"] == "<AddmmBackward0 object>"
    assert said["model.weight.grad is None"] == "True"
    assert said["model.weight.grad"] == repr(followed.weight_grad)
    assert f"{followed.loss.item():.4f}" in said["loss"]


def run(code: str) -> dict[str, torch.Tensor]:
    scope: dict[str, torch.Tensor] = {}
    exec(code, scope)  # noqa: S102
    return scope


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("batch", [BATCH, (5,)])
def test_the_snippet_gives_what_the_page_shows(name: str, batch: tuple[int, ...]) -> None:
    scope = run(snippet(load(name), batch))
    followed = follow(load(name), batch)
    assert scope["loss"].equal(followed.loss)
    assert scope["z"].grad is not None and scope["z"].grad.equal(followed.z_grad)
    assert scope["model"].weight.grad.equal(followed.weight_grad)  # type: ignore[attr-defined]


def test_the_snippet_of_an_upload_reads_the_file(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    data = b"a,b,kind\n1.5,2,x\n3,4.5,y\n5,6,x\n"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "your.csv").write_bytes(data)
    samples = csv_samples(read(data), ("a", "b"), "kind")
    assert run(snippet(samples, (2, 0)))["loss"].equal(follow(samples, (2, 0)).loss)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15)), min_size=1, max_size=8))
def test_whatever_a_file_may_hold_stays_finite(table: list[tuple[float, float]]) -> None:
    x, y = torch.tensor(table, dtype=torch.float64).T
    samples = Samples("any", x[:, None], y, ("x",), ())
    assert target_kind(samples) == "a number"
    assert all(stage.tensor.isfinite().all() for stage in stages(follow(samples, tuple(range(len(table))))))
