"""Your own samples from a CSV file. Bounded before it is parsed; nothing is unpickled, stored or evaluated."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from dashboard.experiments.csv_bytes import MAX_BYTES, MAX_ROWS, CsvError, decoded, lines
from dashboard.experiments.csv_cells import cells_by_column
from dashboard.experiments.csv_columns import MAX_CLASSES, Column, shown, why_no_class
from dashboard.experiments.samples import Samples

__all__ = ["MAX_BYTES", "MAX_CLASSES", "MAX_COLUMNS", "MAX_ROWS", "CsvError", "CsvSamples", "Table", "read", "samples"]

MAX_COLUMNS = 50
MIN_ROWS = 2
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
NAME = "your CSV"

# What Python's csv module complains of (https://docs.python.org/3/library/csv.html#csv.Error), in other words.
COMPLAINTS = {
    "unexpected end of data": "a quote is opened here and never closed",
    "field larger than": "a cell is far too long. Perhaps a quote is opened here and never closed",
    "expected after": "something follows the quote that ends a cell. A quote within a cell is written twice",
}


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds: its columns in their order, each with its name, and the number of rows."""

    columns: tuple[Column, ...]
    rows: int
    separator: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names in line 1."""
        return tuple(column.name for column in self.columns)

    def guess(self) -> tuple[tuple[str, ...], str]:
        """Return the features and the target to begin with: the last column of classes, or else the last one."""
        classes = [column.name for column in self.columns if column.has_classes]
        target = classes[-1] if classes else self.names[-1]
        return tuple(name for name in self.names if name not in (*classes, target)), target


@dataclass(frozen=True, eq=False)
class CsvSamples(Samples):
    """Samples from a file.

    Attributes:
        code: plain Python that reads the file again, and makes `features` and `targets` as numpy arrays.
    """

    code: str = ""


def read(data: bytes) -> Table:
    """Read a file: UTF-8, a line with the columns' names, cells between commas, semicolons or tabs.

    First its rows are counted and measured, by Python's csv module where there are quotes: it is strict, and knows the
    line of what is wrong. In a file with nothing wrong, Arrow then reads all cells at once, many times as fast.

    Raises:
        CsvError: if it cannot be read; the message names the place.
    """
    separator, names, starts = _structure(lines(data))
    cells = cells_by_column(data, separator, len(names))
    columns = tuple(Column(name, column, starts) for name, column in zip(names, cells, strict=True))
    if all(column.is_text for column in columns):
        raise CsvError("No column holds numbers, and features must be numbers")
    return Table(columns, len(starts), separator)


def _structure(raw: list[bytes]) -> tuple[str, list[str], list[int]]:
    """Return the separator, the columns' names, and the line that each row of values begins on."""
    separator = _separator(next(decoded(raw)))
    names = _names(next(_rows(raw, separator))[1])
    starts = [_checked(line, width, len(names)) for line, width in _widths(raw, separator)][1:]
    if len(starts) < MIN_ROWS:
        raise CsvError(f"Rows of values after line 1: {len(starts)}. At least {MIN_ROWS} are needed")
    return separator, names, starts


