"""The columns of a CSV file: each becomes numbers, or classes that are written as texts, when it is asked to.

A column is of text unless most of its first cells are numbers. A cell that does not fit matters only where its column
is chosen; then the first one is looked for and named. What all cells have in common, Arrow does at once
(https://arrow.apache.org/docs/python/compute.html): it reads numbers some ten times as fast as Python, to the same bit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import whitespace
from typing import TYPE_CHECKING

import torch

from dashboard.experiments.csv_bytes import CsvError

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 1e15  # larger numbers could overflow once float32 squares and adds them
MAX_CLASSES = 26  # each gets a letter
MAX_TEXT = 60  # letters of a name or a class
SHOWN = 20  # letters of a cell that a message shows
BEGINNING = 256  # cells that tell what a column holds
WHITE = "".join(filter(str.isspace, map(chr, range(0x3001))))  # what str.strip takes away: there is none beyond


@dataclass(frozen=True, eq=False)
class Column:
    """A column as it stands in the file.

    Attributes:
        cells: (N,) texts, not stripped.
        lines: (N,) the line that each cell's row begins on.
    """

    name: str
    cells: "pa.StringArray"
    lines: Sequence[int]

    @cached_property
    def is_text(self) -> bool:
        """Whether it is taken for texts: no more than half of its first cells with something in them are numbers."""
        beginning = self.cells[:BEGINNING].to_pylist()
        filled = sum(bool(cell.strip()) for cell in beginning)
        return 2 * sum(map(is_number, beginning)) <= filled

    @cached_property
    def has_classes(self) -> bool:
        """Whether its texts can be classes."""
        texts = _different(self._coded()) if self.is_text else []
        return 0 < len(texts) <= MAX_CLASSES and not any(map(why_no_class, texts))

    def numbers(self) -> torch.Tensor:
        """Return the cells as numbers, (N,) float64.

        Raises:
            CsvError: at the first cell that is none.
        """
        import pyarrow as pa
        from pyarrow import compute

        try:
            cells = compute.utf8_trim(self.cells, characters=whitespace)
            values = torch.tensor(cells.cast(pa.float64()).to_numpy())
        except pa.ArrowInvalid:
            raise self._refusal(why_no_number) from None
        if not bool((values.abs() <= LARGEST).all()):  # nan is not <= anything
            raise self._refusal(why_no_number)
        return values

    def classes(self) -> tuple[torch.Tensor, tuple[str, ...]]:
        """Return the number of each cell's class, (N,) int64, and the classes' names, sorted.

        Raises:
            CsvError: at the first cell that cannot name a class, or makes too many of them.
        """
        coded = self._coded()
        texts = _different(coded)
        if any(map(why_no_class, texts)):
            raise self._refusal(lambda cell: why_no_class(cell.strip()))
        places = torch.tensor(coded.indices.to_numpy(), dtype=torch.int64)
        if len(texts) > MAX_CLASSES:
            line = self.lines[int(places.eq(MAX_CLASSES).nonzero()[0])]
            kinds = f"column {self.name!r} holds more than {MAX_CLASSES} different texts: too many for classes"
            raise CsvError(f"Until line {line}, {kinds}")
        names = tuple(sorted(texts))
        return torch.tensor([names.index(text) for text in texts])[places], names

    def _coded(self) -> "pa.DictionaryArray":
        """Return the different texts, and the place among them of each cell's."""
        from pyarrow import compute

        return compute.utf8_trim(self.cells, characters=WHITE).dictionary_encode()

    def _refusal(self, why: Callable[[str], str]) -> CsvError:
        """Return what is wrong with the first cell that does not fit, and where it is."""
        cells = zip(self.lines, self.cells.to_pylist(), strict=True)
        line, reason = next((line, reason) for line, cell in cells if (reason := why(cell)))
        return CsvError(f"Line {line}, column {self.name!r}: {reason}")


def _different(coded: "pa.DictionaryArray") -> list[str]:
    """Return its texts in the order of their first cells, but hardly more than can be classes."""
    return coded.dictionary[: MAX_CLASSES + 1].to_pylist()  # type: ignore[no-any-return]


def shown(text: str) -> str:
    """Return a cell for a message: quoted, shortened, and with what cannot be seen written as escapes."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def is_number(cell: str) -> bool:
    """Return whether a cell is a finite number within the bounds."""
    number = _number(cell)
    return number is not None and abs(number) <= LARGEST


def why_no_number(cell: str) -> str:
    """Return why a cell is no finite number within the bounds, or ""."""
    if not cell.strip():
        return "the cell is empty. Fill it in, or leave the line out"
    number = _number(cell)
    if number is None:
        hint = ". Write a point, not a comma" if _has_decimal_comma(cell) else ""
        return f"{shown(cell)} is not a number{hint}"
    if not math.isfinite(number):
        return f"{shown(cell)} is not a finite number"
    return "" if abs(number) <= LARGEST else f"{shown(cell)} is too large: numbers go up to {LARGEST:g} here"


def _number(cell: str) -> float | None:
    try:  # Python reads 1_000 and the digits of other alphabets as numbers, too; other languages do not
        return float(cell) if cell.isascii() and "_" not in cell else None
    except ValueError:
        return None


def _has_decimal_comma(cell: str) -> bool:
    return len(cell) <= MAX_TEXT and cell.count(",") == 1 and cell.replace(",", "").strip().lstrip("+-").isdecimal()


def why_no_class(text: str) -> str:
    """Return why a text cannot name a class (or a column), or ""."""
    if not text:
        return "the cell is empty. Fill it in, or leave the line out"
    if len(text) > MAX_TEXT:
        return f"{shown(text)} has {len(text):,} letters: at most {MAX_TEXT} name a class"
    return "" if text.isprintable() else f"{shown(text)} contains what cannot be shown"
