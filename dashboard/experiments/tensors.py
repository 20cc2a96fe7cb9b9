"""Tensors: a factory makes one, and every fact about it is torch's own."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from dashboard.experiments import transcript
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.typed_lists import read_list

MAX_ELEMENTS = 4096
MAX_SIZE = 64
MAX_DIMS = 4
MAX_ARGUMENT = 1000
MAX_SEED = 9999
INFERRED = "inferred"
DTYPES = {
    name: getattr(torch, name)
    for name in (
        *("float32", "float64", "float16", "bfloat16"),
        *("int64", "int32", "int16", "int8", "uint8", "bool", "complex64"),
    )
}
FIRST_LIST = "[[10, 20, 30], [40, 50, 60]]"


@dataclass(frozen=True)
class Factory:
    """A way to make a tensor.

    Attributes:
        code: the call, with {shape}, {n} (how many elements), {values} (the typed list), {dtype} and its own arguments.
        make: makes it. It is given the settings, the dtype to ask for ({} or {"dtype": ...}) and its own arguments.
        arguments: the names of its own whole-number arguments, with what they start from.
        needs: what else the code uses: "list", "generator", "like", "numpy"; "one" and "two" bound the dimensions.
    """

    code: str
    make: "Callable[[Settings, dict[str, Any], dict[str, int]], torch.Tensor]"
    arguments: tuple[tuple[str, int], ...] = ()
    needs: frozenset[str] = frozenset()


def _generator(settings: "Settings") -> torch.Generator:
    return torch.Generator().manual_seed(settings.seed)


def _like(settings: "Settings") -> torch.Tensor:
    return torch.ones(settings.sizes, dtype=torch.float64)


def _arange(settings: "Settings", dtype: dict[str, Any], given: dict[str, int]) -> torch.Tensor:
    start, step = given["start"], given["step"]
    made = torch.arange(start, start + settings.count * step, step, **dtype)
    return made.reshape(settings.sizes)


def _linspace(settings: "Settings", dtype: dict[str, Any], given: dict[str, int]) -> torch.Tensor:
    return torch.linspace(given["start"], given["end"], settings.count, **dtype).reshape(settings.sizes)


FACTORIES = {
    "arange": Factory("torch.arange({start}, {end}, {step}{dtype}){reshape}", _arange, (("start", 10), ("step", 10))),
    "tensor": Factory(
        "torch.tensor({values}{dtype})", lambda s, dtype, _: torch.tensor(s.values, **dtype), needs=frozenset({"list"})
    ),
    "rand": Factory(
        "torch.rand({shape}, generator=generator{dtype})",
        lambda s, dtype, _: torch.rand(s.sizes, generator=_generator(s), **dtype),
        needs=frozenset({"generator"}),
    ),
    "randn": Factory(
        "torch.randn({shape}, generator=generator{dtype})",
        lambda s, dtype, _: torch.randn(s.sizes, generator=_generator(s), **dtype),
        needs=frozenset({"generator"}),
    ),
    "randint": Factory(
        "torch.randint({low}, {high}, {shape}, generator=generator{dtype})",
        lambda s, dtype, given: torch.randint(given["low"], given["high"], s.sizes, generator=_generator(s), **dtype),
        (("low", 0), ("high", 10)),
        frozenset({"generator"}),
    ),
    "zeros": Factory("torch.zeros({shape}{dtype})", lambda s, dtype, _: torch.zeros(s.sizes, **dtype)),
    "ones": Factory("torch.ones({shape}{dtype})", lambda s, dtype, _: torch.ones(s.sizes, **dtype)),
    "full": Factory(
        "torch.full({shape}, {fill_value}{dtype})",
        lambda s, dtype, given: torch.full(s.sizes, given["fill_value"], **dtype),
        (("fill_value", 7),),
    ),
    "linspace": Factory("torch.linspace({start}, {end}, {n}{dtype}){reshape}", _linspace, (("start", 0), ("end", 1))),
    "eye": Factory(
        "torch.eye({rows}, {columns}{dtype})",
        lambda s, dtype, _: torch.eye(*s.matrix, **dtype),
        needs=frozenset({"matrix"}),
    ),
    "from_numpy": Factory(
        "torch.from_numpy(np.array({values}){dtype})",
        lambda s, dtype, _: torch.from_numpy(np.array(s.values), **dtype),
        needs=frozenset({"list", "numpy"}),
    ),
    "rand_like": Factory(
        "torch.rand_like(a, generator=generator{dtype})",
        lambda s, dtype, _: torch.rand_like(_like(s), generator=_generator(s), **dtype),
        needs=frozenset({"generator", "like"}),
    ),
    "zeros_like": Factory(
        "torch.zeros_like(a{dtype})",
        lambda s, dtype, _: torch.zeros_like(_like(s), **dtype),
        needs=frozenset({"like"}),
    ),
    "new_tensor": Factory(
        "a.new_tensor({values}{dtype})",
        lambda s, dtype, _: _like(s).new_tensor(s.values, **dtype),
        needs=frozenset({"like", "list"}),
    ),
}


@dataclass(frozen=True)
class Settings:
    """Everything that Create can be set to.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    factory: str = "arange"
    sizes: tuple[int, ...] = (3, 4)
    arguments: tuple[int, ...] = (10, 10)
    dtype: str = "float32"
    seed: int = 0
    requires_grad: bool = False
    listed: str = FIRST_LIST

    def __post_init__(self) -> None:
        if self.factory not in FACTORIES:
            raise ValueError(f"the factory must be one of {', '.join(FACTORIES)}")
        if self.dtype not in (INFERRED, *DTYPES):
            raise ValueError(f"the dtype must be one of {', '.join((INFERRED, *DTYPES))}")
        if not 1 <= len(self.sizes) <= MAX_DIMS or not all(1 <= size <= MAX_SIZE for size in self.sizes):
            raise ValueError(f"1 to {MAX_DIMS} sizes, each between 1 and {MAX_SIZE}")
        if self.count > MAX_ELEMENTS:
            raise ValueError(f"{self.count:,} elements: at most {MAX_ELEMENTS:,} are possible")
        if len(self.arguments) != len(FACTORIES[self.factory].arguments):
            raise ValueError(f"{self.factory} takes {len(FACTORIES[self.factory].arguments)} arguments of its own")
        if not all(abs(argument) <= MAX_ARGUMENT for argument in self.arguments):
            raise ValueError(f"arguments between {-MAX_ARGUMENT} and {MAX_ARGUMENT}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"the seed must lie between 0 and {MAX_SEED}")
        read_list(self.listed)

    @property
    def count(self) -> int:
        """How many elements the sizes give."""
        return math.prod(self.sizes)

    @property
    def values(self) -> Any:
        """The typed list."""
        return read_list(self.listed)

    @property
    def matrix(self) -> tuple[int, int]:
        """Rows and columns, for the factory that makes matrices only: the first two sizes."""
        rows, columns = (*self.sizes, self.sizes[0])[:2]
        return rows, columns


@dataclass(frozen=True)
class Inspection:
    """A tensor and what torch says of it.

    Attributes:
        x: the tensor, detached. Its shape and dtype are those that the settings ask for, where torch allows.
        refused: the setting that torch refused ("requires_grad", "dtype", "arguments" or "list"); "" if none.
        error: torch's words for it.
        shown: the settings without what was refused: what the rest of this describes.
        says: the session that made it and asks it for its facts.
    """

    x: torch.Tensor
    refused: str
    error: str
    shown: Settings
    says: tuple[Exchange, ...]


FACTS: tuple[tuple[str, Callable[[torch.Tensor], object]], ...] = (
    ("x.shape", lambda x: x.shape),
    ("x.dtype", lambda x: x.dtype),
    ("x.ndim", lambda x: x.ndim),
    ("x.numel()", lambda x: x.numel()),
    ("x.type()", lambda x: x.type()),
    ("x.device", lambda x: x.device),
    ("x.nbytes", lambda x: x.nbytes),
    ("x.is_leaf", lambda x: x.is_leaf),
    ("x.requires_grad", lambda x: x.requires_grad),
)


@lru_cache(maxsize=128)
def inspect(settings: Settings) -> Inspection:
    """Make the settings' tensor; where torch refuses, say what, and make the nearest one that it allows."""
    refused, error = "", ""
    for name, attempt in _attempts(settings):
        try:
            x = _make(attempt)
        except transcript.REFUSALS as live:
            error = error or f"{type(live).__name__}: {live}"
            continue
        refused = name
        break
    return Inspection(
        x=x.detach(),
        refused=refused,
        error=error,
        shown=attempt,
        says=(
            *(Exchange(line) for line in _lines(attempt)),
            transcript.say("x", x),
            *(transcript.say(line, ask(x)) for line, ask in FACTS),
        ),
    )


def _attempts(settings: Settings) -> tuple[tuple[str, Settings], ...]:
    """Return the settings, then with less and less of what torch may refuse, each with what was left out."""
    without_grad = replace(settings, requires_grad=False)
    without_dtype = replace(settings, dtype=INFERRED)
    defaults = tuple(default for _, default in FACTORIES[settings.factory].arguments)
    return (
        ("", settings),
        ("requires_grad", without_grad),
        ("dtype", without_dtype),
        ("dtype", replace(without_dtype, requires_grad=False)),
        ("arguments", replace(settings, arguments=defaults)),
        ("arguments", replace(without_dtype, arguments=defaults, requires_grad=False)),
        ("list", replace(without_dtype, arguments=defaults, requires_grad=False, listed=FIRST_LIST)),
    )


def _make(settings: Settings) -> torch.Tensor:
    factory = FACTORIES[settings.factory]
    dtype = {} if settings.dtype == INFERRED else {"dtype": DTYPES[settings.dtype]}
    x = factory.make(settings, dtype, _given(settings))
    return x.requires_grad_() if settings.requires_grad else x


def _given(settings: Settings) -> dict[str, int]:
    names = (name for name, _ in FACTORIES[settings.factory].arguments)
    return dict(zip(names, settings.arguments, strict=True))


_PREPARATIONS = {
    "numpy": "import numpy as np",
    "generator": "generator = torch.Generator().manual_seed({seed})",
    "like": "a = torch.ones({shape}, dtype=torch.float64)",
}


def _lines(settings: Settings) -> tuple[str, ...]:
    """Return the lines of code that make x."""
    factory, given = FACTORIES[settings.factory], _given(settings)
    dtype = "" if settings.dtype == INFERRED else f"torch.{settings.dtype}"
    words = {
        "end": given.get("start", 0) + settings.count * given.get("step", 1),
        **given,
        "shape": settings.sizes,
        "n": settings.count,
        "rows": settings.matrix[0],
        "columns": settings.matrix[1],
        "values": settings.values,
        "seed": settings.seed,
        "dtype": dtype and f", dtype={dtype}",
        "reshape": f".reshape{settings.sizes}" if len(settings.sizes) > 1 else "",
    }
    before = (line.format(**words) for need, line in _PREPARATIONS.items() if need in factory.needs)
    after = ("x.requires_grad_()",) if settings.requires_grad else ()
    return (*before, f"x = {factory.code.format(**words)}", *after)


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that makes the tensor on the page and asks it for the same facts."""
    lines = list(_lines(inspect(settings).shown))
    imports = [line for line in lines if line.startswith("import")] + ["import torch"]
    rest = [line for line in lines if not line.startswith("import")]
    facts = [f'print("{line}:", repr({line}))' for line, _ in FACTS]
    return "\n".join([*imports, "", *rest, "print(x)", "", *facts]) + "\n"
