"""Your own CSV: the upload, the choice of its columns, and the last good samples, which stay while a file is bad.

Whatever is kept is kept for one session, bounded by the file's bounds: its samples, and the names of its columns.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from weakref import WeakSet

import streamlit as st

from components.texts import plain
from dashboard.experiments.csv_columns import LARGEST, MAX_CLASSES
from dashboard.experiments.csv_files import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, CsvError, CsvSamples, Table, read, samples
from dashboard.experiments.samples import Samples

MEGABYTES = MAX_BYTES // 1024**2
MAX_KEPT = 64_000_000  # bytes of everybody's samples: the largest file makes 4 MB
HEADING, TRIED, GOOD = "your_csv_heading", "your_csv_tried", "your_csv"
RULES = (
    f"At most {MEGABYTES} MB, {MAX_ROWS:,} rows and {MAX_COLUMNS} columns, as text in UTF-8. Line 1 names the columns; "
    f"commas, semicolons or tabs stand between the cells. Features are numbers up to {LARGEST:g}. A target with up to "
    f"{MAX_CLASSES} different texts or whole numbers is a class, any other a number. "
    "A shared server may refuse a file: it says 429 if you have sent as many as one may: then reload the page; "
    "or 503 if everybody's files fill its space: then try again in some minutes."
)


@dataclass(frozen=True, eq=False)
class Attempt:
    """What came of a file, or of a choice of its columns: a result, or why there is none."""

    key: tuple[object, ...]
    result: object = None
    error: str = ""


@dataclass(frozen=True)
class Heading:
    """What has to be known of a file to choose its columns."""

    names: tuple[str, ...]
    rows: int
    features: tuple[str, ...]
    target: str


@dataclass(frozen=True, eq=False)
class Good:
    """The last samples that could be used, and the file's name."""

    file: str
    samples: CsvSamples


def choose(page: str = "datasets") -> Samples | None:
    """Show the upload and the choice of columns; return the last good samples of this session, if there are any.

    A file is in no link. What is wrong with one stands beneath the upload.
    """
    uploaded = st.file_uploader(
        f"Your CSV: at most {MEGABYTES} MB, {MAX_ROWS:,} rows, {MAX_COLUMNS} columns",
        # With the media type, what is no CSV reaches the reader, which says so in words.
        type=["text/csv", ".csv"],
        max_upload_size=MEGABYTES,
        key=f"{page}_csv",
        help=RULES,
    )
    if uploaded is not None:
        _take(page, uploaded.file_id, uploaded.name, uploaded.getvalue)
    good = st.session_state.get(GOOD)
    if not isinstance(good, Good):
        st.markdown("The file is read in memory, and is gone when you leave. It is **not in the link**.")
        return None
    st.markdown(f"On the stage: {_described(good)} Your file is **not in the link**: whoever opens it needs the file.")
    if uploaded is None:
        st.button("Take it off the stage", key=f"{page}_csv_forget", icon=":material/close:", on_click=_forget)
    return good.samples


def _described(good: Good) -> str:
    samples = good.samples
    target = f"{len(samples.class_names)} classes" if samples.class_names else "a number"
    size = f"{len(samples):,} samples, {len(samples.feature_names)} of its columns as features"
    return f"**{plain(good.file)}**, {size}, {target} as the target."


def _forget() -> None:
    """Forget the samples. (Not when the upload is emptied: the browser empties it also while a file is replaced.)"""
    for slot in (HEADING, TRIED, GOOD):
        st.session_state.pop(slot, None)


def _take(page: str, file_id: str, name: str, data: Callable[[], bytes]) -> None:
    """Read a file and let its columns be chosen; keep the samples if they are good, and else say why not."""
    table = cache(lambda: read(data()))  # once for both: reading is most of the work
    heading = _once(HEADING, (file_id,), lambda: _heading(table()))
    if not isinstance(heading.result, Heading):
        _say(heading.error)
        return
    features, target = _columns(page, file_id, heading.result)
    tried = _once(TRIED, (file_id, features, target), lambda: _kept(samples(table(), features, target)))
    if isinstance(tried.result, CsvSamples):
        st.session_state[GOOD] = Good(_shortened(name), tried.result)
    else:
        _say(tried.error)


def _once(slot: str, key: tuple[object, ...], action: Callable[[], object]) -> Attempt:
    """Do it when its key is new, and remember what came of it: a rerun that changes nothing reads nothing."""
    last = st.session_state.get(slot)
    if isinstance(last, Attempt) and last.key == key:
        return last
    try:
        attempt = Attempt(key, action())
    except CsvError as error:
        attempt = Attempt(key, error=str(error))
    st.session_state[slot] = attempt
    return attempt


_everybodys: WeakSet[CsvSamples] = WeakSet()  # as long as a session holds them
_lock = threading.Lock()


def _kept(mine: CsvSamples) -> CsvSamples:
    """Return samples that one may keep.

    Raises:
        CsvError: if everybody's samples together would take too much memory.
    """
    with _lock:
        size = sum(kept.features.nbytes + kept.targets.nbytes for kept in (*_everybodys, mine))
        if size > MAX_KEPT:
            raise CsvError(
                "There are so many large files on stages now that there is no space. Try again in some minutes"
            )
        _everybodys.add(mine)
    return mine


def _heading(table: Table) -> Heading:
    return Heading(table.names, table.rows, *table.guess())


def _columns(page: str, file_id: str, heading: Heading) -> tuple[tuple[str, ...], str]:
    """Show the choices of columns. Their options are the file's, so no link could hold them."""
    left, right = st.columns([3, 1])
    with left:
        features = st.multiselect(
            "Feature columns", heading.names, heading.features, key=f"{page}_csv_features_{file_id}"
        )
    with right:
        target = st.selectbox(
            "Target column", heading.names, heading.names.index(heading.target), key=f"{page}_csv_target_{file_id}"
        )
    return tuple(name for name in heading.names if name in features), target or heading.target


def _say(error: str) -> None:
    good = st.session_state.get(GOOD)
    stays = f" Until then, {plain(good.file)} stays on the stage." if isinstance(good, Good) else ""
    st.error(f"{plain(error)}.{stays}", icon=":material/upload_file:")


def _shortened(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"
