"""Every bug does what the page says that it does, and looks harmless where the page says so."""

import inspect
import itertools
import math
import re
import threading
import warnings
from typing import Any

import pytest
import torch
from torch import nn

from dashboard.experiments import bugs
from dashboard.experiments.buggy import edited, evaluation, in_bce
from dashboard.experiments.buggy.bug import descend, line, linear
from dashboard.experiments.bugs import BUGS, HARMLESS, SHOWS, Comparison, Settings

SEEDS = (0, 1, 7, 42)


def shown(name: str, seed: int = 0) -> Comparison:
    """Return both runs with the setting where the bug shows."""
    return bugs.compare(Settings(name, SHOWS, seed))


def harmless(name: str, seed: int = 0) -> Comparison:
    """Return both runs with the setting where the bug looks harmless."""
    return bugs.compare(Settings(name, HARMLESS, seed))


@pytest.mark.parametrize("name", BUGS)
@pytest.mark.parametrize("where", [SHOWS, HARMLESS])
def test_the_loop_as_it_should_be_raises_and_warns_nothing(name: str, where: str) -> None:
    right = bugs.compare(Settings(name, where)).right
    assert (right.error, right.warnings) == ("", ())
    assert all(math.isfinite(number) for series in right.log.values() for number in series)


@pytest.mark.parametrize("name", [name for name in BUGS if name != "eval() as no_grad"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_loop_as_it_should_be_learns(name: str, seed: int) -> None:
    loss = shown(name, seed).right.log["loss"]
    if name == ".data edited":  # there the weight is held small on purpose
        return
    assert loss[-1] < 0.7 * loss[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_without_zero_grad_the_run_never_settles(seed: int) -> None:
    result = shown("no zero_grad", seed)
    assert max(result.wrong.log["loss"][-10:]) > 20 * max(result.right.log["loss"][-10:])
    assert max(result.wrong.log["grad_norm"][-10:]) > 100 * max(result.right.log["grad_norm"][-10:])
    slope = result.wrong.log["slope"]
    assert min(slope) < 1 < 5 < max(slope)  # it swings around 3


@pytest.mark.parametrize("seed", SEEDS)
def test_without_zero_grad_a_small_rate_looks_better_for_a_while(seed: int) -> None:
    result = harmless("no zero_grad", seed)
    assert result.wrong.log["loss"][-1] < 0.2 * result.right.log["loss"][-1]
    assert result.wrong.log["grad_norm"][-1] > 5 * result.right.log["grad_norm"][-1]


def test_the_sum_of_the_gradients_is_what_the_course_says() -> None:
    w, w_right = 1.0, 1.0
    total = 0.0
    places = []
    for _ in range(6):
        total += 2 * (w - 2)
        w -= 0.1 * total
        places.append(w)
    for _ in range(3):
        w_right -= 0.1 * 2 * (w_right - 2)
    assert (round(w_right, 3), round(places[2], 3), round(places[5], 1)) == (1.488, 2.008, 3.0)


def test_an_update_without_no_grad_raises_at_once_and_moves_nothing() -> None:
    wrong = shown("no no_grad").wrong
    with pytest.raises(RuntimeError) as live:
        torch.ones(1, requires_grad=True).sub_(1)
    assert wrong.error == f"RuntimeError: {live.value}"
    assert (len(wrong.log["loss"]), wrong.log.get("w", ())) == (1, ())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_w_works_once_and_raises_in_the_second_step(seed: int) -> None:
    result = shown("w = w - ...", seed)
    assert result.wrong.log["w"] == result.right.log["w"][:1]
    assert len(result.wrong.log["loss"]) == 2
    assert result.wrong.error.startswith("TypeError: unsupported operand")
    assert "not a leaf Tensor" in result.wrong.warnings[0]
    once = harmless("w = w - ...", seed)
    assert once.wrong == once.right


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["(N,1) by hand", "(N,1) in mse_loss"])
def test_n_by_1_against_n_learns_the_mean(name: str, seed: int) -> None:
    result = shown(name, seed)
    assert abs(result.wrong.log["slope"][-1]) < 0.01
    assert abs(result.right.log["slope"][-1] - 3) < 0.1
    _, y = line(seed)
    assert result.wrong.log["loss"][-1] == pytest.approx(y.var(correction=0).item(), rel=0.05)
    assert result.wrong.log["loss"][-1] < result.wrong.log["loss"][0]  # it does fall a little
    assert result.wrong.error == ""
    one = harmless(name, seed)
    assert one.wrong.log == one.right.log


def test_by_hand_it_is_silent_and_counts_every_pair() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        log: dict[str, list[float]] = bugs._log(shown("(N,1) by hand").wrong)
        BUGS["(N,1) by hand"].wrong(log, seed=0, samples=50)
    assert log["errors"][-1] == 2500


def test_mse_loss_warns_live_even_for_one_sample() -> None:
    (warning,) = shown("(N,1) in mse_loss").wrong.warnings
    with pytest.warns(UserWarning) as live:
        nn.functional.mse_loss(torch.zeros(50, 1), torch.zeros(50))
    assert warning == f"UserWarning: {live[0].message}"
    assert len(harmless("(N,1) in mse_loss").wrong.warnings) == 1


def test_bce_raises_live_even_for_one_sample() -> None:
    wrong = shown("(N,1) in BCE").wrong
    with pytest.raises(ValueError, match="Target size") as live:
        nn.functional.binary_cross_entropy_with_logits(torch.zeros(50, 1), torch.zeros(50))
    assert (wrong.error, dict(wrong.log)) == (f"ValueError: {live.value}", {})
    with pytest.raises(ValueError, match="Target size"):
        in_bce.wrong({}, seed=0, samples=1)


def test_a_detached_loss_raises_at_once() -> None:
    wrong = shown("loss.detach()").wrong
    assert wrong.error.startswith("RuntimeError: element 0 of tensors does not require grad")
    assert len(wrong.log["loss"]) == 1
    assert "slope" not in wrong.log


def test_a_detached_term_raises_nothing_and_teaches_nothing() -> None:
    w = torch.tensor(3.0, requires_grad=True)
    (w**2 + (5 * w).detach()).backward()
    assert w.grad is not None
    assert w.grad.item() == 6.0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rate_beyond_the_limit_grows_the_loss_and_just_below_it_swings(seed: int) -> None:
    result = shown("lr too large", seed)
    for before, after in zip(result.wrong.log["loss"], result.wrong.log["loss"][1:], strict=False):
        assert after == pytest.approx(before * 1.2**2, rel=1e-3)
    for before, after in zip(result.right.log["loss"][:10], result.right.log["loss"][1:10], strict=False):
        assert after == pytest.approx(before * 0.8**2, rel=1e-3)
    below = harmless("lr too large", seed).wrong.log
    assert below["loss"][-1] < below["loss"][0] / 20
    sides = [w > 2 for w in below["w"]]
    assert all(earlier != later for earlier, later in itertools.pairwise(sides))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_edit_through_data_makes_the_gradient_wrong_in_silence(seed: int) -> None:
    result = shown(".data edited", seed)
    assert result.right.log["gradient"] == pytest.approx(result.right.log["slope"], rel=1e-3, abs=1e-3)
    halved = [slope / 2 for slope in result.wrong.log["slope"]]
    assert result.wrong.log["gradient"] == pytest.approx(halved, rel=1e-3, abs=1e-3)
    assert (result.wrong.error, result.wrong.warnings) == ("", ())
    assert result.wrong.log["loss"][0] == result.right.log["loss"][0]
    assert harmless(".data edited", seed).wrong.log == harmless(".data edited", seed).right.log


def test_an_edit_that_torch_counts_is_refused() -> None:
    w = torch.tensor(3.0, requires_grad=True)
    loss = w**2
    with torch.no_grad():
        w *= 0.5
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    assert "w.data *= decay  # <- the bug" in inspect.getsource(edited.wrong)


@pytest.mark.parametrize("seed", SEEDS)
def test_sorted_data_cost_the_first_epoch_and_nothing_with_one_batch(seed: int) -> None:
    result = shown("shuffle=False", seed)
    assert result.wrong.log["accuracy"][0] < result.right.log["accuracy"][0]
    assert result.wrong.log["loss"][0] > result.right.log["loss"][0]
    first = result.right.log["accuracy"][0] - result.wrong.log["accuracy"][0]
    assert abs(result.right.log["accuracy"][-1] - result.wrong.log["accuracy"][-1]) < max(first, 0.08)
    whole = harmless("shuffle=False", seed)
    assert whole.wrong.log["loss"] == pytest.approx(whole.right.log["loss"], rel=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_eval_keeps_the_graphs_and_no_grad_keeps_nothing(seed: int) -> None:
    result = shown("eval() as no_grad", seed)
    assert result.wrong.log["loss"] == result.right.log["loss"]
    assert set(result.right.log["kept_bytes"]) == {0}
    kept = result.wrong.log["kept_bytes"]
    assert all(later > earlier for earlier, later in itertools.pairwise(kept))
    assert harmless("eval() as no_grad", seed).wrong.log["kept_bytes"][0] < kept[-1] / 5


def test_eval_makes_dropout_rest_and_tracks_all_the_same() -> None:
    net = evaluation.with_dropout(0).eval()
    x, _ = line(0)
    assert torch.equal(net(x), net(x))
    assert net(x).requires_grad


def test_descend_is_what_sgd_does() -> None:
    x, y = line(3)
    ours, theirs = linear(3), linear(3)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.3)
    for net in (ours, theirs):
        nn.functional.mse_loss(net(x).squeeze(1), y).backward()
    descend(ours, 0.3)
    optimizer.step()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(a, b)


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_marked_in_its_loop_and_nowhere_else(name: str) -> None:
    bug = BUGS[name]
    assert bugs.lines(bug.wrong).count("# <- the bug") == 1
    assert "# <- the bug" not in bugs.lines(bug.right)
    assert all(len(text) <= 70 for loop in (bug.right, bug.wrong) for text in bugs.lines(loop).splitlines())


@pytest.mark.parametrize("name", BUGS)
@pytest.mark.parametrize("where", [SHOWS, HARMLESS])
@pytest.mark.filterwarnings("ignore::UserWarning")  # two of the bugs warn; what they say is tested above
def test_the_snippet_runs_on_its_own_and_prints_what_the_page_says(name: str, where: str) -> None:
    chosen = Settings(name, where, 5)
    printed: list[str] = []
    exec(bugs.snippet(chosen), {"print": lambda *words: printed.append(" ".join(map(str, words)))})  # noqa: S102
    result = bugs.compare(chosen)
    for outcome, loop in ((result.right, "right"), (result.wrong, "wrong")):
        for key, series in outcome.log.items():
            assert f"{loop} {key} {torch.tensor(series[-bugs.LAST :])}" in printed
        assert not outcome.error or outcome.error in printed
    answers = [said.answer for said in result.says if said.line.startswith("torch.tensor")]
    assert [re.sub(r"^\w+ \w+ ", "", text) for text in printed if " tensor(" in text] == answers


@pytest.mark.parametrize("name", BUGS)
def test_the_words_hold_the_numbers_of_the_runs(name: str) -> None:
    texts = {shown(name, seed).words for seed in SEEDS}
    assert all("nan" not in text and "-0.00" not in text for text in texts)
    assert bugs.looks(Settings(name)) == harmless(name).words


def test_two_learners_at_once_get_what_each_would_get_alone() -> None:
    alone = {seed: shown("shuffle=False", seed) for seed in SEEDS}
    bugs.compare.cache_clear()
    together: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda seed=seed: together.update({seed: shown("shuffle=False", seed)}))
        for seed in SEEDS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


@pytest.mark.parametrize("wrong", [{"bug": "x"}, {"where": "y"}, {"seed": -1}, {"seed": 1000}])
def test_settings_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|looked"):
        Settings(**wrong)
