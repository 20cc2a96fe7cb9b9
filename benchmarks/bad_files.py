"""CSV files as large as they may be, each with something wrong: what could be sent to keep a server busy.

Each comes with the words that its message must contain. Tests hold the messages, and `benchmarks.files` measures them.
"""

from collections.abc import Callable, Iterable
from itertools import islice, repeat
from random import Random

ROWS, COLUMNS, LARGEST = 10_000, 50, 2 * 1024 * 1024
NAMES = [f"c{number}" for number in range(COLUMNS)]
NO_NUMBERS = "No column holds numbers"


def table(rows: Iterable[list[str]], last: list[str] | None = None, end: str = "\n", separator: str = ",") -> bytes:
    """Return a file with 50 names, as many of the rows as there is room for, and the last row, if there is one."""
    text, ending = [separator.join(NAMES)], [separator.join(last)] if last else []
    room = LARGEST - sum(len((line + end).encode()) for line in text + ending)
    for row in islice(rows, ROWS - len(ending)):
        line = separator.join(row)
        room -= len((line + end).encode())
        if room < 0:
            break
        text.append(line)
    return end.join(text + ending).encode()


def lines(line: str, last: str = "", start: str = "a,b\n") -> bytes:
    """Return a file with the same line as often as there is room for."""
    line += "\n"
    room = (LARGEST - len((start + last).encode())) // len(line.encode())
    return (start + line * min(room, (ROWS - start.count("\n")) // line.count("\n")) + last).encode()


def every(cell: str) -> Iterable[list[str]]:
    """Return rows with the same in every cell."""
    return repeat([cell] * COLUMNS)


def ends(cell: str, bad: str = "x") -> list[str]:
    """Return a row whose last cell is another."""
    return [cell] * (COLUMNS - 1) + [bad]


def classes(kinds: int, form: str = "{}") -> Iterable[list[str]]:
    """Return rows of texts, so many different ones in each column, behind a number."""
    for number in range(ROWS):
        yield ["1", *(form.format(f"n{(number + place * ROWS) % kinds}") for place in range(1, COLUMNS))]


def noise(letters: bytes) -> bytes:
    """Return these bytes in an order that means nothing, below a header of two columns."""
    return b"a,b\n" + bytes(Random(0).choices(letters, k=LARGEST - 4))


# How to make the file, and what its message must contain.
BAD_FILES: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    # One cell that is no number, among half a million that are.
    "text in the first row": (
        lambda: table([ends("1.5"), *islice(every("1.5"), ROWS)]),
        ("Line 2, column 'c49': 'x' is not a number",),
    ),
    "text in the middle": (
        lambda: table([*islice(every("1.5"), 5_000), ends("1.5"), *islice(every("1.5"), ROWS)]),
        ("Line 5002, column 'c49': 'x' is not a number",),
    ),
    "text at the end": (
        lambda: table(every("1.5"), ends("1.5")),
        ("Line 10001, column 'c49': 'x' is not a number",),
    ),
    "text at the end of every column": (lambda: table(every("1.5"), ends("x")), ("Line 10001, column 'c0'", "'x'")),
    "one digit in a cell": (lambda: table(every("1"), ends("1")), ("Line 10001, column 'c49'", "'x'")),
    "nan at the end": (lambda: table(every("1.5"), ends("1.5", "nan")), ("Line 10001", "'nan' is not a finite")),
    "too large at the end": (lambda: table(every("1.5"), ends("1.5", "1e16")), ("Line 10001", "too large")),
    "nothing at the end": (lambda: table(every("1.5"), ends("1.5", "")), ("Line 10001", "the cell is empty")),
    "CRLF": (lambda: table(every("1"), ends("1"), end="\r\n"), ("Line 10001", "'x'")),
    "CR": (lambda: table(every("1"), ends("1"), end="\r"), ("Line 10001", "'x'")),
    "decimal commas": (lambda: table(every("1,5"), separator=";"), (NO_NUMBERS,)),
    "a decimal comma at the end": (
        lambda: table(every("1.5"), ends("1.5", "1,5"), separator=";"),
        ("Line 10001", "'1,5' is not a number. Write a point"),
    ),
    "white space around numbers": (lambda: table(every(" 1 "), ends(" 1 ")), ("column 'c49'", "'x'")),
    "300 digits": (lambda: table(every("9" * 300), ends("1")), (NO_NUMBERS,)),
    "300 digits behind the point": (lambda: table(every(f"0.{'9' * 300}"), ends("1")), ("column 'c49'", "'x'")),
    "numbers that are hard to round": (
        lambda: table(every("0.500000000000000166533453693773481063544750213623046875"), ends("1")),
        ("column 'c49'", "'x'"),
    ),
    "infinite numbers": (lambda: table(every("1e999")), (NO_NUMBERS,)),
    "digits of another alphabet": (lambda: table(every("١")), (NO_NUMBERS,)),
    "numbers behind a space that does not break": (lambda: table(every("\xa01")), (NO_NUMBERS,)),
    "numbers behind a separator of units": (lambda: table(every("\x1f1")), (NO_NUMBERS,)),
    # Quotes, which hide where a row ends.
    "every number between quotes": (lambda: table(every('"1"'), ends("1")), ("Line 10001, column 'c49'", "'x'")),
    "one quote": (lambda: table([ends("1.5", '"2"'), *islice(every("1.5"), ROWS - 2)], ends("1.5")), ("Line 10001",)),
    "a line end in every row": (lambda: lines('"1\n",2', "x,2"), ("column 'a': 'x' is not a number",)),
    "doubled quotes": (lambda: table(every('""""')), (NO_NUMBERS,)),
    "a quote within every cell": (lambda: table(every('a"b')), (NO_NUMBERS,)),
    "an open quote at the end": (lambda: table(every('"1"'), ['"1']), ("Line 10001", "never closed")),
    "an open quote before all of it": (lambda: lines("1," + "2" * 190, start='"a,b\n'), ("Line 1:", "far too long")),
    "more behind a quote at the end": (lambda: table(every('"1"'), ['"1"x']), ("Line 10001", "written twice")),
    "short at the end, with quotes": (lambda: table(every('"1"'), ["1", "2"]), ("Line 10001 has 2 cells",)),
    "2 MB of quotes": (lambda: b'"' * LARGEST, ("Line 1 has 2,097,152 bytes",)),
    "lines of quotes": (lambda: lines('"' * 19_998), ("Line 2 has 1 cell,",)),
    # Texts.
    "a class in every cell": (lambda: table(every("a")), (NO_NUMBERS,)),
    "49 columns of classes": (lambda: table(classes(26), ends("x")), ("column 'c0'", "'x' is not a number")),
    "classes and white space": (lambda: table(classes(26, " {} "), ends("x")), ("column 'c0'", "'x'")),
    "a class too many at the end": (lambda: table(classes(26), ends("1", "z")), ("Line 2, column 'c1'",)),
    "texts that are all different": (lambda: table(classes(10**6), ends("x")), ("column 'c0'", "'x'")),
    "texts that begin like numbers": (lambda: table(every("1_0")), (NO_NUMBERS,)),
    "pictographs": (lambda: table(every("😀")), (NO_NUMBERS,)),
    "a long class at the end": (lambda: lines("1,a", "1," + "z" * 9_000), ("Line 10001, column 'b'", "9,000 letters")),
    "numbers, then texts": (
        lambda: table([*islice(every("1.5"), 200), *islice(every("x"), ROWS)]),
        ("Line 202, column 'c0'",),
    ),
    "numbers, then nothing": (lambda: table([*islice(every("1.5"), 300), *islice(every(""), ROWS)]), ("Line 302",)),
    # Rows and lines.
    "short at the end": (lambda: table(every("1.5"), ["1", "2"]), ("Line 10001 has 2 cells", "50 columns")),
    "long at the end": (lambda: table(every("1.5"), ends("1", "1,2")), ("Line 10001 has 51 cells",)),
    "no cell with anything in it": (lambda: table(every("")), (NO_NUMBERS,)),
    "blank lines": (lambda: lines("", "x,2", start="a,b\n1,2\n1,2\n"), ("Line 10001, column 'a'",)),
    "lines of white space": (lambda: lines(" " * 200), ("Line 2 has 1 cell,",)),
    "lines of commas": (lambda: lines("," * 19_998), ("Line 2 has 19,999 cells",)),
    "a header of commas": (lambda: lines("," * 19_998, start=""), ("Line 1 names 19,999 columns",)),
    "2 MB of commas": (lambda: b"," * LARGEST, ("Line 1 has 2,097,152 bytes",)),
    "2 MB of letters": (lambda: b"a" * LARGEST, ("Line 1 has 2,097,152 bytes",)),
    "2 MB of line ends": (lambda: b"a,b" + b"\n" * (LARGEST - 4) + b"x", ("lines", "10,000")),
    "2 MB of white space": (lambda: b"\t" * LARGEST, ("empty",)),
    "51 columns": (lambda: lines(",".join("1" * 51), start=",".join([*NAMES, "c50\n"])), ("names 51 columns",)),
    # Bytes.
    "Latin-1 at the end": (lambda: table(every("1.5"))[:-1] + b"\xe9", ("Line 10001 is not UTF-8", "0xe9")),
    "cut within a letter": (lambda: table(every("1.5"))[:-1] + b"\xe2\x82", ("Line 10001 is not UTF-8",)),
    "NUL at the end": (lambda: table(every("1.5")) + b"\x00", ("is NUL",)),
    "noise": (lambda: noise(bytes(range(1, 256))), ("lines",)),
    "noise of letters": (lambda: noise(bytes(range(32, 127))), ("Line 2 has 2,097,148 bytes",)),
    "noise that is nearly CSV": (lambda: noise(b'1,"' * 100 + b"\n"), ("Line 2",)),
}
