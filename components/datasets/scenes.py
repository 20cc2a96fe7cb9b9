"""The Datasets page's first scene, and scenes with names that can be said aloud."""

from components.datasets.pitfalls import FIRST as FIRST_PITFALL
from components.datasets.scatter import BEST
from components.scene import Scene

CONVEYOR, ONE, WRONG, FOLLOW = "Conveyor and batches", "One sample", "What goes wrong", "Follow a batch"
YOUR_CSV = "your CSV"

SCENE: Scene = {
    "datasets_source": "iris 30",
    "datasets_bench": CONVEYOR,
    "datasets_batch_size": 8.0,
    "datasets_shuffle": True,
    "datasets_sampler": "none",
    "datasets_drop_last": True,
    "datasets_seed": 0.0,
    "datasets_epochs": 2.0,
    "datasets_favour": 1.0,
    "datasets_batch": 2.0,
    "datasets_scatter_x": BEST,
    "datasets_scatter_y": BEST,
    "datasets_standardise": False,
    "datasets_one_hot": False,
    "datasets_float32": True,
    "datasets_i": 0,
    "datasets_pitfall": FIRST_PITFALL,
}
SCENES: dict[str, Scene] = {
    "dropped": {"datasets_batch_size": 16.0},
    "sorted": {"datasets_shuffle": False, "datasets_drop_last": False},
    "weighted": {"datasets_shuffle": False, "datasets_sampler": "weighted"},
    "subset": {"datasets_shuffle": False, "datasets_sampler": "subset"},
    "refused": {"datasets_sampler": "random"},
    "nothing": {"datasets_source": "ramp", "datasets_batch_size": 16.0},
    "digits": {"datasets_source": "digits", "datasets_batch_size": 32.0},
    "the same batch": {"datasets_bench": WRONG, "datasets_pitfall": "the same batch"},
    "one picture": {"datasets_source": "digits", "datasets_bench": ONE},
}
