"""The facts of the Tracking page are torch's, brake by brake and lane by lane."""

import contextlib
import io
import threading
from itertools import product
from typing import Any

import pytest
import torch

from dashboard.experiments import tracking
from dashboard.experiments.brakes import ASKS, BRAKES, EVAL, OPERATIONS, Brake
from dashboard.experiments.tracking import AFTERWARDS, BACKWARD, LANES, STARTS, Settings
from dashboard.experiments.values import COURSE_VALUES

# What is tracked if c was made with requires_grad=True, written down by hand.
TRACKED = {
    "nothing": {"c": True, "loss": True},
    "c.detach()": {"c": True, "d": False, "loss": False},
    "loss.detach()": {"c": True, "loss": True, "d": False},
    "no_grad": {"c": True, "loss": False},
    "@no_grad": {"c": True, "loss": False},
    "inference_mode": {"c": True, "loss": False},
    "requires_grad_(False) before": {"c": False, "loss": False},
    "requires_grad_(False) after": {"c": False, "loss": True},
    "enable_grad in no_grad": {"c": True, "outside": False, "inside": True},
    "enable_grad in inference_mode": {"c": True, "outside": False, "inside": False},
}
ALL = [
    Settings(requires_grad, brake, operation, start, seed=3)
    for requires_grad, brake, operation, start in product([True, False], BRAKES, OPERATIONS, STARTS)
]
EVERY_BRAKE: dict[str, Brake] = {**BRAKES, "eval()": EVAL}


def facts(brake: str, requires_grad: bool = True, operation: str = "c**2") -> dict[str, tracking.Facts]:
    run = tracking.run(Settings(requires_grad, brake, operation))
    return {fact.name: fact for fact in run.facts}


def by_hand(code: str, settings: Settings) -> dict[str, Any]:
    """Run code as a reader would, in a fresh namespace, and return its variables."""
    namespace: dict[str, Any] = {"torch": torch}
    exec(f"{settings.made_by()}\n{code}", namespace)  # noqa: S102  # our own code, as the page shows it
    return namespace


def mode() -> tuple[bool, bool]:
    return torch.is_grad_enabled(), torch.is_inference_mode_enabled()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("brake", BRAKES)
def test_what_is_tracked(brake: str, operation: str) -> None:
    assert {name: fact.requires_grad for name, fact in facts(brake, True, operation).items()} == TRACKED[brake]


@pytest.mark.parametrize("brake", BRAKES)
def test_without_requires_grad_nothing_is_tracked_whatever_the_brake(brake: str) -> None:
    assert not any(fact.requires_grad for fact in facts(brake, False).values())
    assert {fact.reason for fact in facts(brake, False).values()} == {
        tracking.MADE_WITHOUT,
        tracking.NOTHING_TO_RECORD,
    }


@pytest.mark.parametrize("settings", ALL, ids=str)
def test_the_code_that_is_shown_is_what_runs(settings: Settings) -> None:
    run = tracking.run(settings)
    variables = by_hand(run.code, settings)
    for fact in run.facts:
        tensor = variables[fact.name]
        assert fact.requires_grad == tensor.requires_grad
        assert fact.grad_fn == (type(tensor.grad_fn).__name__ if tensor.grad_fn else None)
        assert fact.is_leaf == tensor.is_leaf == (tensor.grad_fn is None)  # nothing was recorded before it
        assert fact.is_inference == tensor.is_inference()


@pytest.mark.parametrize("settings", ALL, ids=str)
def test_the_snippet_runs_alone_and_prints_what_the_page_shows(settings: Settings) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(tracking.snippet(settings), {})  # noqa: S102  # our own snippet, as a reader would run it
    lines = printed.getvalue()
    says = tracking.session(settings)
    for fact in tracking.run(settings).facts:
        for name in ("requires_grad", "grad_fn", "is_leaf", "is_inference"):
            assert f"{fact.name} {name}: {getattr(fact, name)}\n" in lines
    for said in says:
        if said.line in ASKS:
            answer = f": {said.answer.removeprefix('RuntimeError: ')}" if said.is_error else " works"
            assert f"{said.line}{answer}\n" in lines
    assert lines.endswith(f"c.grad: {says[-1].answer}\n")


