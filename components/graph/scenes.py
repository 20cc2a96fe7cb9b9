"""The Graph page's scenes: what its controls start from, and what one may ask for by name."""

from components.scene import Scene
from dashboard.experiments.lines import LEAVES
from dashboard.experiments.programs import PRESETS

FIRST = "x**2 - 5"
DEFAULTS = {"x": 3.0, "y": 2.0, "w": 1.0, "b": 0.0}
NOTHING = "nothing"
BENCHES = ("The graph", "Cut it", "Built as it runs", "After backward")
HAVE_A_PROGRAM = BENCHES[:2]


def scene_of(name: str) -> dict[str, object]:
    """Return the controls' values that show a preset."""
    preset = PRESETS[name]
    tracked = {f"graph_{leaf}_grad": leaf in preset.tracked or leaf not in dict(preset.values) for leaf in LEAVES}
    values = {f"graph_{leaf}": value for leaf, value in (DEFAULTS | dict(preset.values)).items()}
    return {"graph_program": preset.text, **values, **tracked, "graph_step": 0.0, "graph_cut": NOTHING}


CUT_SCENE = {**scene_of("x*x"), "graph_bench": BENCHES[1], "graph_cut": "x → x*x (right)"}
SCENE = {
    **scene_of(FIRST),
    "graph_bench": BENCHES[0],
    "graph_rounds": 4.0,
    "graph_start": 1.5,
    "graph_life": "2*x",
    "graph_retain_graph": False,
    "graph_retain_grad": False,
}
SCENES: dict[str, Scene] = {
    "neuron": {**scene_of("a neuron")},
    "paths": {**scene_of("x*x + x"), "graph_step": 7.0},
    "shared": {**scene_of("shared")},
    "cut": CUT_SCENE,
    "loop": {"graph_bench": BENCHES[2], "graph_rounds": 6.0},
    "twice": {"graph_bench": BENCHES[3], "graph_life": "2*x"},
    "retain": {"graph_bench": BENCHES[3], "graph_life": "x**2", "graph_retain_graph": True},
}