def _separator(header: str) -> str:
    """Return the separator that stands most often in the first line, outside of quotes."""
    if not header.strip():
        raise CsvError("Line 1 is empty: it must name the columns")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def _rows(raw: list[bytes], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Parse row by row; each comes with the number of its first line. Empty lines are left out."""
    reader = csv.reader(decoded(raw), delimiter=separator, strict=True)
    first = 1
    try:
        for cells in reader:
            if cells:
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        said = next((words for key, words in COMPLAINTS.items() if key in str(error)), str(error))
        raise CsvError(f"Line {first}: {said}") from None


def _names(header: list[str]) -> list[str]:
    """Check the names of the columns."""
    names = [name.strip() for name in header]
    if len(names) == 1:
        raise CsvError(
            "Line 1 names one column only: features and a target need two, with commas, semicolons or tabs between them"
        )
    if len(names) > MAX_COLUMNS:
        raise CsvError(f"Line 1 names {len(names):,} columns: at most {MAX_COLUMNS} are possible")
    if any(map(_is_value, names)) or all(name.isdecimal() for name in names):
        value = next(name for name in names if _is_value(name) or name.isdecimal())
        raise CsvError(f"Line 1 must name the columns, but it holds values such as {shown(value)}")
    for number, name in enumerate(names, start=1):
        if name in names[: number - 1]:
            raise CsvError(f"Columns {names.index(name) + 1} and {number} have the same name, {shown(name)}, in line 1")
        if reason := why_no_class(name):
            said = reason.replace("a class", "a column") if name else "has no name"
            raise CsvError(f"Line 1: column {number} {said if not name else f'cannot be named so: {said}'}")
    return names


def _is_value(name: str) -> bool:
    """Whether a name looks like a value: a number with a point or a sign. (`0, 1, 2, ...` may well be names.)"""
    return re.fullmatch(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d+)?", name) is not None and not name.isdecimal()


def _widths(raw: list[bytes], separator: str) -> Iterator[tuple[int, int]]:
    """Return the number of each row's first line, and how many cells the row has."""
    if any(b'"' in line for line in raw):
        return ((first, len(cells)) for first, cells in _rows(raw, separator))
    texts = enumerate(decoded(raw), start=1)
    return ((number, text.count(separator) + 1) for number, text in texts if text.rstrip("\r\n"))


def _checked(line: int, width: int, expected: int) -> int:
    """Return the line, if its row is as wide as the header."""
    if width != expected:
        cells = "cell" if width == 1 else "cells"
        raise CsvError(f"Line {line} has {width:,} {cells}, and line 1 names {expected} columns")
    return line


def samples(table: Table, features: tuple[str, ...], target: str) -> CsvSamples:
    """Return the chosen columns as samples: features (N, k) float64; targets (N,) int64 classes or (N,) float64.

    Whole numbers of few kinds are taken for classes, too.

    Raises:
        CsvError: if a column cannot be what it was chosen for.
    """
    columns = {column.name: column for column in table.columns}
    if missing := {*features, target} - columns.keys():
        raise CsvError(f"There is no column {shown(min(missing))}")
    if not features:
        raise CsvError("Choose at least one column as a feature")
    if target in features:
        raise CsvError(f"Column {target!r} is the target: it cannot be a feature, too")
    numbers = torch.empty(table.rows, len(features), dtype=torch.float64)
    for place, name in enumerate(features):
        numbers[:, place] = columns[name].numbers()
    targets, names = _targets(columns[target])
    return CsvSamples(NAME, numbers, targets, features, names, _code(table, features, target, names))


def _targets(column: Column) -> tuple[torch.Tensor, tuple[str, ...]]:
    """Return class numbers with the classes' names, or numbers without."""
    if column.is_text:
        targets, names = column.classes()
    else:
        numbers = column.numbers()
        kinds, places = numbers.unique(return_inverse=True)
        if len(kinds) > MAX_CLASSES or not bool((kinds == kinds.round()).all()):
            return numbers, ()
        targets, names = places, tuple(str(int(kind)) for kind in kinds.tolist())
    if len(names) < 2:
        raise CsvError(f"Column {column.name!r} is {shown(names[0])} in every row: as a target it has nothing to tell")
    return targets, names


_CODE = """\
import csv

with open("your.csv", newline="", encoding="utf-8-sig") as file:
    rows = list(csv.DictReader(file, delimiter={separator!r}))
rows = [{{name.strip(): cell.strip() for name, cell in row.items()}} for row in rows]
features = np.array([[float(row[name]) for name in {features!r}] for row in rows])
"""
_CLASSES = """\
classes = {names!r}
targets = np.array([classes.index({value}) for row in rows])"""
_NUMBERS = "targets = np.array([float(row[{target!r}]) for row in rows])"


def _code(table: Table, features: tuple[str, ...], target: str, names: tuple[str, ...]) -> str:
    is_text = table.columns[table.names.index(target)].is_text
    value = f"row[{target!r}]" if is_text else f"str(int(float(row[{target!r}])))"
    last = _CLASSES.format(names=names, value=value) if names else _NUMBERS.format(target=target)
    return _CODE.format(separator=table.separator, features=features) + last
