"""Your own samples from a CSV file. Bounded before it is parsed; nothing is unpickled, stored or evaluated."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from dashboard.experiments.csv_bytes import MAX_BYTES, MAX_ROWS, CsvError, decoded, lines
from dashboard.experiments.csv_columns import MAX_CLASSES, Column, Reader, shown, take, why_no_class
from dashboard.experiments.samples import Samples

__all__ = ["MAX_BYTES", "MAX_CLASSES", "MAX_COLUMNS", "MAX_ROWS", "CsvError", "CsvSamples", "Table", "read", "samples"]

MAX_COLUMNS = 50
MIN_ROWS = 2
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
AT_ONCE = 256  # rows that wait for being read column by column: so the texts of all cells are never there together
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
        classes = [column.name for column in self.columns if column.texts]
        target = classes[-1] if classes else self.names[-1]
        return tuple(column.name for column in self.columns if not column.texts and column.name != target), target


@dataclass(frozen=True, eq=False)
class CsvSamples(Samples):
    """Samples from a file.

    Attributes:
        code: plain Python that reads the file again, and makes `features` and `targets` as numpy arrays.
    """

    code: str = ""


def read(data: bytes) -> Table:
    """Read a file: UTF-8, a line with the columns' names, cells between commas, semicolons or tabs.

    Raises:
        CsvError: if it cannot be read; the message names the place.
    """
    raw = lines(data)
    separator = _separator(next(decoded(raw)))
    rows = _rows(raw, separator)
    names = _names(next(rows)[1])
    _check_widths(raw, separator, len(names))
    readers: list[Reader] = []
    count = 0
    for numbers, cells in _together(rows, len(names)):
        count += len(numbers)
        readers = readers or [
            Reader(name, column) for name, column in zip(names, zip(*cells, strict=True), strict=True)
        ]
        take(readers, cells, numbers)
    if count < MIN_ROWS:
        raise CsvError(f"Rows of values after line 1: {count}. At least {MIN_ROWS} are needed")
    if all(reader.is_text for reader in readers):
        raise CsvError("No column holds numbers, and features must be numbers")
    return Table(tuple(reader.column() for reader in readers), count, separator)


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


def _check_widths(raw: list[bytes], separator: str, width: int) -> None:
    """Refuse a line that is too short or too long at once, where no quotes are in the way of counting."""
    if any(b'"' in line for line in raw):
        return
    for number, line in enumerate(raw, start=1):
        if line.count(separator.encode()) + 1 != width and line.strip(b"\r\n"):
            raise _ragged(number, line.count(separator.encode()) + 1, width)


def _ragged(line: int, cells: int, width: int) -> CsvError:
    return CsvError(f"Line {line} has {cells:,} cell{'s' * (cells != 1)}, and line 1 names {width} columns")


def _together(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Gather some rows at a time, each as wide as the header."""
    numbers: list[int] = []
    gathered: list[list[str]] = []
    for number, cells in rows:
        if len(cells) != width:
            raise _ragged(number, len(cells), width)
        numbers.append(number)
        gathered.append(cells)
        if len(gathered) == AT_ONCE:
            yield numbers, gathered
            numbers, gathered = [], []
    if gathered:
        yield numbers, gathered


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
    for problem in (*(columns[name].not_feature for name in features), columns[target].not_target):
        if problem:
            raise CsvError(problem)
    targets, names = _targets(columns[target])
    stacked = torch.stack([columns[name].values for name in features], dim=1)
    return CsvSamples(NAME, stacked, targets, features, names, _code(table, features, target, names))


def _targets(column: Column) -> tuple[torch.Tensor, tuple[str, ...]]:
    """Return class numbers with the classes' names, or numbers without."""
    if column.texts:
        targets, names = column.values, column.texts
    else:
        kinds, places = column.values.unique(return_inverse=True)
        if len(kinds) > MAX_CLASSES or not bool((kinds == kinds.round()).all()):
            return column.values, ()
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
    is_text = any(column.texts for column in table.columns if column.name == target)
    value = f"row[{target!r}]" if is_text else f"str(int(float(row[{target!r}])))"
    last = _CLASSES.format(names=names, value=value) if names else _NUMBERS.format(target=target)
    return _CODE.format(separator=table.separator, features=features) + last
