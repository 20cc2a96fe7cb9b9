"""Surprises that everyone meets where numbers have limits: what one types, and what torch answers."""

from collections.abc import Callable

import torch

from dashboard.experiments import transcript
from dashboard.experiments.transcript import Exchange


def _tried(line: str, run: Callable[[], object]) -> Exchange:
    try:
        return transcript.say(line, run())
    except transcript.REFUSALS as live:
        return transcript.refusal(line, live)


def _int8() -> torch.Tensor:
    return torch.tensor([100, 27, 1], dtype=torch.int8)


# Surprises that everyone meets: what one types, and what does it.
SURPRISES: dict[str, tuple[tuple[str, Callable[[], object]], ...]] = {
    "0.1 + 0.2": (
        ("torch.tensor(0.1) + torch.tensor(0.2) == torch.tensor(0.3)", lambda: _sum(torch.float32)),
        (
            "torch.tensor(0.1, dtype=torch.float64) + torch.tensor(0.2, dtype=torch.float64) "
            "== torch.tensor(0.3, dtype=torch.float64)",
            lambda: _sum(torch.float64),
        ),
        (
            "(torch.tensor(0.1, dtype=torch.float64) + torch.tensor(0.2, dtype=torch.float64)).item()",
            lambda: (torch.tensor(0.1, dtype=torch.float64) + torch.tensor(0.2, dtype=torch.float64)).item(),
        ),
        ("(torch.tensor(0.1) + torch.tensor(0.2)).item()", lambda: (torch.tensor(0.1) + torch.tensor(0.2)).item()),
    ),
    "int8 wraps": (
        (
            "torch.tensor([100], dtype=torch.int8) + torch.tensor([100], dtype=torch.int8)",
            lambda: torch.tensor([100], dtype=torch.int8) + torch.tensor([100], dtype=torch.int8),
        ),
        ("torch.tensor(300, dtype=torch.int8)", lambda: torch.tensor(300, dtype=torch.int8)),
        ("torch.tensor([300]).to(torch.int8)", lambda: torch.tensor([300]).to(torch.int8)),
        ("torch.tensor([100, 27, 1], dtype=torch.int8).sum()", lambda: _int8().sum()),
        ("torch.tensor([100, 27, 1], dtype=torch.int8).sum(dtype=torch.int8)", lambda: _int8().sum(dtype=torch.int8)),
    ),
    "float16 overflows": (
        ("torch.finfo(torch.float16).max", lambda: torch.finfo(torch.float16).max),
        ("torch.tensor(65504.0, dtype=torch.float16) * 2", lambda: torch.tensor(65504.0, dtype=torch.float16) * 2),
        ("torch.tensor(70000.0).to(torch.float16)", lambda: torch.tensor(70000.0).to(torch.float16)),
        ("torch.tensor(70000.0).to(torch.bfloat16)", lambda: torch.tensor(70000.0).to(torch.bfloat16)),
    ),
    "bfloat16 steps": (
        ("torch.tensor(256.0, dtype=torch.bfloat16) + 1", lambda: torch.tensor(256.0, dtype=torch.bfloat16) + 1),
        ("torch.tensor(256.0, dtype=torch.bfloat16) + 2", lambda: torch.tensor(256.0, dtype=torch.bfloat16) + 2),
        ("torch.tensor(16777216.0) + 1 == torch.tensor(16777216.0)", lambda: torch.tensor(2.0**24) + 1 == 2.0**24),
    ),
}


def _sum(dtype: torch.dtype) -> torch.Tensor:
    return torch.tensor(0.1, dtype=dtype) + torch.tensor(0.2, dtype=dtype) == torch.tensor(0.3, dtype=dtype)


def surprise(name: str) -> tuple[Exchange, ...]:
    """Return the session of one surprise."""
    return tuple(_tried(line, run) for line, run in SURPRISES[name])