@pytest.mark.parametrize(("operation", "start"), list(product(OPERATIONS, STARTS)))
def test_every_brake_leaves_the_same_values(operation: str, start: str) -> None:
    plain = by_hand(tracking.run(Settings(True, "nothing", operation, start)).code, Settings(start=start))["loss"]
    for brake in BRAKES:
        settings = Settings(True, brake, operation, start)
        variables = by_hand(tracking.run(settings).code, settings)
        for name in TRACKED[brake].keys() - {"c"} - ({"d"} if brake == "c.detach()" else set()):
            assert torch.equal(variables[name], plain)


def test_c_is_the_courses() -> None:
    five = Settings(start="five values").make()
    assert torch.equal(five, torch.tensor(COURSE_VALUES))
    drawn = torch.rand(2, 2, generator=torch.Generator().manual_seed(7))
    before = torch.get_rng_state()
    assert torch.equal(Settings(seed=7).make(), drawn)
    assert torch.equal(before, torch.get_rng_state())


def test_detach_shares_storage_and_results_do_not() -> None:
    assert facts("c.detach()")["d"].shares == ("c",)
    assert facts("loss.detach()")["d"].shares == ("loss",)
    assert facts("no_grad")["loss"].shares == ()


def test_detaching_the_loss_frees_nothing_while_the_loss_lives() -> None:
    kept = {brake: tracking.run(Settings(brake=brake, operation="c.exp()")).kept for brake in BRAKES}
    assert kept["loss.detach()"] == kept["nothing"]
    c = Settings().make()
    loss = c.exp()
    d = loss.detach()
    node: Any = loss.grad_fn
    assert node._saved_result.untyped_storage().data_ptr() == d.untyped_storage().data_ptr()


def test_requires_grad_off_after_the_forward_keeps_the_record_and_brings_no_gradient() -> None:
    says = {said.line: said for said in tracking.session(Settings(brake="requires_grad_(False) after"))}
    assert facts("requires_grad_(False) after")["loss"].grad_fn == "PowBackward0"
    assert not says["loss.sum().backward()"].is_error
    assert says["c.grad"].answer == "None"
    with pytest.raises(RuntimeError) as live:
        (torch.ones(2, requires_grad=True) ** 2).requires_grad_(False)
    assert says["loss.requires_grad_(False)"].answer == f"RuntimeError: {live.value}"


def test_a_bare_expression_is_answered_as_at_the_prompt() -> None:
    says = {said.line: said.answer for said in tracking.session(Settings(brake="requires_grad_(False) before"))}
    assert says["c.requires_grad_(False)"] == repr(Settings(requires_grad=False).make())


def test_enable_grad_undoes_no_grad_and_not_inference_mode() -> None:
    assert facts("enable_grad in no_grad")["inside"].requires_grad
    inside = facts("enable_grad in inference_mode")["inside"]
    assert (inside.requires_grad, inside.is_inference) == (False, True)


WORKS, RAISES = False, True
# What raises afterwards, by hand: backward, numpy(), add_(1), + c, * c.
BREAKS = {
    "plain": (WORKS, RAISES, WORKS, WORKS, WORKS),
    "detach": (RAISES, WORKS, WORKS, WORKS, WORKS),
    "no_grad": (RAISES, WORKS, WORKS, WORKS, WORKS),
    "inference_mode": (RAISES, WORKS, RAISES, WORKS, RAISES),
    "eval()": (WORKS, RAISES, WORKS, WORKS, WORKS),
}


@pytest.mark.parametrize(("operation", "start"), list(product(OPERATIONS, STARTS)))
def test_the_lanes_say_what_works_and_what_breaks(operation: str, start: str) -> None:
    lanes = tracking.lanes(True, operation, start, 0)
    raised = {lane.name: tuple(said.is_error for said in (lane.backward, *lane.afterwards)) for lane in lanes}
    assert raised == BREAKS


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("name", LANES)
def test_every_answer_in_a_lane_is_torchs_own(name: str, requires_grad: bool) -> None:
    settings = Settings(requires_grad)
    lane = next(lane for lane in tracking.lanes(requires_grad, "c**2", settings.start, 0) if lane.name == name)
    for said in (lane.backward, *lane.afterwards):
        variables = by_hand(lane.run.code, settings)
        try:
            exec(said.line, variables)  # noqa: S102  # a line of our own table
        except RuntimeError as error:
            assert said.answer == f"RuntimeError: {error}"
        else:
            assert (said.answer, said.is_error) == ("", False)


