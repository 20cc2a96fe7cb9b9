"""The loader's controls, and the switches of the transforms."""

from dataclasses import dataclass, replace

import streamlit as st

from components.numbers import whole_number
from components.scene import put
from dashboard.experiments import datasets
from dashboard.experiments.dataset import Transforms, has_classes
from dashboard.experiments.samplers import WAYS
from dashboard.experiments.samples import Samples

FIRST = datasets.Settings()
MAX_STEP = 50_000  # five epochs of 10,000 samples, one by one


@dataclass(frozen=True)
class Chosen:
    """What the controls say: settings that can run, and why they are others than those that were chosen.

    Attributes:
        step: the shown batch, counted from 1; there may be fewer.
        refusal: torch's own words where it refuses what was chosen.
        has_no_classes: whether a sampler was left out that weights by class.
    """

    settings: datasets.Settings
    step: int
    refusal: str = ""
    has_no_classes: bool = False


def take_sampler() -> None:
    """A sampler decides the order by itself: torch refuses `shuffle` beside it."""
    put({"datasets_shuffle": (st.session_state["datasets_sampler"] or "none") == "none"})


def loader_controls(samples: Samples, transforms: bool = True) -> Chosen:
    """Show the loader's controls, with or without the transforms, and return what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        step = whole_number("Shown batch (step)", 1, MAX_STEP, 2, key="datasets_batch", width=160)
        batch_size = whole_number("batch_size", 1, datasets.MAX_BATCH, 8, key="datasets_batch_size", width=130)
        seed = whole_number("seed", 0, datasets.MAX_SEED, 0, key="datasets_seed", width=130)
        epochs = whole_number("epochs", 1, datasets.MAX_EPOCHS, 2, key="datasets_epochs", width=130)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        sampler = st.segmented_control(
            "sampler",
            WAYS,
            default="none",
            required=True,
            key="datasets_sampler",
            bind="query-params",
            on_change=take_sampler,
            wrap=True,
        )
        favour = 1
        if sampler == "weighted":
            favour = whole_number("class a counts, times", 1, datasets.MAX_FAVOUR, 1, key="datasets_favour", width=160)
        shuffle = st.toggle("shuffle", True, key="datasets_shuffle", bind="query-params")
        drop_last = st.toggle("drop_last", True, key="datasets_drop_last", bind="query-params")
    switches = transform_switches(samples) if transforms else Transforms()
    chosen = datasets.Settings(batch_size, shuffle, sampler or "none", drop_last, seed, epochs, favour, switches)
    return _that_runs(samples, chosen, step)


def _that_runs(samples: Samples, settings: datasets.Settings, step: int) -> Chosen:
    """Leave out what cannot run: a sampler that finds no classes, and `shuffle` where torch refuses it."""
    if WAYS[settings.sampler].needs_classes and not has_classes(samples):
        return Chosen(replace(settings, sampler="none"), step, has_no_classes=True)
    refusal = datasets.refusal(settings)
    return Chosen(replace(settings, shuffle=settings.shuffle and not refusal), step, refusal)


def transform_switches(samples: Samples) -> Transforms:
    """Show a switch for every transform, and return which ones are on."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown("Transforms:", width="content")
        standardise = st.toggle("standardise", False, key="datasets_standardise", bind="query-params")
        float32 = st.toggle("to float32", True, key="datasets_float32", bind="query-params")
        one_hot = st.toggle(
            "one-hot target",
            False,
            key="datasets_one_hot",
            bind="query-params",
            help=None if has_classes(samples) else "These targets are no single classes: the switch does nothing here.",
        )
    return Transforms(standardise, one_hot, float32)
