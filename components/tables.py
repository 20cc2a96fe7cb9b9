"""Results as tables: each number as its tensor prints it, coloured by what it means."""

import math

import pandas as pd
import torch

from dashboard.experiments.three_ways import Comparison

# What to say of each verdict, in a cell and below the table: the three ways to the gradient need not agree everywhere.
VERDICTS = {
    "agree": ("✓", ""),
    "kink": ("kink", "**kink**: there is no derivative here, and torch chooses one"),
    "undefined": ("none", "**none**: not all three are defined here"),
    "differ": ("✗", "**✗**: they differ, because float32 rounds, or the slope changes too fast here"),
}


def comparison(result: Comparison) -> pd.DataFrame:
    """Return a row for every value: x, loss and the gradient found in three ways. Cells are Markdown."""
    grad = result.grad if result.grad is not None else [None] * len(result.x)
    return pd.DataFrame(
        {
            "x": [number(x) for x in result.x],
            "loss": [f":blue[{number(loss)}]" for loss in result.loss],
            "v": [number(v) for v in result.v],
            "x.grad (autograd)": [f":orange[{number(value)}]" if value is not None else "None" for value in grad],
            "by hand": [number(value) for value in result.by_hand],
            "finite difference": [number(value) for value in result.finite_difference],
            "agree?": [VERDICTS[verdict][0] for verdict in result.verdicts],
        }
    )


def disagreements(result: Comparison) -> str:
    """Return what the marks in the table mean, where the three ways do not agree; empty where they do."""
    return "; ".join(says for verdict, (_, says) in VERDICTS.items() if says and verdict in result.verdicts)


def number(value: torch.Tensor) -> str:
    """Return one number with four decimals, as torch prints it; powers of ten where those would hide it."""
    plain = value.item()
    if not math.isfinite(plain) or plain == 0:
        return f"{plain + 0.0:.4f}"
    return f"{plain:.4f}" if 1e-4 <= abs(plain) < 1e6 else f"{plain:.4e}"
