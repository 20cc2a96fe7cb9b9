"""A small picture of every page, SVG for a light and a dark ground, drawn from numbers that torch has just computed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.utils.data import DataLoader, TensorDataset

from dashboard.experiments import gradients, programs, tracking

WIDTH, HEIGHT = 240, 104
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<style>
svg {{ --ink: #1A2133; --value: #1C64D8; --gradient: #C2540A; --muted: #5B6579; --soft: #DCE7FA; --a: #6B46C1;
  --b: #1A7F5A; --c: #8A6116 }}
@media (prefers-color-scheme: dark) {{ svg {{ --ink: #E8ECF4; --value: #7FB0FF; --gradient: #FF9F5A; --muted: #9AA6BC;
  --soft: #22314F; --a: #B79CFF; --b: #6FD3A8; --c: #D9B25F }} }}
text {{ font: 600 12px monospace; fill: var(--ink); text-anchor: middle }}
path, line, rect {{ fill: none; stroke: var(--ink); stroke-width: 1.5 }}
.value {{ stroke: var(--value); stroke-width: 2.5 }} .gradient {{ stroke: var(--gradient); stroke-width: 2.5 }}
.soft {{ fill: var(--soft); stroke: none }} .untracked {{ stroke: var(--muted); stroke-dasharray: 4 3 }}
.blue {{ fill: var(--value) }} .orange {{ fill: var(--gradient) }} .muted {{ fill: var(--muted) }}
.a {{ fill: var(--a); stroke: none }} .b {{ fill: var(--b); stroke: none }} .c {{ fill: var(--c); stroke: none }}
</style>
{parts}
</svg>"""


@dataclass(frozen=True)
class Miniature:
    """A picture and its point in words."""

    svg: str
    alt: str


def _picture(parts: Iterable[str], alt: str) -> Miniature:
    return Miniature(_SVG.format(width=WIDTH, height=HEIGHT, parts="\n".join(parts)), alt)


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{text}</text>'


def _box(x: float, y: float, width: float, height: float, kind: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="4" class="{kind}"/>'


Line = tuple[torch.Tensor, torch.Tensor, str]  # x, y and what it is


def _lines(*lines: Line) -> list[str]:
    """Return lines on axes that they share, fitted to the first one."""
    (low, high), (least, most) = lines[0][0].aminmax(), lines[0][1].aminmax()
    drawn = []
    for xs, ys, kind in lines:
        across = 16 + (WIDTH - 32) * (xs - low) / (high - low)
        up = HEIGHT - 14 - (HEIGHT - 28) * (ys - least) / (most - least)
        points = " L".join(f"{x:.1f} {y:.1f}" for x, y in zip(across.tolist(), up.tolist(), strict=True))
        drawn.append(f'<path d="M{points}" class="{kind}"/>')
    return drawn


def _tensors() -> Miniature:
    x = torch.arange(10, 70, 10).reshape(2, 3)
    parts = []
    for left, shown in ((14, x), (140, x.T)):
        for row, numbers in enumerate(shown.tolist()):
            for column, number in enumerate(numbers):
                at = (left + 28 * column, 12 + 26 * row)
                parts += [_box(*at, 26, 24, "soft"), _text(at[0] + 13, at[1] + 16, str(number))]
    return _picture(parts, f"One storage as {tuple(x.shape)} and, transposed, as {tuple(x.T.shape)}")


def _gradients() -> Miniature:
    curve, point = gradients.curve("x**2 - 5", 4), gradients.point("x**2 - 5", 1.5)
    near = point.x + torch.tensor([-1.2, 1.2])
    tangent = point.trace.root.value + point.trace.grads["x"] * (near - point.x)
    parts = _lines((curve.x, curve.trace.root.value, "value"), (near, tangent, "gradient"))
    return _picture(parts, "The loss x**2 - 5 and its tangent at 1.5, as steep as the gradient says")


def _graph() -> Miniature:
    nodes = programs.run(programs.Settings()).trace.nodes
    parts = []
    for number, node in enumerate(nodes):
        y = 74 - 32 * number
        parts += [_box(14, y, 84, 24), _text(56, y + 16, node.label), _text(168, y + 16, node.grad_fn, "muted")]
        if number:
            parts.append(f'<line x1="56" x2="56" y1="{y + 24}" y2="{y + 32}" class="gradient"/>')
    return _picture(parts, f"What autograd recorded: {', '.join(node.grad_fn for node in reversed(nodes))}")


def _tracking() -> Miniature:
    run = tracking.run(tracking.Settings(brake="no_grad"))
    parts, said = [], []
    for number, variable in enumerate(run.facts):
        y, kind = 16 + 40 * number, "" if variable.requires_grad else "untracked"
        parts += [_box(20, y, 64, 28, kind), _text(52, y + 18, variable.name)]
        verdict = "tracked" if variable.requires_grad else "not tracked"
        parts.append(_text(158, y + 18, verdict, "muted" if kind else ""))
        said.append(f"{variable.name} {verdict}")
    return _picture(parts, f"Inside no_grad: {', '.join(said)}")


def _datasets() -> Miniature:
    classes = torch.arange(3).repeat_interleave(6)
    loader = DataLoader(TensorDataset(classes), 6, shuffle=True, generator=torch.Generator().manual_seed(0))
    rows = [classes.split(6), *([batch for (batch,) in loader] for _ in range(2))]
    parts = []
    for row, batches in enumerate(rows):
        for place, batch in enumerate(batches):
            for number, one in enumerate(batch.tolist()):
                parts.append(_box(14 + 74 * place + 11 * number, 16 + 28 * row, 9, 18, "abc"[one]))
    return _picture(parts, "Eighteen samples sorted by class, and two epochs of shuffled batches, each another deal")


def _training() -> Miniature:
    w, losses = torch.tensor(0.0, requires_grad=True), []
    for _ in range(30):
        loss = (w - 2) ** 2
        losses.append(loss.detach())
        (gradient,) = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w -= 0.05 * gradient
    return _picture(_lines((torch.arange(30), torch.stack(losses), "value")), "A loss that falls with every step")


PICTURES: dict[str, Callable[[], Miniature]] = {
    "tensors": _tensors,
    "gradients": _gradients,
    "graph": _graph,
    "tracking": _tracking,
    "datasets": _datasets,
    "training": _training,
}


@lru_cache(maxsize=len(PICTURES))
def miniature(stem: str) -> Miniature:
    """Return the picture of a page."""
    return PICTURES[stem]()
