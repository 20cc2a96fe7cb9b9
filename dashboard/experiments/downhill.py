"""Walking downhill: gradient descent on a loss of one variable, step by step."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import transcript
from dashboard.experiments.expressions import Expression, parse
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.values import MAX_X

BOWL = "x**2 - 5"  # the one loss for which a step is a mere multiplication
MAX_STEPS = 60
MAX_RATE = 10.0
MAX_MOMENTUM = 0.99
FAR = 100.0  # where a walk is called off
FLAT = 1e-3  # a slope that is as good as none
HALF_GRID = 100  # points of the curve on each side of 0

# How a walk can end.
STILL, NOT_FINITE, EXPLODED, AROUND, ARRIVED, WALKING = (
    "stands still",
    "not finite",
    "explodes",
    "repeats for ever",
    "has arrived",
    "still walking",
)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set.

    Raises:
        ExpressionError: if the expression is not one of the language's.
        ValueError: if another setting is out of bounds.
    """

    expression: str = BOWL
    start: float = 1.5
    rate: float = 0.1
    steps: int = 12
    momentum: float = 0.0

    def __post_init__(self) -> None:
        parse(self.expression)
        bounds = {
            "start": (-MAX_X, self.start, MAX_X),
            "rate": (0, self.rate, MAX_RATE),
            "steps": (1, self.steps, MAX_STEPS),
            "momentum": (0, self.momentum, MAX_MOMENTUM),
        }
        for name, (low, value, high) in bounds.items():
            if not low <= value <= high:
                raise ValueError(f"{name} must lie between {low} and {high}")

    @property
    def is_bowl(self) -> bool:
        """Whether the loss is the one whose slope is 2x."""
        return str(parse(self.expression)) == BOWL

    @property
    def factor(self) -> float | None:
        """What every step multiplies x by, 1 - 2*lr; None where a step is no multiplication."""
        return 1 - 2 * self.rate if self.is_bowl and not self.momentum else None


@dataclass(frozen=True)
class Walk:
    """The places that a walk came by: k steps make k + 1 of them. Tensors are detached, (k + 1,) float32.

    Attributes:
        x, loss, grad: at every place.
        velocity: what the learning rate is multiplied by on the way from there: the gradient, and what momentum adds.
        end: how it ended, one of the words above.
        period: after how many steps it repeats, where it does; else 0.
        says: the session of the first step.
    """

    x: torch.Tensor
    loss: torch.Tensor
    grad: torch.Tensor
    velocity: torch.Tensor
    end: str
    period: int
    says: tuple[Exchange, ...]

    @property
    def steps(self) -> int:
        """How many steps were walked."""
        return len(self.x) - 1


@dataclass(frozen=True)
class _Place:
    """Where a walk is, and what momentum carries over from before: equal places have an equal future."""

    x: float
    carried: float
    loss: float
    grad: float
    velocity: float

    @property
    def is_finite(self) -> bool:
        return all(map(math.isfinite, (self.x, self.loss, self.grad)))


