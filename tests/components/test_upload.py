"""Your own CSV: good files go on the stage, bad ones are answered, and nobody else notices."""

import gc
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.datasets import upload
from dashboard.experiments.csv_files import Table, read

FLOWERS = b"length,width,kind\n5.1,3.5,setosa\n7.0,3.2,versicolor\n4.9,3.0,setosa\n"
BAD = {
    "a text": (FLOWERS + b"x,*3*,setosa\n", "Line 5, column 'length': 'x' is not a number."),
    "an archive": (b"PK\x03\x04" + bytes(100), "zip archive"),
    "nothing": (b"", "The file is empty"),
    "a ragged row": (FLOWERS + b"1,2\n", "Line 5 has 2 cells"),
}


def page() -> None:
    import streamlit as st

    from components.datasets import upload

    samples = upload.choose()
    st.text("nothing" if samples is None else f"{len(samples)} {samples.feature_names} {samples.class_names}")


def visit() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def send(app: AppTest, data: bytes, name: str = "flowers.csv") -> AppTest:
    app.file_uploader(key="datasets_csv").set_value((name, data, "text/csv")).run()
    assert not app.exception
    return app


def stage(app: AppTest) -> str:
    return str(app.text[0].value)


def said(app: AppTest) -> str:
    """Return the messages, without the backslashes that keep Markdown out."""
    return "\n".join(error.value for error in app.error).replace("\\", "")


def column(app: AppTest, kind: str) -> Any:
    return next(widget for widget in app.get(kind) if str(widget.key).startswith("datasets_csv_"))


def test_before_an_upload_there_is_nothing_and_the_bounds_are_told() -> None:
    app = visit()
    assert stage(app) == "nothing"
    uploader = app.file_uploader(key="datasets_csv")
    assert "2 MB, 10,000 rows, 50 columns" in uploader.label
    assert all(bound in uploader.help for bound in ("2 MB", "10,000 rows", "50 columns", "1e+15", "26"))
    assert uploader.proto.max_upload_size_mb == 2
    assert "not in the link" in app.markdown[0].value


def test_a_good_file_goes_on_the_stage_with_its_columns_chosen() -> None:
    app = send(visit(), FLOWERS)
    assert stage(app) == "3 ('length', 'width') ('setosa', 'versicolor')"
    assert column(app, "multiselect").value == ["length", "width"]
    assert column(app, "selectbox").value == "kind"
    assert "not in the link" in app.markdown[-1].value
    assert not app.error


def test_other_columns_can_be_chosen() -> None:
    app = send(visit(), FLOWERS)
    column(app, "multiselect").set_value(["length"])
    column(app, "selectbox").set_value("width")
    app.run()
    assert stage(app) == "3 ('length',) ()"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_answered_and_the_last_good_one_stays(name: str) -> None:
    data, words = BAD[name]
    first = send(visit(), data)
    assert words in said(first)
    assert stage(first) == "nothing"
    app = send(send(visit(), FLOWERS), data, "bad.csv")
    assert words in said(app)
    assert "flowers.csv stays on the stage" in said(app)
    assert stage(app).startswith("3 ")


def test_a_bad_choice_of_columns_is_answered_and_the_last_good_one_stays() -> None:
    app = send(visit(), FLOWERS)
    column(app, "multiselect").set_value(["length", "kind"]).run()
    assert "Column 'kind' is the target" in said(app)
    column(app, "multiselect").set_value([]).run()
    assert "Choose at least one column" in said(app)
    assert stage(app) == "3 ('length', 'width') ('setosa', 'versicolor')"


def test_a_good_file_after_a_bad_one_is_taken() -> None:
    app = send(send(visit(), BAD["a text"][0]), FLOWERS)
    assert not app.error
    assert stage(app).startswith("3 ")


def test_the_samples_outlive_an_empty_upload_and_can_be_taken_off() -> None:
    """The browser empties the upload while a file is replaced, and so does a visit of another page."""
    app = send(visit(), FLOWERS)
    app.file_uploader(key="datasets_csv").set_value(None).run()
    assert stage(app).startswith("3 ")
    app.button(key="datasets_csv_forget").click().run()
    assert stage(app) == "nothing"


def test_two_sessions_do_not_meet() -> None:
    one, other = visit(), visit()
    send(one, FLOWERS)
    send(other, BAD["an archive"][0])
    assert stage(one.run()).startswith("3 ")
    assert stage(other.run()) == "nothing"
    assert not one.error


def test_a_rerun_that_changes_nothing_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []

    def counted(data: bytes) -> Table:
        times.append(len(data))
        return read(data)

    monkeypatch.setattr("components.datasets.upload.read", counted)
    app = send(visit(), FLOWERS)
    first = len(times)
    kept = app.session_state[upload.GOOD]
    app.run()
    assert first > 0
    assert len(times) == first
    assert app.session_state[upload.GOOD].samples is kept.samples


def test_what_is_kept_of_the_largest_file_is_bounded() -> None:
    header = ",".join(f"c{number}" for number in range(50)).encode()
    app = send(visit(), header + b"\n" + (b",".join([b"1.5"] * 49 + [b"x"]) + b"\n") * 9_999 + b",".join([b"1"] * 50))
    samples = app.session_state[upload.GOOD].samples
    assert samples.features.nbytes + samples.targets.nbytes <= 10_000 * 50 * 8


def test_markup_in_a_file_stays_text() -> None:
    app = send(visit(), b"a,b\n1,2\n3,4\n[x](http://evil),5\n", "**bold**.csv")
    assert r"\[x\]\(http\:" in app.error[0].value
    app = send(visit(), FLOWERS, "**bold**.csv")
    assert r"\*\*bold\*\*" in app.markdown[-1].value


def test_everybodys_samples_together_have_only_so_much_space(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b"".join(b"%d,%d,%d\n" % (number, number, number % 2) for number in range(1000))
    monkeypatch.setattr(upload, "_everybodys", type(upload._everybodys)())
    monkeypatch.setattr(upload, "MAX_KEPT", 60_000)  # bytes: two such files, but not three
    apps = [visit() for _ in range(3)]
    for app in apps:
        send(app, b"a,b,kind\n" + rows)
    assert [stage(app).split()[0] for app in apps] == ["1000", "1000", "nothing"]
    assert "there is no space" in said(apps[2])
    assert stage(send(apps[0], FLOWERS)).startswith("3 ")  # who takes less may still change
    del apps[1]
    gc.collect()
    assert stage(send(apps[1], b"a,b,kind\n" + rows, "again.csv")).startswith("1000")
