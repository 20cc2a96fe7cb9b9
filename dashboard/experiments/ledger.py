"""What a node of the recorded graph keeps for its own way back: tensors, which backward frees, and plain numbers."""

from dataclasses import dataclass

import torch
from torch.autograd.graph import Node as GradFn

PREFIX = "_saved_"


@dataclass(frozen=True)
class Saved:
    """One thing that a node saved.

    Attributes:
        name: torch's name of it, such as `_saved_self`.
        value: a detached tensor, or a Python number.
    """

    name: str
    value: torch.Tensor | int | float

    @property
    def is_tensor(self) -> bool:
        """Whether `backward()` frees it: numbers stay."""
        return isinstance(self.value, torch.Tensor)


def read_saved(fn: GradFn) -> tuple[Saved, ...]:
    """Return what the node holds now.

    A slot that this run did not need reads None and is left out.

    Raises:
        RuntimeError: torch's own, if a tensor of it has been freed.
    """
    found = ((name, getattr(fn, name)) for name in _names(fn))
    return tuple(
        Saved(name, value.detach() if isinstance(value, torch.Tensor) else value)
        for name, value in found
        if isinstance(value, torch.Tensor | int | float)
    )


def is_freed(fn: GradFn) -> bool:
    """Whether `backward()` has freed what the node saved."""
    try:
        read_saved(fn)
    except RuntimeError:
        return True
    return False


def _names(fn: GradFn) -> list[str]:
    return [name for name in dir(type(fn)) if name.startswith(PREFIX)]
