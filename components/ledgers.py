"""Tables of the graph page: what a cut changes, what each round did, what was saved and what became of it."""

import streamlit as st

from dashboard.experiments.lifetimes import Entry, Life
from dashboard.experiments.rounds import Round
from dashboard.experiments.trace import Trace


def gradients_cut(before: Trace, after: Trace) -> None:
    """Show every leaf's `.grad` without and with the cut, and say which leaves go dark."""
    names = before.leaves
    st.table(
        {
            "leaf": [f"`{name}`" for name in names],
            ".grad, uncut": [_grad(before, name) for name in names],
            ".grad, with the cut": [_grad(after, name) for name in names],
        },
        hide_index=True,
        border="horizontal",
        width="content",
        alt="Each leaf's gradient, without and with the cut",
    )
    if dark := [f"`{name}`" for name in names if name in before.grads and name not in after.grads]:
        st.markdown(f":material/visibility_off: **Dark: {', '.join(dark)}.** No way leads back there from the loss.")
    if after.refusal:
        st.error(f"`loss.backward()` raises RuntimeError: {after.refusal}", icon=":material/link_off:")


def _grad(trace: Trace, name: str) -> str:
    return f":orange[**{trace.grads[name].item():g}**]" if name in trace.grads else "None"


def rounds_run(rounds: tuple[Round, ...]) -> None:
    """Show what the `if` decided in every round."""
    st.table(
        {
            "round": [str(number) for number in range(1, len(rounds) + 1)],
            "y before": [f":blue[{one.before:g}]" for one in rounds],
            "so this line ran": [f"`{one.line}`" for one in rounds],
            "y after": [f":blue[{one.after:g}]" for one in rounds],
        },
        hide_index=True,
        border="horizontal",
        alt="For every round of the loop, the value before, the line that the if chose, and the value after",
    )


MARKS = {"freed": ":red[✗ freed]", "alive": ":green[✓ alive]"}


def saved(ledger: tuple[Entry, ...]) -> None:
    """Show what every node saved and what the first `backward()` left of it."""
    st.table(
        {
            "node": [f"`{entry.grad_fn}`" for entry in ledger],
            "saved": [f"`{entry.name} = {entry.value}`" if entry.name else "nothing" for entry in ledger],
            "after the first backward()": [MARKS.get(entry.after, entry.after) for entry in ledger],
        },
        hide_index=True,
        border="horizontal",
        alt="The ledger: what every node saved, and what the first backward left of it",
    )


def life(result: Life) -> None:
    """Show what every node saved and what the first `backward()` left of it, and how the second one went."""
    saved(result.ledger)
    st.markdown(f"The saved-tensor hooks were shown **{result.hook_bytes} bytes**.{_escaped(result)}")
    if result.refusal:
        st.error(
            f"**The second `backward()` fails:** a node needs what was freed.{_added(result)}",
            icon=":material/link_off:",
        )
    else:
        st.success(
            f"**The second `backward()` works:** nothing that it needs was freed.{_added(result)}",
            icon=":material/check_circle:",
        )


def _escaped(result: Life) -> str:
    has_tensor = any(entry.after in MARKS for entry in result.ledger)
    is_escaped = has_tensor and not result.hook_bytes
    return " A Python number that a node keeps as a tensor, the 2, escapes them; it is freed all the same." * is_escaped


def _added(result: Life) -> str:
    moved = {name for name, grad in result.first.items() if result.second[name] != grad}
    moves = [
        f"`{name}.grad` {result.first[name]:g} → {result.second[name]:g}" for name in result.first if name in moved
    ]
    if not result.refusal:
        return f" {', '.join(moves)}."
    return f" But before that it had added elsewhere: {', '.join(moves)}." if moves else " It added nothing."
