"""The Tracking page's scenes: what its controls start from, and what one may ask for by name."""

from components.scene import Scene
from components.tracking.questions import LANES, MEMORY, SHARING, UPDATE
from dashboard.experiments import tracking

FIRST = tracking.Settings()
FIRST_UPDATE, FIRST_WAY, FIRST_MOMENT = "w = w - ...", "c.data", "between forward and backward"
FIRST_LENGTH, FIRST_VALUE = 10, 100
FIRST_LOOK = LANES
SCENE = {
    "tracking_requires_grad": FIRST.requires_grad,
    "tracking_brake": FIRST.brake,
    "tracking_operation": FIRST.operation,
    "tracking_start": FIRST.start,
    "tracking_seed": float(FIRST.seed),
    "tracking_look": FIRST_LOOK,
    "tracking_update": FIRST_UPDATE,
    "tracking_length": float(FIRST_LENGTH),
    "tracking_way": FIRST_WAY,
    "tracking_moment": FIRST_MOMENT,
    "tracking_value": float(FIRST_VALUE),
}
SCENES: dict[str, Scene] = {
    "detach": {"tracking_brake": "c.detach()"},
    "no grad": {"tracking_brake": "no_grad"},
    "inference": {"tracking_brake": "inference_mode", "tracking_look": LANES},
    "update": {"tracking_look": UPDATE},
    "memory": {"tracking_look": MEMORY},
    "damage": {"tracking_look": SHARING, "tracking_way": "c.data"},
}
