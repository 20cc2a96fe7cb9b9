"""CSV files: what is read, and what is refused with which words. No bytes of any kind raise anything but CsvError."""

import csv
import gzip
import io
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bad_files import BAD_FILES
from dashboard.experiments import csv_columns
from dashboard.experiments.csv_cells import cells_by_column
from dashboard.experiments.csv_files import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, CsvError, CsvSamples, read, samples

FLOWERS = b"length,width,kind\n5.1,3.5,setosa\n7.0,3.2,versicolor\n4.9,3.0,setosa\n"
BYTES = 20_000_000


def load(data: bytes) -> CsvSamples:
    """Read a file with the columns that the page begins with."""
    table = read(data)
    return samples(table, *table.guess())


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "a,b\n1,2\n")
    return file.getvalue()


def rows(line: bytes, count: int, header: bytes = b"a,b") -> bytes:
    return header + b"\n" + (line + b"\n") * count


WIDE = ",".join(f"c{number}" for number in range(MAX_COLUMNS)).encode()
FULL = b",".join([b"1.5"] * MAX_COLUMNS)

# A name, the file, and what the message must contain: what is wrong, and where.
HOSTILE: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("empty",)),
    "only white space": (b" \n\n\t\n", ("empty",)),
    "only a byte order mark": (b"\xef\xbb\xbf", ("empty",)),
    "only a header": (b"a,b\n", ("Rows of values after line 1: 0",)),
    "one row": (b"a,b\n1,2\n", ("after line 1: 1.", "At least 2")),
    "one column": (rows(b"1", 3, b"a"), ("one column only", "commas, semicolons or tabs")),
    "another separator": (rows(b"1|2", 3, b"a|b"), ("one column only",)),
    "no header": (b"5.1,3.5,setosa\n4.9,3.0,setosa\n", ("Line 1", "values", "'5.1'")),
    "no header, whole numbers": (b"1,2\n3,4\n", ("Line 1", "values", "'1'")),
    "a duplicate name": (rows(b"1,2,3", 3, b"a,b,a"), ("Columns 1 and 3", "same name", "'a'")),
    "an empty name": (rows(b"1,2,3", 3, b"a,,c"), ("column 2", "no name", "Line 1")),
    "an empty first line": (b"\na,b\n1,2\n", ("Line 1 is empty",)),
    "a long name": (rows(b"1,2", 3, b"a," + b"b" * 500), ("column 2", "500 letters", "…")),
    "an invisible name": (rows(b"1,2", 3, "a,b\u202ec".encode()), ("column 2", "cannot be shown", r"\u202e")),
    "a short row": (b"a,b,c\n1,2,3\n1,2\n", ("Line 3 has 2 cells", "names 3 columns")),
    "a long row": (b"a,b\n1,2\n1,2,3\n", ("Line 3 has 3 cells", "names 2 columns")),
    "a short row between quotes": (b'a,b\n"1",2\n\n"1"\n', ("Line 4 has 1 cell,", "names 2 columns")),
    "text among numbers": (b"a,b\n1,2\n3,4\nx7,5\n", ("Line 4", "column 'a'", "'x7'", "not a number")),
    "a long text among numbers": (rows(b"1,2", 3) + b"y" * 900 + b",2\n", ("Line 5", "'" + "y" * 20 + "…'")),
    "markup among numbers": (rows(b"1,2", 3) + b"<img src=x>,2\n", ("Line 5", "'<img src=x>'")),
    "a formula among numbers": (rows(b"1,2", 3) + b"=cmd|' /C calc'!A0,2\n", ("Line 5", "not a number")),
    "an escape sequence among numbers": (rows(b"1,2", 3) + b"\x1b[2J,2\n", ("Line 5", r"'\x1b[2J'")),
    "an empty cell": (b"a,b\n1,2\n,4\n5,6\n", ("Line 3", "column 'a'", "empty")),
    "nan": (b"a,b\n1,2\nnan,4\n5,6\n", ("Line 3", "column 'a'", "'nan' is not a finite number")),
    "infinity": (b"a,b\n1,2\n-inf,4\n5,6\n", ("Line 3", "'-inf' is not a finite number")),
    "overflow": (b"a,b\n1,2\n1e999,4\n5,6\n", ("Line 3", "'1e999' is not a finite number")),
    "a huge number": (b"a,b\n1,2\n1e300,4\n5,6\n", ("Line 3", "'1e300' is too large", "1e+15")),
    "an endless number": (rows(b"1,2", 3) + b"9" * 15_000 + b",2\n", ("Line 5", "not a finite number")),
    "underscores": (b"a,b\n1,2\n1_000,4\n5,6\n", ("Line 3", "'1_000' is not a number")),
    "digits of another alphabet": ("a,b\n1,2\n١٢,4\n5,6\n".encode(), ("Line 3", "is not a number")),
    "hexadecimal": (b"a,b\n1,2\n0x10,4\n5,6\n", ("Line 3", "'0x10' is not a number")),
    "decimal commas": (b"a;b\n1;2\n1;2\n1,5;2\n", ("Line 4", "'1,5' is not a number", "a point")),
    "no numbers at all": (rows(b"x,y", 3), ("No column holds numbers",)),
    "too many classes": (
        b"a,b\n" + b"".join(b"1,n%d\n" % number for number in range(40)),
        ("column 'b'", "more than 26"),
    ),
    "a target that never changes": (rows(b"1,x", 3), ("'b' is 'x' in every row",)),
    "a class without a name": (b"a,b\n1,x\n2,\n3,y\n", ("Line 3", "column 'b'", "empty")),
    "a class with a long name": (b"a,b\n1,x\n2," + b"z" * 9000 + b"\n", ("Line 3", "9,000 letters")),
    "an open quote": (b'a,b\n1,2\n"1,2\n3,4\n', ("Line 3", "never closed")),
    "an open quote in a large file": (
        rows(b"1,2", 9) + b'"' + (b"x" * 1900 + b"\n") * 900,
        ("Line 11", "never closed"),
    ),
    "text behind a quote": (b'a,b\n"1"x,2\n', ("Line 2", "written twice")),
    "Latin-1": ("a,b\n1,2\n3,caf\xe9\n".encode("latin-1"), ("Line 3 is not UTF-8", "byte 6", "0xe9")),
    "cut within a letter": ("a,b\n1,é".encode()[:-1], ("Line 2 is not UTF-8",)),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), ("UTF-16",)),
    "UTF-16 without a mark": ("a,b\n1,2\n".encode("utf-16-le"), ("NUL", "Byte 2")),
    "UTF-32": ("a,b\n1,2\n".encode("utf-32"), ("UTF-32",)),
    "NUL": (b"a,b\n1,\x00\n", ("Byte 7 is NUL",)),
    "zip": (zipped("data.csv"), ("zip archive",)),
    "an Excel workbook": (zipped("xl/workbook.xml"), ("Excel", "export it as CSV")),
    "an old Excel workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), ("old Excel",)),
    "gzip": (gzip.compress(FLOWERS), ("gzip",)),
    "a zip bomb": (gzip.compress(bytes(10_000_000)), ("gzip",)),
    "pickle": (pickle.dumps({"a": [1, 2]}), ("pickle",)),
    "an old pickle": (b"cos\nsystem\n(S'true'\ntR.", ("one column only",)),
    "PDF": (b"%PDF-1.7\n1 0 obj", ("PDF",)),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(20), ("picture",)),
    "a numpy array": (b"\x93NUMPY\x01\x00", ("numpy",)),
    "HTML": (b"\n <!DOCTYPE html><html><body>404</body></html>", ("HTML",)),
    "HTML behind a byte order mark": (b"\xef\xbb\xbf<html>", ("HTML",)),
    "JSON": (b'{"a": [1, 2]}', ("JSON",)),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(50), ("program",)),
    "a million columns": (b"a," * 1_000_000, ("Line 1", "1,000,001 cells", "20,000 bytes")),
    "51 columns": (rows(b"1", 2, WIDE + b",more"), (f"Line 1 names {MAX_COLUMNS + 1} columns", "at most 50")),
    "a million cells in a row": (rows(b"1,2", 5) + b"1," * 900_000, ("Line 7", "900,001 cells")),
    "a huge cell": (rows(b"1,2", 5) + b"x" * 1_000_000, ("Line 7 has 1,000,000 bytes",)),
    "too many rows": (rows(b"1,2", MAX_ROWS + 1), ("10,002 lines", "10,000")),
    "two million lines": (b"a,b" + b"\r" * 1_000_000 + b"1,2", ("lines",)),
    "more than 2 MB": (bytes(MAX_BYTES + 1), ("2,097,153 bytes", "2 MB")),
    "100 MB": (bytes(100_000_000), ("100,000,000 bytes", "2 MB")),
    "the last of many rows is short": (rows(FULL, 9_000, WIDE) + b"1,2", ("Line 9002 has 2 cells",)),
    "the last of many rows is no text": (rows(b"1,abcd", 9_000) + b"1,\xff", ("Line 9002 is not UTF-8",)),
    "the last of many rows holds text": (
        rows(b"1.5,2.5,3.5,4.5", 9_999, b"a,b,c,d") + b"x,1,2,3",
        ("Line 10001", "'x'"),
    ),
}