@lru_cache(maxsize=256)
def walk(settings: Settings) -> Walk:
    """Go downhill from the start; the walk stops where it stands still, explodes or is not finite any more.

    With momentum, a step is what torch.optim.SGD does:
    https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    expression = parse(settings.expression)
    with tracking():
        places, period = _places(settings, expression)
        says = _session(settings, expression)
    return Walk(
        x=torch.tensor([place.x for place in places]),
        loss=torch.tensor([place.loss for place in places]),
        grad=torch.tensor([place.grad for place in places]),
        velocity=torch.tensor([place.velocity for place in places]),
        end=_end(places, period),
        period=period,
        says=says,
    )


def _places(settings: Settings, expression: Expression) -> tuple[list[_Place], int]:
    """Return the places, and after how many steps the walk repeats itself (0: it does not)."""
    x = torch.tensor(settings.start, requires_grad=True)
    velocity = torch.zeros(())
    places: list[_Place] = []
    period = 0
    while True:
        loss = expression(x=x)
        loss.backward()
        assert x.grad is not None
        carried = settings.momentum * velocity
        velocity = carried + x.grad
        place = _Place(x.item(), carried.item(), loss.item(), x.grad.item(), velocity.item())
        period = period or _period(places, place)
        places.append(place)
        if len(places) > settings.steps or period == 1 or not place.is_finite or abs(place.x) > FAR:
            return places, period
        with torch.no_grad():
            x -= settings.rate * velocity
        x.grad = None


def _period(places: list[_Place], place: _Place) -> int:
    """Return after how many steps the walk is in this very place again; 0 if nobody knows."""
    if place.grad == place.carried == 0:
        return 1
    return next((ago for ago, earlier in enumerate(reversed(places), start=1) if earlier == place), 0)


def _end(places: list[_Place], period: int) -> str:
    last = places[-1]
    ends = {
        NOT_FINITE: not last.is_finite,
        EXPLODED: abs(last.x) > FAR,
        STILL: period == 1,
        AROUND: period > 1,
        ARRIVED: abs(last.grad) < FLAT,
        WALKING: True,
    }
    return next(end for end, holds in ends.items() if holds)


def _session(settings: Settings, expression: Expression) -> tuple[Exchange, ...]:
    """Walk the first step as one would at the prompt, with what torch answers to who forgets `no_grad`."""
    x = torch.tensor(settings.start, requires_grad=True)
    expression(x=x).backward()
    grad = x.grad
    assert grad is not None
    step = f"x -= {settings.rate!r} * x.grad"
    says = (
        Exchange(f"x = torch.tensor({settings.start!r}, requires_grad=True)"),
        Exchange(f"loss = {expression.code()}"),
        Exchange("loss.backward()"),
        transcript.say("x.grad", grad),
        transcript.attempt(step, lambda: x.sub_(settings.rate * grad)),
    )
    with torch.no_grad():
        x.sub_(settings.rate * grad)
    return (*says, Exchange(f"with torch.no_grad():\n...     {step}"), transcript.say("x", x))


_LOOP = """\
for step in range({steps}):
    loss = {code}
    loss.backward()
    with torch.no_grad():
        x -= {rate!r} * x.grad
    x.grad = None
    print(x.item())"""


def places(settings: Settings) -> tuple[Exchange, ...]:
    """Return a walk without momentum as one would type it at the prompt, with the places that it prints."""
    walked = walk(settings)
    code = parse(settings.expression).code()
    loop = _LOOP.format(steps=walked.steps, code=code, rate=settings.rate)
    return walked.says[0], Exchange(loop.replace("\n", "\n... "), "\n".join(map(str, walked.x[1:].tolist())))


def reach(settings: Settings) -> float:
    """Return how far to each side a picture of the walk shows the curve."""
    far = walk(settings).x.abs()
    return max(2.0, 1.15 * far[far.isfinite()].max().item())


@lru_cache(maxsize=128)
def curve(text: str, reach: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x from -reach to reach, and the loss there, (201,) each."""
    x = torch.arange(-HALF_GRID, HALF_GRID + 1) * (reach / HALF_GRID)
    with torch.no_grad():
        return x, parse(text)(x=x)


_SNIPPET = """\
{imports}

x = torch.tensor({start!r}, requires_grad=True)
{velocity}for step in range({steps}):
    loss = {code}  # forward
    loss.backward()  # backward
    print(step, "x:", x.item(), "loss:", loss.item(), "x.grad:", x.grad.item())
    with torch.no_grad():  # the update is no part of the loss: it must not be recorded
{update}
    x.grad = None  # or the next backward adds to it
print("x:", x.item())
"""
_PLAIN = "        x -= {rate!r} * x.grad"
_WITH_MOMENTUM = "        velocity = {momentum!r} * velocity + x.grad\n        x -= {rate!r} * velocity"


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that walks the same steps: it runs on its own and prints the same numbers."""
    expression = parse(settings.expression)
    update = _WITH_MOMENTUM if settings.momentum else _PLAIN
    return _SNIPPET.format(
        imports="import math\n\nimport torch" if expression.needs_math() else "import torch",
        start=settings.start,
        velocity="velocity = torch.zeros(())\n" if settings.momentum else "",
        steps=walk(settings).steps,
        code=expression.code(),
        update=update.format(rate=settings.rate, momentum=settings.momentum),
    )
