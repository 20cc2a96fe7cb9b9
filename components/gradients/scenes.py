"""The benches of the Gradients page, the values that its controls start from, and scenes with a name."""

from components.gradients import accumulation, downhill, vector
from components.scene import Scene
from dashboard.experiments import gradients, values
from dashboard.experiments.accumulation import NOTHING

FIRST = gradients.Settings()
BENCHES = ("x under your finger", "Why a vector", "Accumulation", "Downhill")
HAVE_A_LOSS = (BENCHES[0], BENCHES[3])
UNDER_YOUR_FINGER, VECTOR, ACCUMULATION, DOWNHILL = (
    {"gradients_bench": bench, **scene}
    for bench, scene in zip(BENCHES, ({}, vector.SCENE, accumulation.SCENE, downhill.SCENE), strict=True)
)
SCENE: Scene = {
    **VECTOR,
    **ACCUMULATION,
    **DOWNHILL,
    **UNDER_YOUR_FINGER,
    "gradients_expression": FIRST.expression,
    "gradients_reach": FIRST.reach,
    "gradients_x": FIRST.x,
    "gradients_step": 0.0,
    "gradients_values": values.write(FIRST.values),
    "gradients_requires_grad": FIRST.requires_grad,
    "gradients_seed": 0.0,
    "gradients_count": float(len(FIRST.values)),
    "gradients_chart": False,
}

# What one would call out to a room: what differs from SCENE.
SCENES: dict[str, Scene] = {
    "course": {"gradients_values": values.write(values.COURSE_VALUES), "gradients_chart": True},
    "kink": {"gradients_expression": "abs(x)", "gradients_x": 0.0},
    "flat": {"gradients_x": 0.0},
    "vector": {"gradients_bench": BENCHES[1]},
    "accumulate": {"gradients_bench": BENCHES[2], "gradients_between": NOTHING},
    "land": {"gradients_bench": BENCHES[3], "gradients_rate": 0.5},
    "bounce": {"gradients_bench": BENCHES[3], "gradients_rate": 1.0},
    "explode": {"gradients_bench": BENCHES[3], "gradients_rate": 1.1, "gradients_steps": 30.0},
}
