"""The Gradients page's scenes: what its controls start from, and what one may ask for by name."""

from components.scene import Scene
from dashboard.experiments import gradients, values

FIRST = gradients.Settings()
SCENE = {
    "gradients_expression": FIRST.expression,
    "gradients_reach": FIRST.reach,
    "gradients_x": FIRST.x,
    "gradients_step": 0.0,
    "gradients_values": values.write(FIRST.values),
    "gradients_requires_grad": FIRST.requires_grad,
    "gradients_seed": 0.0,
    "gradients_count": float(len(FIRST.values)),
}
SCENES: dict[str, Scene] = {
    "kink": {"gradients_expression": "abs(x)", "gradients_x": 0.0},
    "pole": {"gradients_expression": "1/x", "gradients_x": 0.0},
    "flat": {"gradients_x": 0.0},
    "paths": {"gradients_expression": "x*sin(x)", "gradients_x": 2.5, "gradients_step": 6.0},
}
