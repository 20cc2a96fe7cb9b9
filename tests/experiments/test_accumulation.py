"""`.grad` accumulates, clearing it leaves None or 0, and a graph is gone through twice only where nothing was freed."""

import contextlib
import io
import itertools

import pytest
import torch

from dashboard.experiments import accumulation
from dashboard.experiments.accumulation import AGAIN, ANEW, CLEARS, MAX_CALLS, PROGRAMS, Settings, run

SLOPES = {"x**2 - 5": lambda x: 2 * x, "2*x": lambda x: 2.0, "x - 5": lambda x: 1.0}
SECOND = "Trying to backward through the graph a second time"
ALL = [
    Settings(program, x, calls, rounds, between, retain)
    for program, x, calls, rounds in itertools.product(PROGRAMS, (1.5, -2.0, 0.0), (1, 3), (ANEW, AGAIN))
    for between in (CLEARS if rounds == ANEW else ["nothing"])
    for retain in ((False,) if rounds == ANEW else (False, True))
]


def after(settings: Settings) -> list[float | None]:
    """Return `.grad` after every line."""
    return [moment.after for moment in run(settings).moments]


def test_nothing_cleared_makes_3_then_6_then_9() -> None:
    assert after(Settings()) == [3, 6, 9]
    assert [moment.added for moment in run(Settings()).moments] == [3, 3, 3]


@pytest.mark.parametrize(
    ("between", "left"), [("net.zero_grad()", None), ("x.grad = None", None), ("x.grad.zero_()", 0.0)]
)
def test_clearing_leaves_none_or_0_and_then_the_slope_alone(between: str, left: float | None) -> None:
    assert after(Settings(between=between)) == [3, left, 3, left, 3]


def test_an_optimizers_zero_grad_leaves_none_too() -> None:
    x = torch.tensor(1.5, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1)
    (x**2 - 5).backward()
    optimizer.zero_grad()
    assert x.grad is None
    (x**2 - 5).backward()
    optimizer.zero_grad(set_to_none=False)
    assert x.grad == 0


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("x", [1.5, -2.0, 0.0])
def test_every_call_adds_the_slope(program: str, x: float) -> None:
    slope = SLOPES[program](x)  # type: ignore[no-untyped-call]
    for settings in (
        Settings(program, x, MAX_CALLS),
        Settings(program, x, MAX_CALLS, AGAIN, retain_graph=True),
    ):
        assert after(settings) == [slope * call for call in range(1, MAX_CALLS + 1)]


@pytest.mark.parametrize(("program", "calls"), [("x - 5", 3), ("2*x", 2), ("x**2 - 5", 2)])
def test_one_graph_survives_only_where_no_tensor_was_saved(program: str, calls: int) -> None:
    result = run(Settings(program, rounds=AGAIN))
    assert len(result.moments) == calls
    last = result.moments[-1]
    assert (SECOND in last.refusal) == (program != "x - 5")
    assert any(entry.after == "freed" for entry in result.saved) == bool(last.refusal)
    if last.refusal:
        assert last.before == last.after  # it added nothing


def test_the_ledger_says_what_was_freed() -> None:
    freed = [
        (entry.grad_fn, entry.name, entry.value)
        for entry in run(Settings(rounds=AGAIN)).saved
        if entry.after == "freed"
    ]
    assert freed == [("PowBackward0", "_saved_self", "tensor(1.5000)")]
    kept = run(Settings(rounds=AGAIN, retain_graph=True)).saved
    assert [entry.after for entry in kept if entry.name == "_saved_self"] == ["alive"]
    assert run(Settings()).saved == ()


@pytest.mark.parametrize("settings", ALL, ids=str)
def test_the_snippet_prints_what_the_page_shows(settings: Settings) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(accumulation.snippet(settings), {})  # noqa: S102  # our own snippet, as a reader would run it
    lines = [line for line in printed.getvalue().splitlines() if line.startswith("x.grad: ")]
    shown = ["x.grad: " + said.answer for said in run(settings).says if said.line == "x.grad"]
    refused = bool(run(settings).moments[-1].refusal)
    if settings.rounds == AGAIN and not refused:
        lines = lines[:-1]  # the last line says it once more
    assert lines == shown
    assert (SECOND in printed.getvalue()) == refused


@pytest.mark.parametrize("settings", ALL, ids=str)
def test_the_session_does_what_it_says(settings: Settings) -> None:
    namespace: dict[str, object] = {"torch": torch}
    for said in run(settings).says:
        if said.is_error:
            with pytest.raises(RuntimeError) as live:
                exec(said.line, namespace)  # noqa: S102  # our own code
            assert said.answer == f"RuntimeError: {live.value}"
        elif said.answer:
            assert repr(eval(said.line, namespace)) == said.answer  # noqa: S307  # our own code
        else:
            exec(said.line, namespace)  # noqa: S102  # our own code


@pytest.mark.parametrize(
    "wrong",
    [
        {"program": "x**3"},
        {"calls": 0},
        {"calls": MAX_CALLS + 1},
        {"x": float("nan")},
        {"x": 10.5},
        {"rounds": "never"},
        {"between": "del x.grad"},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)  # type: ignore[arg-type]
