"""What was measured about tracking, as tables. Cells are Markdown."""

from functools import lru_cache

import pandas as pd

from dashboard.experiments import saved, sharing, update
from dashboard.experiments.tracking import Settings

VERDICTS = {
    "right": "✓ the gradient is right",
    "refused": ":red[✗ backward raises]",
    "silently wrong": ":red[**✗ silently wrong**]",
}


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
            "now": [":red[✗ raises]" if row.answer.is_error else "✓ runs" for row in rows.values()],
            "w is a leaf": [str(row.is_leaf) for row in rows.values()],
            "next update": [":red[✗ raises]" if row.says[-1].is_error else "✓ runs" for row in rows.values()],
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