def test_eval_is_no_brake() -> None:
    plain, *_, evaluated = tracking.lanes(True, "c**2", "torch.rand(2, 2)", 0)
    assert plain.run.facts[-1].requires_grad
    assert evaluated.run.facts[-1].requires_grad
    assert evaluated.run.kept == plain.run.kept
    y = next(fact for fact in evaluated.run.facts if fact.name == "y")
    assert y.shares == ("c",)  # Dropout in eval() hands on what it gets
    assert "Dropout" in evaluated.run.code


def test_bytes_referenced_and_bytes_extra_differ() -> None:
    size = 2 * 2 * 4
    for operation, extra in {"c**2 - 5": 0, "c**2": 0, "c @ c": 0, "c.exp()": size}.items():
        kept = tracking.run(Settings(brake="nothing", operation=operation)).kept
        assert (kept.referenced, kept.extra) == (size, extra)
        for brake in ("c.detach()", "no_grad", "inference_mode"):
            kept = tracking.run(Settings(brake=brake, operation=operation)).kept
            assert (kept.referenced, kept.extra) == (0, 0)


@pytest.mark.parametrize("line", ASKS)
@pytest.mark.parametrize("name", EVERY_BRAKE)
def test_grad_mode_is_afterwards_what_it_was_whatever_happened(name: str, line: str) -> None:
    outsides: list[contextlib.AbstractContextManager[object]] = [
        contextlib.nullcontext(),
        torch.no_grad(),
        torch.inference_mode(),
    ]
    for outside in outsides:
        with outside:
            before = mode()
            variables = EVERY_BRAKE[name].run(Settings().make(), OPERATIONS["c**2"].run)
            with contextlib.suppress(RuntimeError, KeyError):
                ASKS[line](variables)
            assert mode() == before
    assert mode() == (True, False)


@pytest.mark.parametrize("name", EVERY_BRAKE)
def test_grad_mode_survives_an_error_inside_the_brake(name: str) -> None:
    def fails(c: torch.Tensor) -> torch.Tensor:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        EVERY_BRAKE[name].run(Settings().make(), fails)
    assert mode() == (True, False)


@pytest.mark.parametrize("outside", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("brake", BRAKES)
def test_a_run_has_its_own_scope_wherever_it_is_called(brake: str, outside: Any) -> None:
    chosen = Settings(brake=brake, seed=11)
    expected = tracking.run(chosen)
    tracking.run.cache_clear()
    with outside():
        before = mode()
        assert tracking.run(chosen) == expected
        assert mode() == before


def test_grad_mode_belongs_to_its_thread() -> None:
    seen: list[bool] = []
    with torch.no_grad():
        thread = threading.Thread(target=lambda: seen.append(torch.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_the_picture_is_drawn_as_torch_recorded() -> None:
    ((c, operation, loss),) = tracking.run(Settings(brake="no_grad")).picture
    assert (c.tracked, operation.tracked, loss.tracked) == (True, False, False)
    assert operation.tag == "not recorded"
    ((*_, operation, loss),) = tracking.run(Settings(brake="nothing", operation="c @ c")).picture
    assert (operation.tracked, operation.tag, loss.tracked) == (True, "MmBackward0", True)


def test_compare_holds_the_brake_and_all_lanes() -> None:
    settings = Settings(brake="c.detach()")
    result = tracking.compare(settings)
    assert result.run == tracking.run(settings)
    assert [lane.name for lane in result.lanes] == list(LANES)


def test_every_line_that_is_tried_is_in_the_table() -> None:
    tried = {BACKWARD, *AFTERWARDS, *(line for brake in EVERY_BRAKE.values() for line in brake.asks)}
    assert tried <= ASKS.keys()


@pytest.mark.parametrize(
    "wrong", [{"brake": "break"}, {"operation": "c**3"}, {"start": "zeros"}, {"seed": -1}, {"seed": 10_000}]
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)
