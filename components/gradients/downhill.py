"""Walking downhill: the path of gradient descent on the curve, and why it lands, bounces or explodes."""

import streamlit as st

from components import tables
from components.code import Answers
from components.course import PAGES
from components.gradients import path, playback
from components.gradients.bench import DOCS, decimal, x_box
from components.numbers import whole_number
from components.scene import Scene
from dashboard.experiments import downhill
from dashboard.experiments.downhill import BOWL, FAR, MAX_MOMENTUM, MAX_RATE, MAX_STEPS, Settings, Walk

FIRST = Settings()
SCENE: Scene = {
    "gradients_start": FIRST.start,
    "gradients_rate": FIRST.rate,
    "gradients_steps": float(FIRST.steps),
    "gradients_momentum": FIRST.momentum,
    "gradients_steps_table": False,
}
CHART = "gradients_path"
SHOWN = 20  # rows of a long table: its first ones, and its last ones
LAST = 5


def show(text: str, answers: Answers) -> None:
    """Show the bench for the loss `text`; `answers` is where PyTorch speaks."""
    settings = _controls(text)
    walk = downhill.walk(settings)
    chart, words = st.columns([3, 2], vertical_alignment="top")
    with chart:
        st.plotly_chart(
            path.ready_made()(path.figure(settings)),
            key=CHART,
            config={"staticPlot": True},  # moved by the controls beneath; plotly's own mouse layer costs a sixth
            alt=f"The loss {text} over x with {_count(walk.steps)} downhill from x = {settings.start:g}: "
            f"{_plain(walk)}. The table of steps has the same numbers.",
        )
        playback.controls(settings, chart=CHART, key="gradients_playback")
    with words:
        st.markdown(f"{VERDICTS[walk.end].format(**_said(walk))}\n\n{_reason(settings)}\n\n{NO_GRAD}")
        st.page_link(PAGES / "tracking.py", label="Tracking: why inside `no_grad`?", icon=":material/visibility:")
    _table(settings, walk)
    answers.show(walk.says, downhill.snippet(settings))


def _controls(text: str) -> Settings:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = x_box("Start at x", FIRST.start, "gradients_start")
        rate = decimal("Learning rate, lr", 0.0, MAX_RATE, FIRST.rate, key="gradients_rate", step=0.1)
        steps = whole_number("Steps", 1, MAX_STEPS, FIRST.steps, key="gradients_steps")
        momentum = decimal("Momentum", 0.0, MAX_MOMENTUM, FIRST.momentum, key="gradients_momentum", step=0.1)
    return Settings(text, start, rate, steps, momentum)


