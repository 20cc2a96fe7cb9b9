"""The columns of a CSV file, read some rows at a time: each becomes numbers, or classes that are written as texts.

A column is of numbers if most of its first rows' cells are. What does not fit, the column remembers with its line: it
matters only if the column is chosen.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

LARGEST = 1e15  # larger numbers could overflow once float32 squares and adds them
MAX_CLASSES = 26  # each gets a letter
MAX_TEXT = 60  # letters of a name or a class
SHOWN = 20  # letters of a cell that a message shows

Cells = Sequence[str]
Lines = Sequence[int]


@dataclass(frozen=True, eq=False)
class Column:
    """A column as it was read.

    Attributes:
        values: (N,) float64 numbers, or (N,) int64 places in `texts`; empty where the column can be nothing at all.
        texts: the different texts, sorted; () where the column holds numbers.
        not_feature, not_target: why it cannot be one, or "".
    """

    name: str
    values: torch.Tensor
    texts: tuple[str, ...]
    not_feature: str
    not_target: str


class Reader:
    """Reads a column some rows at a time, and stops keeping them at the first cell that does not fit."""

    def __init__(self, name: str, beginning: Cells) -> None:
        self.name = name
        filled = sum(bool(cell.strip()) for cell in beginning)
        self.is_text = 2 * sum(not why_no_number(cell) for cell in beginning) <= filled
        self._problem = ""
        self._first_text = ""
        self._texts: dict[str, int] = {}
        self._kept: list[np.ndarray] = []

    @property
    def expects_numbers(self) -> bool:
        """Whether it holds numbers, and nothing else so far."""
        return not self.is_text and not self._problem

    def keep(self, values: np.ndarray) -> None:
        """Keep the next rows' values."""
        self._kept.append(values)

    def take_numbers(self, cells: Cells, lines: Lines) -> None:
        """Read the next rows' cells, which are on these lines, one by one."""
        if any(map(why_no_number, cells)):
            self._find(cells, lines, why_no_number)
        else:
            self.keep(np.array(cells, dtype=np.float64))

    def take_texts(self, cells: Cells, lines: Lines) -> None:
        """Read the next rows' cells as classes."""
        if self._problem:
            return
        texts = [cell.strip() for cell in cells]
        new = set(texts) - self._texts.keys()
        if any(map(why_no_class, new)):
            self._find(texts, lines, why_no_class)
            return
        self._texts.update({text: len(self._texts) + number for number, text in enumerate(sorted(new))})
        if not self._first_text:
            found = ((line, why_no_number(text)) for text, line in zip(texts, lines, strict=True))
            self._first_text = next(self._at(line, reason) for line, reason in found if reason)
        if len(self._texts) > MAX_CLASSES:
            kinds = f"column {self.name!r} holds more than {MAX_CLASSES} different texts: too many for classes"
            self._problem = f"Until line {lines[-1]}, {kinds}"
        else:
            self.keep(np.array([self._texts[text] for text in texts]))

    def _find(self, cells: Cells, lines: Lines, why: Callable[[str], str]) -> None:
        """Note the first cell that does not fit."""
        line, reason = next((line, why(cell)) for cell, line in zip(cells, lines, strict=True) if why(cell))
        self._problem = self._at(line, reason)

    def _at(self, line: int, reason: str) -> str:
        return f"Line {line}, column {self.name!r}: {reason}"

    def column(self) -> Column:
        """Return what was read."""
        if self._problem:
            return Column(self.name, torch.empty(0), (), self._first_text or self._problem, self._problem)
        values = torch.from_numpy(np.concatenate(self._kept))
        texts = tuple(sorted(self._texts))
        if texts:
            values = torch.tensor([texts.index(text) for text in self._texts])[values]
        return Column(self.name, values, texts, self._first_text, "")


def take(readers: Sequence[Reader], rows: Sequence[Cells], lines: Lines) -> None:
    """Let every reader read its cells of some rows: all numbers at once, unless something is wrong with one of them."""
    expected = [place for place, reader in enumerate(readers) if reader.expects_numbers]
    if expected:
        block = _numbers(
            rows if len(expected) == len(readers) else [[row[place] for place in expected] for row in rows]
        )
        for number, place in enumerate(expected):
            if block is not None:
                readers[place].keep(block[:, number])
            else:
                readers[place].take_numbers([row[place] for row in rows], lines)
    for place, reader in enumerate(readers):
        if reader.is_text:
            reader.take_texts([row[place] for row in rows], lines)


def _numbers(rows: Sequence[Cells]) -> np.ndarray | None:
    """Return all cells as numbers, or None where one has to be looked at more closely."""
    together = "".join(map("".join, rows))
    if "_" in together or not together.isascii():
        return None  # Python reads 1_000 and the digits of other alphabets as numbers; other languages do not
    try:
        block = np.array(rows, dtype=np.float64)
    except ValueError:
        return None
    return block if bool((np.abs(block) <= LARGEST).all()) else None  # nan is not <= anything


def shown(text: str) -> str:
    """Return a cell for a message: quoted, shortened, and with what cannot be seen written as escapes."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def why_no_number(cell: str) -> str:
    """Return why a cell is no finite number within the bounds, or ""."""
    if not cell.strip():
        return "the cell is empty. Fill it in, or leave the line out"
    try:
        number = float(cell) if cell.isascii() and "_" not in cell else None
    except ValueError:
        number = None
    if number is None:
        hint = ". Write a point, not a comma" if _has_decimal_comma(cell) else ""
        return f"{shown(cell)} is not a number{hint}"
    if not math.isfinite(number):
        return f"{shown(cell)} is not a finite number"
    return "" if abs(number) <= LARGEST else f"{shown(cell)} is too large: numbers go up to {LARGEST:g} here"


def _has_decimal_comma(cell: str) -> bool:
    return len(cell) <= MAX_TEXT and cell.count(",") == 1 and cell.replace(",", "").strip().lstrip("+-").isdecimal()


def why_no_class(text: str) -> str:
    """Return why a text cannot name a class (or a column), or ""."""
    if not text:
        return "the cell is empty. Fill it in, or leave the line out"
    if len(text) > MAX_TEXT:
        return f"{shown(text)} has {len(text):,} letters: at most {MAX_TEXT} name a class"
    return "" if text.isprintable() else f"{shown(text)} contains what cannot be shown"
