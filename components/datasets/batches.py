"""The conveyor's bench: the deal, the shown batch, what PyTorch says of it, and the code."""

import streamlit as st

from components.code import Answers
from components.datasets import follow as followed
from components.datasets.controls import MAX_STEP, Chosen, loader_controls
from components.datasets.conveyor import conveyor, shown_epochs
from components.datasets.scatter import choose_columns
from components.scene import put
from components.texts import plain
from dashboard.experiments import batch, datasets
from dashboard.experiments.batch import Batch
from dashboard.experiments.datasets import Deal
from dashboard.experiments.samplers import WAYS
from dashboard.experiments.samples import Samples

ROWS = 12  # of a batch, that stand in its table


def take_move(step: int) -> None:
    put({"datasets_batch": float(min(max(step, 1), MAX_STEP))})


def bench(samples: Samples, answers: Answers) -> None:
    """Show the conveyor, its controls, and what they stand for in code."""
    stage = st.container()
    chosen = loader_controls(samples)
    columns = choose_columns(samples)
    deal = datasets.batches(samples, chosen.settings)
    shown = shown_step(deal, chosen.step)
    _, number = where = deal.steps[shown - 1] if shown else (0, 0)
    taken = batch.collate(samples, chosen.settings.transforms, deal.epochs[where[0]].batches[number]) if shown else None
    with stage:
        st.markdown(
            "A **batch** is the samples that travel together. The loader hands over one batch a **step**; when it has "
            "dealt all of them, that was one **epoch**."
        )
        conveyor(
            samples,
            deal,
            taken,
            key="datasets_conveyor",
            step=max(shown, 1),
            size=chosen.settings.batch_size,
            shapes=shapes(samples, chosen, deal),
            columns=columns,
            moved=take_move,
        )
    warnings(chosen, shown)
    arithmetic(chosen, deal)
    if taken:
        rows(samples, taken)
    asked = batch.say_loader(deal.length, deal.loader_length, chosen.settings.epochs)
    says = asked + (batch.say_batch(samples, taken, *where) if taken else ())
    answers.show(says, datasets.snippet(samples, chosen.settings))


def follow(samples: Samples) -> None:
    """Follow the shown batch into a linear model, with the loader's controls to choose it."""
    chosen = loader_controls(samples, transforms=False)
    deal = datasets.batches(samples, chosen.settings)
    shown = shown_step(deal, chosen.step)
    if shown:
        epoch, number = deal.steps[shown - 1]
        st.markdown(f"**Step {shown}: batch {number + 1} of {len(deal.epochs[epoch].batches)} in epoch {epoch + 1}.**")
    warnings(chosen, shown)
    followed.bench(samples, deal.epochs[epoch].batches[number] if shown else ())


def shown_step(deal: Deal, asked: int) -> int:
    """Return the step that is shown, counted from 1; 0 where no batch is dealt."""
    return min(asked, sum(len(epoch.batches) for epoch in deal.epochs[: shown_epochs(deal)]))


def shapes(samples: Samples, chosen: Chosen, deal: Deal) -> dict[int, str]:
    """Return dtypes and shapes for each size that a batch has: of all of them but the last, and of the last."""
    ends = {len(one): one for one in (*deal.epochs[0].batches[:1], *deal.epochs[0].batches[-1:])}
    return {size: batch.shapes(batch.collate(samples, chosen.settings.transforms, one)) for size, one in ends.items()}


def warnings(chosen: Chosen, shown: int) -> None:
    """Say what torch refuses, and what cannot be shown."""
    if chosen.refusal:
        st.error(
            f"`DataLoader(dataset, shuffle=True, sampler=sampler)` raises ValueError: {chosen.refusal}. Both would "
            "decide the order. Until one of them goes, the page shows the sampler alone.",
            icon=":material/block:",
        )
    if chosen.has_no_classes:
        st.info("These samples have no single class each, so there is nothing to weight them by: no sampler is used.")
    if shown and chosen.step > shown:
        st.info(f"There is no step {chosen.step}: the last one shown is {shown}.")


def arithmetic(chosen: Chosen, deal: Deal) -> None:
    """Say how `len(loader)` comes about, and what the sampler does."""
    way = WAYS[chosen.settings.sampler]
    drawn = "" if deal.drawn == deal.length else f" The sampler draws {deal.drawn} of the {deal.length} samples."
    st.markdown(f"`len(loader)` = {deal.arithmetic} steps an epoch.{drawn} {way.says if way.code else ''}")


def rows(samples: Samples, taken: Batch) -> None:
    """Show the batch's rows as a table, if it is opened."""
    if samples.features.ndim != 2:
        return
    opened = st.expander(
        "The batch as a table",
        icon=":material/table_rows:",
        key="datasets_rows",
        on_change="rerun",
        bind="query-params",
    )
    if opened.open:
        with opened:
            st.table(table(samples, taken), border="horizontal", hide_index=True, alt="The rows of the shown batch")
            if len(taken.indices) > ROWS:
                st.markdown(f"The first {ROWS} of {len(taken.indices)} rows.")


def table(samples: Samples, taken: Batch) -> dict[str, list[str]]:
    """Return the first rows of a batch: index, features and target, as the loader hands them over."""
    x, y = taken.x[:ROWS], taken.y[:ROWS]
    features = {
        name: [f"{value:.4g}" for value in x[:, column].tolist()] for column, name in enumerate(samples.feature_names)
    }
    return {
        "index": [str(index) for index in taken.indices[:ROWS]],
        **{f"x: {plain(name)}": texts for name, texts in features.items()},
        "y": [str(value) for value in y.tolist()],
    }
