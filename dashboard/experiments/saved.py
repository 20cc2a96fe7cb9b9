"""What a recorded graph keeps alive for its backward, in bytes: each storage is counted once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.autograd.graph import saved_tensors_hooks

from dashboard.experiments.scope import tracking

Function = Callable[[torch.Tensor], torch.Tensor]
ELEMENTS = 1000  # float32, so one tensor of a chain is 4,000 bytes
MAX_OPERATIONS = 50

OPERATIONS: dict[str, Function] = {
    "y + 1": lambda y: y + 1,
    "2 * y": lambda y: 2 * y,
    "y.sin()": lambda y: y.sin(),
    "y**2": lambda y: y**2,
    "y.exp()": lambda y: y.exp(),
}


@dataclass(frozen=True)
class Kept:
    """Bytes of the tensors that a graph saved for backward.

    Attributes:
        referenced: of all storages that it saved.
        extra: of those that no leaf holds anyway.
    """

    referenced: int
    extra: int


@dataclass(frozen=True)
class Chain:
    """One operation, done again and again.

    Attributes:
        operation: its name in `OPERATIONS`.
        tracked, untracked: what the graph keeps if the chain is tracked, and inside `no_grad`.
        keeps: "its input", "its result" or "no tensor": what one of the operations saves.
    """

    operation: str
    tracked: Kept
    untracked: Kept
    keeps: str


def measure(run: Callable[[], object], leaf: torch.Tensor) -> Kept:
    """Run something and weigh what it saves, by saved-tensor hooks.

    Source: https://docs.pytorch.org/docs/stable/notes/autograd.html#hooks-for-saved-tensors
    """
    saved, _result = _saved_by(run)  # the result is held until the end, or its storage's address might come again
    storages = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in saved}
    return Kept(
        referenced=sum(storages.values()),
        extra=sum(size for address, size in storages.items() if address != leaf.untyped_storage().data_ptr()),
    )


@lru_cache(maxsize=256)
def chain(operation: str, length: int) -> Chain:
    """Apply an operation `length` times to a leaf of 1,000 elements, tracked and inside `no_grad`."""
    function = OPERATIONS[operation]
    with tracking():
        leaf = torch.ones(ELEMENTS, requires_grad=True)

        def untracked() -> object:
            with torch.no_grad():
                return repeat(function, leaf, length)

        return Chain(
            operation,
            tracked=measure(lambda: repeat(function, leaf, length), leaf),
            untracked=measure(untracked, leaf),
            keeps=_keeps(function, leaf),
        )


def repeat(function: Function, y: torch.Tensor, length: int) -> torch.Tensor:
    """Apply the function again and again."""
    for _ in range(length):
        y = function(y)
    return y


def _saved_by(run: Callable[[], object]) -> tuple[list[torch.Tensor], object]:
    saved: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        saved.append(tensor.detach())
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        return saved, run()


def _keeps(function: Function, leaf: torch.Tensor) -> str:
    saved, result = _saved_by(lambda: function(leaf))
    assert isinstance(result, torch.Tensor)
    names = {_address(leaf): "its input", _address(result): "its result"}
    return " and ".join(dict.fromkeys(names[_address(tensor)] for tensor in saved)) or "no tensor"


def _address(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
