"""Watch every operation that torch runs, those that nobody typed included."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Ran(NamedTuple):
    """One operation as it ran, or an input of the program."""

    operation: str
    result: torch.Tensor
    inputs: tuple[torch.Tensor, ...] = ()
    source: int | None = None
    name: str = ""  # of an input


class Results(TorchDispatchMode):
    """Keeps what every operation was given and returned, with the operation's name.

    Autograd attaches its node to the very tensor that an operation returns, so afterwards each result knows its
    `grad_fn`. This also shows operations that nobody typed: `1/x` runs `reciprocal` and `mul`.
    """

    def __init__(self, source: Callable[[], int | None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.source = source
        self.ran: list[Ran] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here. By default, the first operation would import torch's compiler to be skipped by it.

        That import takes two seconds and 800 modules.
        """
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            inputs = tuple(argument for argument in args if isinstance(argument, torch.Tensor))
            self.ran.append(Ran(func.overloadpacket.__name__, result, inputs, self.source()))
        return result