ALL_BAD: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    **{name: (partial(bytes, data), words) for name, (data, words) in HOSTILE.items()},
    **{f"{name}, full": bad for name, bad in BAD_FILES.items()},
}


@pytest.mark.parametrize("name", ALL_BAD)
def test_a_hostile_file_gets_a_sentence_that_names_what_is_wrong_and_where(name: str) -> None:
    make, words = ALL_BAD[name]
    data = make()
    with pytest.raises(CsvError) as refused:
        load(data)
    message = str(refused.value)
    assert all(word in message for word in words), message
    assert len(message) < 250
    assert message.isprintable()


@pytest.mark.parametrize("name", BAD_FILES)
def test_the_full_files_are_within_the_bound_of_bytes(name: str) -> None:
    make, _ = BAD_FILES[name]
    assert len(make()) <= MAX_BYTES


@pytest.mark.parametrize("name", HOSTILE)
def test_a_refusal_takes_less_than_20_megabytes(name: str) -> None:
    data, _ = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(CsvError):
            load(data)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


def test_the_largest_file_is_read_within_the_memory_bound() -> None:
    tracemalloc.start()
    try:
        read_samples = load(rows(FULL, MAX_ROWS, WIDE))
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
    assert read_samples.features.shape == (MAX_ROWS, MAX_COLUMNS - 1)


