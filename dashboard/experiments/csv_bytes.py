"""The bytes of a file that says it is CSV, before anything parses them: what is no text is refused by how it begins."""

from collections.abc import Iterator

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 10_000
MAX_LINE = 20_000  # bytes in a line
BEGINNING = 1_000  # bytes in which a file shows what it is

# How files begin that are no CSV: the first entry that fits names it.
BEGINNINGS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"), "text in UTF-32: save it as UTF-8"),
    ((b"\xff\xfe", b"\xfe\xff"), "text in UTF-16: save it as UTF-8"),
    ((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), "a zip archive (an Excel workbook is one, too): export it as CSV"),
    ((b"\x1f\x8b",), "compressed by gzip: unpack it first"),
    ((b"BZh91AY&SY", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd"), "compressed"),
    (tuple(bytes([0x80, protocol]) for protocol in range(2, 6)), "a Python pickle, which is never opened here"),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), "an old Excel or Word document: export it as CSV"),
    ((b"%PDF",), "a PDF document"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF"), "a picture or a sound"),
    ((b"\x93NUMPY",), "a numpy array"),
    ((b"\x89HDF", b"SQLite format 3"), "a database"),
    ((b"\x7fELF", b"\xca\xfe\xba\xbe"), "a program"),
    ((b"{\\rtf",), "a word processor's document: export it as CSV"),
    ((b"<",), "HTML or XML, perhaps the web page around the file: download the file itself"),
    ((b"{", b"[{", b"[[", b"[\n", b"[\r"), "JSON: export it as CSV"),
)


class CsvError(ValueError):
    """A file that cannot be read as samples; the message says what is wrong, and where, in words for its owner."""


def lines(data: bytes) -> list[bytes]:
    """Return the file's lines with their ends, without its byte order mark. Nothing is decoded or parsed yet.

    Raises:
        CsvError: if the file is empty, larger than its bounds, or no text.
    """
    if len(data) > MAX_BYTES:
        raise CsvError(f"The file has {len(data):,} bytes: at most {MAX_BYTES:,} (2 MB) are read")
    text = data.removeprefix(b"\xef\xbb\xbf")
    start = text[:BEGINNING].lstrip()
    for beginnings, name in BEGINNINGS:
        if start.startswith(beginnings):
            raise CsvError(f"Its first bytes say that this file is not CSV but {name}")
    if (place := data.find(b"\x00")) >= 0:
        raise CsvError(f"Byte {place + 1:,} is NUL: this is a binary file, or text in UTF-16. Save it as CSV in UTF-8")
    if not text or text.isspace():
        raise CsvError("The file is empty: it needs a line with the columns' names, and lines with values")
    return _bounded(text.rstrip(b"\r\n"))


def _bounded(text: bytes) -> list[bytes]:
    count = text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n") + 1
    if count > MAX_ROWS + 1:
        raise CsvError(f"The file has {count:,} lines: at most {MAX_ROWS:,} after the columns' names are read")
    cut = text.splitlines(keepends=True)
    for number, line in enumerate(cut, start=1):
        if len(line) > MAX_LINE:
            commas = max(map(line.count, (b",", b";", b"\t")))
            raise CsvError(
                f"Line {number} has {len(line):,} bytes and about {commas + 1:,} cells: "
                f"at most {MAX_LINE:,} bytes are read"
            )
    return cut


def decoded(raw: list[bytes]) -> Iterator[str]:
    """Decode line by line.

    Raises:
        CsvError: at the first line that is not UTF-8.
    """
    for number, line in enumerate(raw, start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise CsvError(
                f"Line {number} is not UTF-8: its byte {error.start + 1} is 0x{line[error.start]:02x}. "
                "Save the file as UTF-8"
            ) from None
