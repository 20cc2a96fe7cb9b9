"""The facts of tracking as tables. Cells are Markdown."""

from functools import lru_cache

import pandas as pd

from dashboard.experiments import saved, sharing, update
from dashboard.experiments.tracking import Run, Settings

FACTS = (
    "`requires_grad`",
    "`grad_fn`",
    "`is_leaf`: nothing was recorded before it",
    "`is_inference()`",
    "shares storage with",
)
VERDICTS = {
    "right": "✓ the gradient is right",
    "refused": ":red[✗ backward raises]",
    "silently wrong": ":red[**✗ silently wrong**]",
}


def variables(run: Run) -> pd.DataFrame:
    """Return a column for every variable of the run: what torch says of it."""
    columns = {
        f"`{fact.name}`": [
            str(fact.requires_grad),
            str(fact.grad_fn),
            str(fact.is_leaf),
            str(fact.is_inference),
            ", ".join(fact.shares) or "none of these",
        ]
        for fact in run.facts
    }
    return pd.DataFrame({"": FACTS, **columns})


@lru_cache(maxsize=64)
def chains(length: int) -> pd.DataFrame:
    """Return a row for every operation: what a chain of so many of them keeps for backward."""
    rows = [saved.chain(name, length) for name in saved.OPERATIONS]
    return pd.DataFrame(
        {
            "operation": [f"`{row.operation}`" for row in rows],
            "saves": [row.keeps for row in rows],
            "graph references": [f"{row.tracked.referenced:,} bytes" for row in rows],
            "extra, beyond the leaf": [f"**{row.tracked.extra:,} bytes**" for row in rows],
            "inside no_grad": [f"{row.untracked.extra:,} bytes" for row in rows],
        }
    )


@lru_cache(maxsize=1)
def updates() -> pd.DataFrame:
    """Return a row for every way to write the update: what comes of it."""
    rows = {name: update.step(name) for name in update.UPDATES}
    return pd.DataFrame(
        {
            "update": list(rows),
            "does it run?": [f":red[✗ {row.answer.answer}]" if row.answer.is_error else "✓" for row in rows.values()],
            "w afterwards": [f"`{row.w}`" for row in rows.values()],
            "still a leaf": [str(row.is_leaf) for row in rows.values()],
            "w.grad in the next step": [f":orange[{row.next_grad}]" for row in rows.values()],
        }
    )


@lru_cache(maxsize=64)
def edits(settings: Settings, value: int) -> pd.DataFrame:
    """Return a row for every way to make d: what an edit of it does to the gradient, moment by moment."""
    table = sharing.verdicts(settings, value)
    columns = {
        moment: [VERDICTS[verdicts[place]] for verdicts in table.values()]
        for place, moment in enumerate(sharing.MOMENTS)
    }
    return pd.DataFrame({"d is made by": [f"`{way}`" for way in table], **columns})
