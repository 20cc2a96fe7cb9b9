"""A small network, live: choose data, model and optimizer; it trains at once, and can be looked through afterwards."""

import time
from collections.abc import Iterable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.code import code_panel, session
from components.numbers import whole_number
from components.scene import Scene, put
from components.training.player import player
from dashboard.experiments import training, training_code
from dashboard.experiments.training import Settings
from dashboard.experiments.training_data import DATA
from dashboard.experiments.training_runs import Finished, finish, remembered

Option = TypeVar("Option")
IS_WHOLE = True  # a control in a fragment would not interrupt a run: this bench must not stand in one
DOCS = "https://docs.pytorch.org/docs/stable"
FIRST = Settings()
RATES = {f"{rate:g}": rate for rate in training.RATES}
PAUSE = 0.05  # seconds between two moves of the progress bar; each of them lets a click interrupt the run
SCENE: Scene = {
    "training_net_data": FIRST.data,
    "training_net_layers": FIRST.layers,
    "training_net_width": float(FIRST.width),
    "training_net_activation": FIRST.activation,
    "training_net_optimizer": FIRST.optimizer,
    "training_net_rate": f"{FIRST.rate:g}",
    "training_net_batch": FIRST.batch,
    "training_net_epochs": float(FIRST.epochs),
    "training_net_seed": float(FIRST.seed),
    "training_net_epoch": float(training.MAX_EPOCHS),
}


def scene(**settings: object) -> Scene:
    """Return what differs from the first scene."""
    return {f"training_net_{name}": value for name, value in settings.items()}


SCENES: dict[str, Scene] = {
    "spiral": scene(),
    "linear": scene(data="xor", layers=0),
    "diverge": scene(data="line", layers=0, optimizer="SGD", rate="3"),
    "vanish": scene(layers=3, width=32.0, optimizer="SGD", rate="10"),
    "dead": scene(layers=3, width=32.0, activation="relu", optimizer="SGD", rate="3"),
    "overfit": scene(data="moons", layers=3, width=32.0, epochs=200.0),
}


def bench() -> None:
    """Show the bench."""
    settings = _controls()
    if settings.bounded_epochs < settings.epochs:
        st.info(
            f"A run ends after {training.MAX_STEPS} updates. With batches this small, that is after "
            f"{settings.bounded_epochs} epochs.",
            icon=":material/timer:",
        )
    if not (finished := trained(settings)):
        return
    if finished.run.ended:
        st.error(
            f"**{finished.run.ended}.** The updates grew until float32 could not hold the numbers, and nothing can be "
            "learned from there: the run ended.",
            icon=":material/report:",
        )
    _look(finished)
    st.header("What PyTorch says")
    session(training_code.session(finished.run))
    st.header("The code")
    code_panel("training_net", training_code.snippet(settings))


def _controls() -> Settings:
    data = _choice("Data", "data", DATA, FIRST.data)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = _choice("Hidden layers", "layers", range(training.MAX_LAYERS + 1), FIRST.layers)
        width = _number("Width", "width", training.MIN_WIDTH, training.MAX_WIDTH, FIRST.width)
        activation = _choice("Activation", "activation", training.ACTIVATIONS, FIRST.activation)
        optimizer = _choice("Optimizer", "optimizer", training.OPTIMIZERS, FIRST.optimizer)
        rate = st.selectbox(
            "Learning rate",
            tuple(RATES),
            training.RATES.index(FIRST.rate),
            key="training_net_rate",
            bind="query-params",
            on_change=_to_the_end,
            width=130,
        )
        batch = _choice("Batch size", "batch", training.BATCHES, FIRST.batch)
        epochs = _number("Epochs", "epochs", 1, training.MAX_EPOCHS, FIRST.epochs)
        seed = _number("Seed", "seed", 0, training.MAX_SEED, FIRST.seed)
    return Settings(data, layers, width, activation, optimizer, RATES.get(rate, FIRST.rate), batch, epochs, seed)


def _choice(label: str, name: str, options: Iterable[Option], default: Option) -> Option:
    chosen = st.segmented_control(
        label,
        tuple(options),
        default=default,
        required=True,
        key=f"training_net_{name}",
        bind="query-params",
        on_change=_to_the_end,
        wrap=True,
    )
    return default if chosen is None else chosen  # a link can clear it


def _number(label: str, name: str, low: int, high: int, default: int) -> int:
    return whole_number(label, low, high, default, key=f"training_net_{name}", width=130, on_change=_to_the_end)


def _to_the_end() -> None:
    """Another run is looked at from its end."""
    put({"training_net_epoch": SCENE["training_net_epoch"]})


def trained(settings: Settings) -> Finished | None:
    """Return the finished run of these settings: train now, visibly, where it is not remembered.

    Any control, another page or Stop interrupts the training: the progress bar is where Streamlit does that. Returns
    None where these very settings were stopped.
    """
    place = st.empty()
    if found := remembered(settings):
        return found
    if st.session_state.get("training_net_stopped") == settings:
        with place.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":material/stop_circle: **Stopped.** Nothing of this run was kept.")
            st.button("Train", key="training_net_train", icon=":material/play_arrow:", on_click=_stop, args=(None,))
        return None
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", key="training_net_stop", icon=":material/stop:", on_click=_stop, args=(settings,))
        bar = st.progress(0.0, "Training")
    progress = _Progress(bar, settings.bounded_epochs)
    finished = finish(settings, progress, progress.wait)
    place.empty()
    return finished


def _stop(settings: Settings | None) -> None:
    st.session_state["training_net_stopped"] = settings


class _Progress:
    """Moves the bar, not more often than one can see."""

    def __init__(self, bar: DeltaGenerator, epochs: int) -> None:
        self.bar, self.epochs, self.moved = bar, epochs, 0.0

    def __call__(self, done: int) -> None:
        if time.monotonic() - self.moved > PAUSE:
            self.bar.progress(done / self.epochs, f"Epoch {done} of {self.epochs}")
            self.moved = time.monotonic()

    def wait(self) -> None:
        """Say that others are training."""
        self.bar.progress(0.0, "Others are training: one moment")


def _take_move(epoch: int) -> None:
    put({"training_net_epoch": float(min(max(epoch, 0), training.MAX_EPOCHS))})


@st.fragment
def _look(finished: Finished) -> None:
    """Show the player; where it comes to rest is in the link."""
    stage = st.container()
    epoch = whole_number(
        "Epoch shown (200: the last)",
        0,
        training.MAX_EPOCHS,
        training.MAX_EPOCHS,
        key="training_net_epoch",
        width=210,
    )
    with stage:
        player(finished, epoch=epoch, key="training_net_player", moved=_take_move)


WHY = f"""
The data are split: the network learns from two thirds, and the rest, **held out**, tells whether it learned the rule or
the samples. When the training loss falls and the held-out loss rises, it learns the samples.

Each hidden layer is a `Linear` and an activation. Without an activation between them, two layers would be one, and a
linear model can only draw straight boundaries: look at *xor* with 0 hidden layers.

`backward` multiplies by one factor after the other on its way from the loss to the first layer. Where the factors are
small, the first layers hardly learn: their gradients **vanish**. `tanh` is flat far from 0, and `relu` passes nothing
on where its input is negative: large updates can push a layer there for good. Where the factors are large, gradients
and weights **explode**, until the loss is inf or nan.

More in PyTorch's own words: [torch.optim]({DOCS}/optim.html),
[CrossEntropyLoss]({DOCS}/generated/torch.nn.CrossEntropyLoss.html) and
[torch.nn.init]({DOCS}/nn.init.html).
"""