def _count(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"


def _said(walk: Walk) -> dict[str, str]:
    """Return the numbers that a verdict mentions."""
    x, loss, grad = (tables.number(values[-1]) for values in (walk.x, walk.loss, walk.grad))
    earlier = tables.number(walk.x[-1 - walk.period]) if walk.period <= walk.steps else x
    return {
        "steps": _count(walk.steps),
        "x": x,
        "loss": loss,
        "grad": grad,
        "period": str(walk.period),
        "between": " and ".join(tables.number(value) for value in walk.x[-2:]) if walk.period == 2 else f"{earlier}, …",
        "far": f"{FAR:g}",
    }


def _plain(walk: Walk) -> str:
    return f"the walk {walk.end}" if walk.end != downhill.WALKING else "it is still walking"


VERDICTS = {
    downhill.STILL: ":material/flag: **It stands still** after {steps}, at x = {x}. Its slope there is {grad}, and the "
    "next step would leave x where it is.",
    downhill.ARRIVED: ":material/flag: **It has as good as arrived.** After {steps} x = {x}, and the slope is {grad}.",
    downhill.WALKING: ":material/directions_walk: **Still walking.** After {steps} x = {x}, the loss is {loss} and the "
    "slope {grad}.",
    downhill.AROUND: ":material/sync: **It repeats for ever**, every {period} steps: {between}. It comes back to the "
    "very same number, so nothing new can happen.",
    downhill.EXPLODED: ":material/warning: :red[**It explodes.**] After {steps} x = {x}: beyond ±{far} the walk is "
    "called off.",
    downhill.NOT_FINITE: ":material/warning: :red[**It ends here, not finite.**] After {steps} x = {x}, and there the "
    "loss is {loss} and the slope {grad}: no number to go on with.",
}
NO_GRAD = "The update runs inside `no_grad`: it is no part of the loss. Recorded, it is refused, as torch says below."


def _reason(settings: Settings) -> str:
    """Say what a step does to x, where that can be said in a word."""
    factor = settings.factor
    if factor is None:
        return MOMENTUM if settings.is_bowl else ELSEWHERE
    kinds = {
        "It lands on 0 in one step.": abs(factor) < 1e-9,
        "Nothing moves.": factor == 1,
        "It creeps towards 0 from its own side.": 0 < factor < 1,
        "It jumps across 0 at every step, and lands nearer each time.": -1 < factor < 0,
        "It jumps to the other side, just as far, for ever.": factor == -1,
        "It jumps across 0, further each time: it explodes.": factor < -1,
    }
    kind = next(word for word, holds in kinds.items() if holds)
    return (
        f"**Why.** The slope is 2x, so a step is `x - lr * 2x`: every step multiplies x by "
        f"`1 - 2*lr` = **{factor:.4g}**. {kind}"
    )


MOMENTUM = (
    "**With momentum, steps are no multiplication any more.** A step is `lr` times the velocity: the slope, plus a "
    "share of the last velocity. So `1 - 2*lr` decides nothing here: with momentum 0.9 the walk still comes to rest at "
    "lr 1.8, and explodes at 1.95."
)
ELSEWHERE = (
    f"The slope is another function of x here, so no single factor tells what becomes of x, as it does for `{BOWL}` "
    "without momentum. Where the curve is steep, or lr is large, a step can jump over the valley."
)


def _table(settings: Settings, walk: Walk) -> None:
    opened = st.expander(
        "The steps as a table",
        icon=":material/table_rows:",
        key="gradients_steps_table",
        on_change="rerun",
        bind="query-params",
    )
    if opened.open:
        with opened:
            st.table(
                rows(settings, walk),
                hide_index=True,
                border="horizontal",
                alt="Every step of the walk: x, the loss, its slope and what x is multiplied by",
            )


def rows(settings: Settings, walk: Walk) -> dict[str, list[str]]:
    """Return the table of steps, of a long walk the first and the last ones. Cells are Markdown."""
    places = list(range(walk.steps + 1))
    if len(places) > SHOWN:
        places = [*places[: SHOWN - LAST], *places[-LAST:]]
    columns = {
        "step": [str(place) for place in places],
        "x": [f":blue[{tables.number(walk.x[place])}]" for place in places],
        "loss": [f":blue[{tables.number(walk.loss[place])}]" for place in places],
        "x.grad": [f":orange[{tables.number(walk.grad[place])}]" for place in places],
    }
    if settings.momentum:
        columns["velocity"] = [tables.number(walk.velocity[place]) for place in places]
    ratios = walk.x[1:] / walk.x[:-1]
    columns["next x / x"] = [tables.number(ratios[place]) if place < walk.steps else "" for place in places]
    return columns


WHY = f"""
The gradient says in which direction the loss grows, and how fast. So a step against it, `x -= lr * x.grad`, goes
downhill, as long as it is short enough: the slope is true at this x, and a long step ends where another slope holds.
How short that is depends on how fast the slope changes. For `x**2 - 5` it is lr < 1.

Momentum keeps a share of the last step. It rolls through small hollows and smooths out jumps from side to side, but it
also overshoots. This is what `torch.optim.SGD([x], lr=…, momentum=…)` does.

More in PyTorch's own words:
[torch.optim.SGD]({DOCS}/generated/torch.optim.SGD.html) and
[locally disabling gradient computation]({DOCS}/notes/autograd.html#locally-disabling-gradient-computation).
"""
NEXT = (
    "Take lr 0.5, 1.0 and 1.1, and say beforehand what will happen. Then momentum 0.9 with lr 1.8. Type `x*sin(x)` "
    "and start at 6: another valley. Type `log(x)`: the walk leaves the places where there is a loss."
)
