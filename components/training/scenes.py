"""The benches of the Training page, its first scene, and the scenes that one may ask for by name."""

from collections.abc import Mapping

from components.benches import Bench, Framed, scene_of
from components.scene import Scene
from components.training import bugs, network, one_step

# Each adds scenes of its own to SCENES.
BENCHES: Mapping[str, Bench] = {"One step": Framed("training", one_step), "A network": network, "Bugs": bugs}
SCENE = scene_of("training", BENCHES)
SCENES: dict[str, Scene] = {
    **{name: {"training_bench": "One step", **scene} for name, scene in one_step.SCENES.items()},
    **{name: {"training_bench": "A network", **scene} for name, scene in network.SCENES.items()},
    **{name: {"training_bench": "Bugs", **scene} for name, scene in bugs.SCENES.items()},
}
