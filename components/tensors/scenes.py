"""The Tensors page's benches and scenes: what its controls start from, and what one may ask for by name."""

from components.benches import Bench, Framed, scene_of
from components.scene import Scene
from components.tensors import create, looking, lossy, two

BENCHES: dict[str, Bench] = {
    "Create": Framed("tensors", create),
    "Views and storage": Framed("tensors", looking),
    "Two tensors": Framed("tensors", two),
    "Limits": Framed("tensors", lossy),
}
SCENE = scene_of("tensors", BENCHES)
SCENES: dict[str, Scene] = {
    "rank four": {"tensors_dims": 4},
    "transpose": {"tensors_bench": "Views and storage", "tensors_write": "y[...] = 100"},
    "copy": {"tensors_bench": "Views and storage", "tensors_op_2": "reshape", "tensors_in_2": "12"},
    "surprise": {"tensors_bench": "Two tensors"},
    "limits": {"tensors_bench": "Limits"},
    "overflow": {"tensors_bench": "Limits", "tensors_surprise": "int8 wraps"},
}
