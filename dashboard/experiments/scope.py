"""A scope of one's own for a run: its grad mode neither comes from outside nor stays behind."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def tracking() -> Iterator[None]:
    """Run the block as a fresh thread would: grad mode on, no inference mode; afterwards both are what they were."""
    with torch.inference_mode(False), torch.enable_grad():
        yield
