"""Tracking: is the result recorded? The same line of code under every brake, and what torch says of each variable."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import saved, transcript
from dashboard.experiments.brakes import ASKS, BRAKES, EVAL, OPERATION, OPERATIONS, Brake, Variables
from dashboard.experiments.listing import statements
from dashboard.experiments.saved import Kept
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.values import COURSE_VALUES

MAX_SEED = 9999
MADE_WITHOUT = "You made it without requires_grad=True."
NOTHING_TO_RECORD = "Nothing that it comes from requires grad, so there was nothing to record."


@dataclass(frozen=True)
class Start:
    """A way to make c: its code, with {seed} and {requires_grad} to fill in, and the function that does the same."""

    code: str
    make: Callable[[int, bool], torch.Tensor]


STARTS = {
    "torch.rand(2, 2)": Start(
        "generator = torch.Generator().manual_seed({seed})\n"
        "c = torch.rand(2, 2, generator=generator, requires_grad={requires_grad})",
        lambda seed, requires_grad: torch.rand(
            2, 2, generator=torch.Generator().manual_seed(seed), requires_grad=requires_grad
        ),
    ),
    "five values": Start(
        f"c = torch.tensor({list(COURSE_VALUES)}, requires_grad={{requires_grad}})",
        lambda seed, requires_grad: torch.tensor(COURSE_VALUES, requires_grad=requires_grad),
    ),
}
LANES = {
    "plain": BRAKES["nothing"],
    "detach": BRAKES["c.detach()"],
    "no_grad": BRAKES["no_grad"],
    "inference_mode": BRAKES["inference_mode"],
    "eval()": EVAL,
}
BACKWARD = "loss.sum().backward()"
AFTERWARDS = ("loss.numpy()", "loss.add_(1)", "loss + c", "loss * c")


@dataclass(frozen=True)
class Settings:
    """Everything that the first bench and the lanes can be set to.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    requires_grad: bool = True
    brake: str = "no_grad"
    operation: str = "c**2"
    start: str = "torch.rand(2, 2)"
    seed: int = 0

    def __post_init__(self) -> None:
        for value, table in ((self.brake, BRAKES), (self.operation, OPERATIONS), (self.start, STARTS)):
            if value not in table:
                raise ValueError(f"{value!r} is not one of {', '.join(table)}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"the seed must lie between 0 and {MAX_SEED}")

    def make(self) -> torch.Tensor:
        """Return a new c."""
        return STARTS[self.start].make(self.seed, self.requires_grad)

    def made_by(self) -> str:
        """Return the code that makes c."""
        return STARTS[self.start].code.format(seed=self.seed, requires_grad=self.requires_grad)


@dataclass(frozen=True)
class Facts:
    """What torch says of one variable.

    Attributes:
        grad_fn: the name of its node in the graph, or None.
        shares: names of the variables before it that share its storage.
        reason: why it is tracked or not.
    """

    name: str
    requires_grad: bool
    grad_fn: str | None
    is_leaf: bool
    is_inference: bool
    shares: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Box:
    """One box of the picture: a variable or, with `operation`, what made one; `tag` is torch's name of its node."""

    label: str
    tracked: bool
    operation: bool
    tag: str


@dataclass(frozen=True)
class Run:
    """The code under one brake: its facts per variable, the picture row by row, the bytes it keeps."""

    code: str
    facts: tuple[Facts, ...]
    picture: tuple[tuple[Box, ...], ...]
    kept: Kept


@dataclass(frozen=True)
class Lane:
    """One lane: a run, what backward answers, and what works with the result afterwards, each tried on a fresh run."""

    name: str
    run: Run
    backward: Exchange
    afterwards: tuple[Exchange, ...]


@dataclass(frozen=True)
class Comparison:
    """The chosen brake, and all lanes."""

    run: Run
    lanes: tuple[Lane, ...]


def compare(settings: Settings) -> Comparison:
    """Run the settings' code in torch under the chosen brake and in every lane."""
    return Comparison(run(settings), lanes(settings.requires_grad, settings.operation, settings.start, settings.seed))


@lru_cache(maxsize=256)
def run(settings: Settings) -> Run:
    """Run the operation under the chosen brake."""
    return _run(settings, BRAKES[settings.brake])


@lru_cache(maxsize=64)
def lanes(requires_grad: bool, operation: str, start: str, seed: int) -> tuple[Lane, ...]:
    """Run the operation in every lane."""
    settings = Settings(requires_grad, "nothing", operation, start, seed)
    return tuple(
        Lane(
            name,
            _run(settings, brake),
            _try(settings, brake, BACKWARD),
            tuple(_try(settings, brake, line) for line in AFTERWARDS),
        )
        for name, brake in LANES.items()
    )


@lru_cache(maxsize=256)
def session(settings: Settings) -> tuple[Exchange, ...]:
    """Do it as one would at the prompt, under the chosen brake, and keep what torch answers."""
    brake = BRAKES[settings.brake]
    with tracking():
        c = settings.make()
        first = transcript.say("c", c)
        variables = brake.run(c, OPERATIONS[settings.operation].run)
        results = [name for name in variables if name != "c"]
        return (
            first,
            *(
                # What stands alone at the prompt is answered; here only c.requires_grad_(False) does, which returns c.
                transcript.say(line, c) if line.startswith("c.") else Exchange(line)
                for line in statements(brake.code(settings.operation))
            ),
            transcript.say("c.requires_grad", c.requires_grad),
            *(transcript.say(name, variables[name]) for name in results),
            *(transcript.attempt(line, lambda line=line: ASKS[line](variables)) for line in brake.asks),  # type: ignore[misc]
            transcript.say("c.grad", c.grad),
        )


def _run(settings: Settings, brake: Brake) -> Run:
    function = OPERATIONS[settings.operation].run
    with tracking():
        c = settings.make()
        kept = saved.measure(lambda: brake.run(c, function), c)
        variables = brake.run(settings.make(), function)
        facts = tuple(_facts(settings, brake, variables, name) for name in variables)
        return Run(
            brake.code(settings.operation),
            facts,
            _picture(settings, brake, {fact.name: fact for fact in facts}),
            kept,
        )


def _facts(settings: Settings, brake: Brake, variables: Variables, name: str) -> Facts:
    tensor = variables[name]
    earlier = list(variables)[: list(variables).index(name)]
    return Facts(
        name,
        tensor.requires_grad,
        tensor.grad_fn.name() if tensor.grad_fn else None,
        tensor.is_leaf,
        tensor.is_inference(),
        tuple(other for other in earlier if _address(variables[other]) == _address(tensor)),
        brake.reasons[name] if settings.requires_grad else MADE_WITHOUT if name == "c" else NOTHING_TO_RECORD,
    )


def _address(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _picture(settings: Settings, brake: Brake, facts: dict[str, Facts]) -> tuple[tuple[Box, ...], ...]:
    steps = OPERATIONS[settings.operation].steps

    def box(path: tuple[str, ...], place: int) -> Box:
        if place % 2 == 0:  # variables and operations take turns
            return Box(path[place], facts[path[place]].requires_grad, False, "")
        name, result = path[place], facts[path[place + 1]]
        recorded = result.grad_fn is not None
        return Box(steps if name == OPERATION else name, recorded, True, result.grad_fn or "not recorded")

    return tuple(tuple(box(path, place) for place in range(len(path))) for path in brake.paths)


def _try(settings: Settings, brake: Brake, line: str) -> Exchange:
    """Try one line on a fresh run."""
    with tracking():
        variables = brake.run(settings.make(), OPERATIONS[settings.operation].run)
        return transcript.attempt(line, lambda: ASKS[line](variables))


_SNIPPET = """\
import torch

{make}
{code}

for name, tensor in {{{names}}}.items():
    print(name, "requires_grad:", tensor.requires_grad)
    print(name, "grad_fn:", tensor.grad_fn and tensor.grad_fn.name())
    print(name, "is_leaf:", tensor.is_leaf)
    print(name, "is_inference:", tensor.is_inference())
{asks}
print("c.grad:", c.grad)
"""
_ASK = """
try:
    {line}
    print("{line} works")
except RuntimeError as error:
    print("{line}:", error)
"""


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that finds what the first bench shows: it runs on its own and prints the same facts."""
    brake = BRAKES[settings.brake]
    return _SNIPPET.format(
        make=settings.made_by(),
        code=brake.code(settings.operation),
        names=", ".join(f'"{name}": {name}' for name in brake.reasons),
        asks="".join(_ASK.format(line=line) for line in brake.asks),
    )
