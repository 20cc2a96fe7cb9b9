"""Life after backward: which graphs survive, and why."""

import contextlib
import io
import threading
import warnings

import pytest

from dashboard.experiments import lifetimes
from dashboard.experiments.lifetimes import PROGRAMS, Settings, live
from dashboard.experiments.warned import warned

SECOND = "Trying to backward through the graph a second time"


@pytest.mark.parametrize(("program", "survives"), [("x - 5", True), ("2*x", False), ("x**2", False)])
def test_only_what_needs_no_freed_tensor_survives(program: str, survives: bool) -> None:
    life = live(program, False)
    assert (SECOND not in life.refusal) == survives
    assert any(entry.after == "freed" for entry in life.ledger) != survives


def test_the_twos_node_fails_although_the_hooks_saw_nothing() -> None:
    life = live("2*x", False)
    assert life.hook_bytes == 0
    assert [(entry.name, entry.value, entry.after) for entry in life.ledger] == [("_saved_other", "tensor(2)", "freed")]
    assert live("x**2", False).hook_bytes == 4


def test_a_failed_second_backward_has_already_added_elsewhere() -> None:
    life = live("a**2 + (b - 5)", False)
    assert (life.first, life.second) == ({"a": 6.0, "b": 1.0}, {"a": 6.0, "b": 2.0})
    assert SECOND in life.refusal


@pytest.mark.parametrize("program", PROGRAMS)
def test_retain_graph_lets_every_one_go_back_twice(program: str) -> None:
    life = live(program, True)
    assert not life.refusal
    assert life.second == {name: 2 * grad for name, grad in life.first.items()}
    assert "freed" not in {entry.after for entry in life.ledger}


def test_the_middle_keeps_no_gradient_and_warns_every_time() -> None:
    for _ in range(2):
        lifetimes.middle.cache_clear()
        answer = next(said.answer for said in lifetimes.middle(False) if said.line == "y.grad")
        assert answer.startswith("UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor")
        assert answer.endswith("\nNone")
        assert "Triggered" not in answer


def test_retain_grad_keeps_it() -> None:
    said = {one.line: one.answer for one in lifetimes.middle(True)}
    assert (said["y.grad"], said["x.grad"]) == ("tensor(12.)", "tensor(24.)")


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of"):
        Settings("x**3")


@pytest.mark.parametrize("retain_grad", [False, True])
@pytest.mark.parametrize("retain_graph", [False, True])
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_snippet_prints_what_the_page_shows(program: str, retain_graph: bool, retain_grad: bool) -> None:
    settings = Settings(program, retain_graph, retain_grad)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(lifetimes.snippet(settings), {})  # noqa: S102
    life = live(program, retain_graph)
    for name, grad in life.second.items():
        assert f"{name}.grad: tensor({life.first[name]:.0f}.)" in printed.getvalue()
        assert f"{name}.grad: tensor({grad:.0f}.)" in printed.getvalue()
    assert (SECOND in printed.getvalue()) == bool(life.refusal)
    assert f"y.grad: {'tensor(12.)' if retain_grad else 'None'}" in printed.getvalue()
    for entry in life.ledger:
        assert entry.grad_fn in printed.getvalue()


def test_captures_in_many_threads_keep_to_themselves() -> None:
    """Without the lock, some warnings end up in another thread's list, or on the console."""
    results: list[tuple[str, ...]] = []

    def capture(number: int) -> None:
        for _ in range(50):
            _, texts = warned(lambda: warnings.warn(f"mine {number}", stacklevel=2), "mine")
            results.append((str(number), *texts))

    threads = [threading.Thread(target=capture, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 400
    assert all(result[1:] == (f"UserWarning: mine {result[0]}",) for result in results)
