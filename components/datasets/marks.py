"""How samples are told apart: each kind of target has a letter, a name and a colour's number."""

from dataclasses import dataclass
from string import ascii_lowercase

import torch

from dashboard.experiments.dataset import has_classes
from dashboard.experiments.remembered import remembered
from dashboard.experiments.samples import Samples

COLOURS = 10  # --class-0 ... --class-9 in classes.css
PLAIN = -1  # the colour's number where there are no classes


@dataclass(frozen=True)
class Kind:
    """A class, a combination of labels, or (in one kind for all) a number."""

    letter: str
    name: str
    colour: int


@remembered
def kinds(samples: Samples) -> tuple[tuple[Kind, ...], torch.Tensor]:
    """Return the kinds, and the number of each sample's kind, (N,)."""
    if not samples.class_names:
        return (Kind("", "a number", PLAIN),), torch.zeros(len(samples), dtype=torch.int64)
    if has_classes(samples):
        return tuple(_class(number, name) for number, name in enumerate(samples.class_names)), samples.targets
    rows, numbers = samples.targets.unique(dim=0, return_inverse=True)
    return tuple(_combination(samples.class_names, place, row) for place, row in enumerate(rows.tolist())), numbers


def letter(number: int, name: str) -> str:
    """Return what stands on a tile: the name itself where it is one letter or digit."""
    return name if len(name) == 1 else ascii_lowercase[number % len(ascii_lowercase)]


def _class(number: int, name: str) -> Kind:
    return Kind(letter(number, name), name, number % COLOURS)


def _combination(names: tuple[str, ...], place: int, row: list[int]) -> Kind:
    has = [number for number, flag in enumerate(row) if flag]
    letters = "".join(letter(number, names[number]) for number in has)
    return Kind(letters[:3] or "–", " and ".join(names[number] for number in has) or "no label", place % COLOURS)
