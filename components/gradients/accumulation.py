"""`.grad` accumulates: a timeline of backward passes, with what each of them adds."""

import streamlit as st

from components import ledgers
from components.code import Answers
from components.gradients import timeline
from components.gradients.bench import DOCS, choose, x_box
from components.numbers import whole_number
from components.scene import Scene
from dashboard.experiments import accumulation
from dashboard.experiments.accumulation import ANEW, CLEARS, MAX_CALLS, NOTHING, PROGRAMS, ROUNDS, Settings, Timeline

FIRST = Settings()
SCENE: Scene = {
    "gradients_rounds": FIRST.rounds,
    "gradients_program": FIRST.program,
    "gradients_at": FIRST.x,
    "gradients_calls": float(FIRST.calls),
    "gradients_between": FIRST.between,
    "gradients_retain_graph": FIRST.retain_graph,
}


def show(text: str, answers: Answers) -> None:
    """Show the bench. It has functions of its own, whatever the loss; `answers` is where PyTorch speaks."""
    settings = _controls()
    result = accumulation.run(settings)
    timeline.stage(result.moments, key="gradients_timeline")
    st.markdown(_in_words(settings, result))
    if result.saved:
        ledgers.saved(result.saved)
    answers.show(result.says, accumulation.snippet(settings))


def _controls() -> Settings:
    between, retain = FIRST.between, FIRST.retain_graph
    with st.container(horizontal=True):
        rounds = choose("Each round", ROUNDS, FIRST.rounds, "gradients_rounds")
        program = choose("loss =", PROGRAMS, FIRST.program, "gradients_program")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if rounds == ANEW:
            between = choose("Between two rounds", tuple(CLEARS), FIRST.between, "gradients_between")
        else:
            retain = st.toggle("retain_graph=True", retain, key="gradients_retain_graph", bind="query-params")
        x = x_box("x stands at", FIRST.x, "gradients_at")
        calls = whole_number("Rounds", 1, MAX_CALLS, FIRST.calls, key="gradients_calls")
    return Settings(program, x, calls, rounds, between, retain)


def _in_words(settings: Settings, result: Timeline) -> str:
    if settings.rounds == ANEW:
        return _SUMMED if settings.between == NOTHING else _CLEARED[settings.between]
    if result.moments[-1].refusal:
        return _FREED
    if settings.calls == 1:
        return "**One call works in any case.** The second one is what tells."
    return _RETAINED if settings.retain_graph else _NOTHING_SAVED


_SUMMED = (
    "**`backward()` adds to `x.grad`; it never replaces it.** x stands still and its slope is always the same, but "
    "`x.grad` grows. A training loop that forgets to clear it steps with the sum of all gradients so far."
)
_NONE = (
    "**Cleared to None.** `x.grad` is not 0 but None again, as before the first call, and its memory is free. So each "
    "`backward()` leaves the slope at this x alone."
)
_CLEARED = {
    "net.zero_grad()": f"{_NONE} An optimizer's `zero_grad()` does the same.",
    "x.grad = None": f"{_NONE} That is what `zero_grad()` does by default.",
    "x.grad.zero_()": "**Cleared to 0.** The tensor stays and holds 0, to which the next `backward()` adds. "
    "`zero_grad(set_to_none=False)` does the same.",
}
_FREED = (
    "**The timeline ends here.** The first `backward()` freed the tensors that the nodes had saved, and a node needs "
    "one of them again. The ledger says which:"
)
_RETAINED = (
    "**`retain_graph=True` frees nothing**, so the graph can be gone through again; and each time the same slope is "
    "added. The ledger says what is kept alive for it:"
)
_NOTHING_SAVED = (
    "**This graph survives without `retain_graph`**: its slope is 1 wherever x stands, so no tensor was saved for it, "
    "and none was freed. The ledger:"
)
WHY = f"""
The last node of every way back is `AccumulateGrad`, and it does what its name says. That is useful: where a loss is too
large for one forward, its parts can go back one after the other, and `x.grad` holds the gradient of their sum. The
price is that one has to clear it before the next step: `optimizer.zero_grad()`, or `x.grad = None`.

A graph is a different thing from `.grad`. It is recorded anew by every forward, and `backward()` frees the tensors that
its nodes saved as soon as each node has run: a second `backward()` through the same graph fails at the first node that
needs one. `2*x` fails, too, although its slope is 2 everywhere: it saved the 2 as a tensor.

More in PyTorch's own words:
[torch.Tensor.backward]({DOCS}/generated/torch.Tensor.backward.html),
[Optimizer.zero_grad]({DOCS}/generated/torch.optim.Optimizer.zero_grad.html) and
[saved tensors]({DOCS}/notes/autograd.html#saved-tensors).
"""
NEXT = (
    "Clear between the rounds, in three ways, and look at what is left: None or 0. Then go back *through one graph* "
    "with `2*x`, and find in the ledger what was missing."
)
