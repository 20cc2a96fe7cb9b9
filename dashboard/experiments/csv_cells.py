"""All cells of a CSV file at once, as texts, by Arrow. (https://arrow.apache.org/docs/python/csv.html)"""

from typing import TYPE_CHECKING

from dashboard.experiments.csv_bytes import MAX_BYTES

if TYPE_CHECKING:
    import pyarrow as pa


def cells_by_column(data: bytes, separator: str, columns: int) -> "list[pa.StringArray]":
    """Return the cells below the header, column by column, as they stand there but for the quotes around them.

    The file is one in which Python's csv module, strict, has found nothing wrong, and each row as wide as the header.
    """
    import pyarrow as pa
    from pyarrow import csv

    names = [str(number) for number in range(columns)]
    table = csv.read_csv(
        pa.BufferReader(data),
        # One block, as large as a file may be, is one chunk for each column.
        csv.ReadOptions(use_threads=False, block_size=MAX_BYTES, column_names=names),
        csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    return [column.chunk(0)[1:] for column in table.columns]