def test_a_table_of_flowers_becomes_samples() -> None:
    table = read(FLOWERS)
    assert (table.names, table.rows, table.guess()) == (("length", "width", "kind"), 3, (("length", "width"), "kind"))
    flowers = load(FLOWERS)
    assert flowers.features.equal(torch.tensor([[5.1, 3.5], [7.0, 3.2], [4.9, 3.0]], dtype=torch.float64))
    assert flowers.targets.equal(torch.tensor([0, 1, 0]))
    assert (flowers.feature_names, flowers.class_names) == (("length", "width"), ("setosa", "versicolor"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_the_byte_order_mark_make_no_difference(separator: str, end: str, mark: str) -> None:
    text = FLOWERS.decode().replace(",", separator).replace("\n", end)
    assert load((mark + text).encode()).features.equal(load(FLOWERS).features)


@pytest.mark.parametrize(
    ("data", "feature"),
    [
        (b'"a, b";c\n1;2\n3;4\n', "a, b"),
        (b'"a ""b""",c\n"1",2\n3,"4"\n', 'a "b"'),
        (b"a , c\n 1 , 2\n\n3,4 \n\n", "a"),
        (b"a,c\n+1,2\n3.,4", "a"),
    ],
)
def test_quotes_white_space_and_empty_lines_are_read(data: bytes, feature: str) -> None:
    read_samples = load(data)
    assert read_samples.feature_names == (feature,)
    assert read_samples.features.tolist() == [[1.0], [3.0]]


def test_whole_numbers_of_few_kinds_are_classes_and_other_numbers_are_not() -> None:
    whole = load(b"a,b\n1,7\n2,3\n3,7\n")
    assert (whole.targets.tolist(), whole.class_names) == ([1, 0, 1], ("3", "7"))
    real = load(b"a,b\n1,7.5\n2,3\n3,7\n")
    assert (real.targets.tolist(), real.targets.dtype, real.class_names) == ([7.5, 3.0, 7.0], torch.float64, ())
    many = load(b"a,b\n" + b"".join(b"1,%d\n" % number for number in range(27)))
    assert many.class_names == ()


def test_a_column_that_is_not_chosen_may_hold_anything() -> None:
    table = read(b"a,note,b\n1,2,x\n2,?,y\n3,4,x\n4,5,y\n")
    assert samples(table, ("a",), "b").features.shape == (4, 1)
    with pytest.raises(CsvError, match=r"Line 3, column 'note': '\?' is not a number"):
        samples(table, ("a", "note"), "b")


@pytest.mark.parametrize(
    ("features", "target", "words"),
    [
        ((), "kind", "at least one"),
        (("length", "kind"), "kind", "cannot be a feature, too"),
        (("kind",), "width", "Line 2, column 'kind': 'setosa' is not a number"),
        (("length",), "colour", "no column 'colour'"),
    ],
)
def test_a_choice_that_does_not_fit_is_answered(features: tuple[str, ...], target: str, words: str) -> None:
    with pytest.raises(CsvError, match=words):
        samples(read(FLOWERS), features, target)


@pytest.mark.parametrize(
    "data",
    [FLOWERS, b"a;b\n1;7\n2;3\n3;7\n", b"a\tb\n1\t7.5\n2\t3\n", "\ufeffa , b\n1, x\n2,y \n".encode()],
)
def test_the_code_makes_the_same_samples(data: bytes, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "your.csv").write_bytes(data)
    expected = load(data)
    scope: dict[str, np.ndarray] = {}
    exec(f"import numpy as np\n{expected.code}", scope)  # noqa: S102
    assert expected.features.equal(torch.from_numpy(scope["features"]))
    assert expected.targets.equal(torch.from_numpy(scope["targets"]))


def attempt(data: bytes) -> None:
    try:
        read_samples = load(data)
    except CsvError as error:
        assert str(error).isprintable()
    else:
        assert read_samples.features.isfinite().all()
        assert len(read_samples) == len(read_samples.targets) >= 2


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_csv_errors(data: bytes) -> None:
    attempt(data)


PIECES = [
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    '"',
    "1",
    "-2.5",
    "a",
    "b",
    "é",
    " ",
    "nan",
    "1e999",
    "_",
    "x",
    "a,b\n1,2\n",
    "\x1b",
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_that_is_nearly_csv_raises_anything_but_csv_errors(text: str) -> None:
    attempt(text.encode())
    attempt(f"a,b\n1,2\n{text}".encode())


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), min_size=6, max_size=30),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
)
def test_arrow_finds_the_cells_that_pythons_csv_module_finds(cells: list[str], end: str) -> None:
    rows = [cells[place : place + 3] for place in range(0, len(cells) - 2, 3)]
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    found = cells_by_column(file.getvalue().encode(), ",", 3)
    assert [list(row) for row in zip(*(column.to_pylist() for column in found), strict=True)] == rows


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text("0123456789+-.eE_ \t\x0b\x1f\xa0nafixd١", max_size=12), min_size=1, max_size=30))
def test_arrow_reads_the_numbers_that_python_reads_and_no_others(cells: list[str]) -> None:
    def column(*cells: str) -> csv_columns.Column:
        return csv_columns.Column("a", pa.array(cells, pa.string()), range(len(cells)))

    numbers = [cell for cell in cells if csv_columns.is_number(cell)]
    assert column(*numbers).numbers().tolist() == [float(cell) for cell in numbers]
    for cell in set(cells) - set(numbers):
        with pytest.raises(CsvError):
            column(cell).numbers()


NUMBERS = st.floats(-1e15, 1e15)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=2, max_size=600), st.sampled_from(",;\t"))
def test_what_is_written_is_read_bit_by_bit(table: list[tuple[float, float, float]], separator: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows([("a", "b", "c"), *table])
    columns = read(file.getvalue().encode()).columns
    assert torch.stack([column.numbers() for column in columns], 1).equal(torch.tensor(table, dtype=torch.float64))


def test_the_bound_of_numbers_leaves_room_for_float32_to_square_and_add_them() -> None:
    largest = torch.full((MAX_ROWS,), csv_columns.LARGEST, dtype=torch.float32)
    assert largest.square().sum().isfinite()
