"""The Tensors page, bench by bench."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from components.tensors import create
from dashboard.experiments import promotion, surprises
from dashboard.experiments.tensors import DTYPES, FACTORIES, INFERRED
from dashboard.experiments.view_operations import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]


def visit(bench: str = "", **query: str) -> AppTest:
    """Return the page opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in {**({"bench": bench} if bench else {}), **query}.items():
        app.query_params[f"tensors_{key}"] = value
    return app.switch_page("../pages/tensors.py").run()


def panels(app: AppTest, number: int = 0) -> dict[str, dict[str, Any]]:
    """Return what a stage was given, by the panels' names."""
    data = json.loads(app.get("bidi_component")[number].proto.json)
    return {panel["name"]: panel for panel in data["panels"]}


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    kinds = (app.markdown, app.code, app.error, app.info, app.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_first_view_shows_a_small_tensor_and_two_views_of_one_storage_without_strides() -> None:
    drawn = panels(visit())
    assert list(drawn) == ["x", "y", "storage"]
    assert drawn["x"]["note"] == "shape (3, 4), dtype torch.float32"
    assert drawn["storage"]["texts"][:3] == ["10.", "20.", "30."]
    assert drawn["y"]["says"][1] == "y[0, 1] = 50. reads cell 4"
    assert not any("stride" in panel["note"] for panel in drawn.values())
    for name, x in (("x", torch.arange(12).reshape(3, 4)), ("y", torch.arange(12).reshape(3, 4).T)):
        assert [cell for (cell,) in drawn[name]["links"]["storage"]] == x.flatten().tolist()


@pytest.mark.parametrize("factory", FACTORIES)
def test_every_factory_can_be_chosen(factory: str) -> None:
    app = visit()
    app.selectbox(key="tensors_factory").set_value(factory).run()
    assert not app.exception
    assert f"{'a.' if factory == 'new_tensor' else 'torch.'}{factory}(" in text(app)


@pytest.mark.parametrize("dtype", [*DTYPES, INFERRED])
def test_every_dtype_can_be_chosen(dtype: str) -> None:
    app = visit(factory="zeros")
    app.selectbox(key="tensors_dtype").set_value(dtype).run()
    assert not app.exception
    assert f">>> x.dtype\ntorch.{'float32' if dtype == INFERRED else dtype}" in text(app)


@pytest.mark.parametrize(("dims", "kinds"), [(1, "grid"), (2, "grid"), (3, "grid"), (4, "grid")])
def test_one_to_four_dimensions_each_with_its_slider(dims: int, kinds: str) -> None:
    app = visit(dims=str(dims))
    assert len(app.slider) == dims
    x = panels(app)["x"]
    assert len(x["shape"]) == dims
    assert x["kind"] == kinds
    assert len(x["outer"]) == {1: 1, 2: 1, 3: 3, 4: 12}[dims]


def test_the_largest_tensor_is_a_heatmap_within_the_bound_and_more_is_refused_in_words() -> None:
    app = visit(size_1="64", size_2="64", factory="randn")
    assert list(panels(app)) == ["x"]
    assert panels(app)["x"]["kind"] == "heat"
    assert len(app.get("bidi_component")[0].proto.json) < 100_000
    assert "64 × 64 = 4,096 of at most 4,096 elements" in text(app)
    more = visit(dims="3", size_1="64", size_2="64", size_3="2")
    assert "64 × 64 × 2 = 8,192 elements: at most 4,096" in text(more)
    assert len(panels(more)["x"]["texts"]) == 4096


def test_a_long_repr_stands_folded_and_whole() -> None:
    app = visit(dims="3", size_1="9", size_2="9", size_3="9")
    assert "`x` in full" in app.expander[0].label
    assert app.expander[0].code[0].value.startswith(">>> x\ntensor([[[")


def test_sizes_are_fitted_from_the_first_on() -> None:
    assert create.fit([64, 64, 2]) == (64, 64, 1)
    assert create.fit([64, 3, 64, 2]) == (64, 3, 21, 1)
    assert create.fit([3, 4]) == (3, 4)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            {"factory": "rand", "dtype": "int64"},
            "NotImplementedError: \"check_uniform_bounds\" not implemented for 'Long'",
        ),
        ({"dtype": "int64", "requires_grad": "true"}, "RuntimeError: only Tensors of floating point dtype can require"),
        ({"factory": "tensor", "list": "[[1], [1, 2]]"}, "ValueError: expected sequence of length 1 at dim 1 (got 2)"),
    ],
)
def test_what_torch_refuses_is_said_in_its_words(query: dict[str, str], words: str) -> None:
    app = visit(**query)
    assert any(words in code.value for code in app.code)
    assert "PyTorch refuses" in app.error[0].value


def test_a_wrong_list_stays_in_its_box_with_the_reason() -> None:
    app = visit(factory="tensor", list="import os")
    assert app.text_input(key="tensors_list").value == "import os"
    assert "not a list of numbers" in app.error[0].value


def test_the_chain_shows_what_is_shared() -> None:
    app = visit("Views and storage")
    drawn = panels(app)
    assert list(drawn) == ["x", "y", "storage"]
    assert drawn["y"]["says"][5] == "y[1, 2] = 100. reads cell 0 + 1*1 + 2*4 = 9"
    assert "y shares x's storage" in text(app)
    assert "`.T`: shape **(4, 3)**, stride **(1, 4)**, offset **0**; not contiguous; in x's storage; same" in text(app)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_chosen_and_works_at_once(name: str) -> None:
    app = visit("Views and storage", op_1="none")
    app.selectbox(key="tensors_op_1").set_value(name).run()
    assert not app.exception
    assert not app.error
    assert text(app).count("; in ") == 2


def test_a_copy_has_a_storage_of_its_own_and_a_write_leaves_the_base_alone() -> None:
    app = visit("Views and storage", op_2="reshape", in_2="12", write="y[...] = 100", element="3")
    drawn = panels(app)
    assert list(drawn) == ["x", "y", "storage of x", "storage of y"]
    assert (drawn["storage of x"]["changed"], drawn["storage of y"]["changed"]) == ([], [3])
    assert "left x as it was" in text(app)


def test_a_write_into_a_view_changes_the_base() -> None:
    app = visit("Views and storage", write="y[...] = 100", element="1")
    assert panels(app)["storage"]["changed"] == [4]
    assert "changed 1 cell of x" in text(app)
    assert ">>> y[0, 1] = 100" in text(app)


def test_a_refused_view_shows_torchs_words_and_the_way_out() -> None:
    app = visit("Views and storage", op_2="view", in_2="12")
    assert "RuntimeError: view size is not compatible" in text(app)
    assert ">>> z = y.reshape(12)" in text(app)


def test_wrong_brackets_stay_in_their_box_and_what_fits_is_shown() -> None:
    app = visit("Views and storage", op_1="permute", in_1="a, b")
    assert app.text_input(key="tensors_in_1").value == "a, b"
    assert "not a whole number" in app.error[0].value
    assert "x.permute(1, 0)" in panels(app)["y"]["title"]


def test_the_surprise_is_the_first_of_two_tensors() -> None:
    app = visit("Two tensors")
    drawn = panels(app)
    assert drawn["c"]["shape"] == [4, 4]
    assert drawn["c"]["says"][6] == "c[1, 2] = -17. from a[2] = 3., b[1, 0] = 20."
    assert "none → 4" in text(app)
    assert "1 → 4" in text(app)


def test_a_mismatch_is_named_and_torchs_words_are_shown() -> None:
    app = visit("Two tensors")
    app.pills(key="tensors_preset").set_value("(3, 4) + (3,)").run()
    assert "**4 and 3** at dim -1" in text(app)
    assert "RuntimeError: The size of tensor a (4) must match the size of tensor b (3)" in text(app)
    assert list(panels(app)) == ["a", "b"]


@pytest.mark.parametrize(
    "operation", ["+", "-", "*", "/", "@", "matmul", "cat", "stack", "clip", "sum", "mean", "max", "item"]
)
def test_every_operation_of_two_tensors_can_be_chosen(operation: str) -> None:
    app = visit("Two tensors", a="2, 2", b="2, 2")
    app.segmented_control(key="tensors_operation").set_value(operation).run()
    assert not app.exception
    assert bool(app.error) == (operation == "item")


def test_dim_and_keepdim() -> None:
    app = visit("Two tensors", operation="mean", a="3, 4", dim="1", keepdim="true")
    assert panels(app)["c"]["shape"] == [3, 1]
    assert "a.mean(dim=1, keepdim=True)" in text(app)


def test_limits_show_casts_surprises_steps_and_the_table() -> None:
    app = visit("Limits")
    lost = app.table[0].value
    assert lost["to float16"].tolist()[-2:] == [":red[✗ inf]"] * 2
    assert lost["to float16"].tolist()[:2] == [":red[✗ 0.0999755859375]", "✓ 2.5"]
    assert "**bfloat16** stores 10.0, and above it 10.0625: a step of **0.0625**" in text(app)
    winners = panels(app)["winner"]
    assert winners["texts"] == list(promotion.promotion("/", promotion.KINDS[0]).winners)
    assert "int64 / int64 gives float32" in winners["says"]


@pytest.mark.parametrize("name", surprises.SURPRISES)
def test_every_surprise_can_be_chosen(name: str) -> None:
    app = visit("Limits")
    app.segmented_control(key="tensors_surprise").set_value(name).run()
    assert surprises.surprise(name)[0].line in text(app)


def test_casting_what_does_not_fit_is_refused_live() -> None:
    app = visit("Limits", **{"from": "int8", "to": "float32"})
    assert "RuntimeError: value cannot be converted to type int8 without overflow" in text(app)


RIGHT = {1: "yes", 2: "no", 3: "(4, 4)", 4: "only in float32", 5: "an error", 6: "-56"}
PROOF = {
    1: ">>> x\ntensor([[100.,  20.,  30.,  40.]",
    2: ">>> x\ntensor([[ 10.,  20.,  30.,  40.]",
    3: "torch.Size([4, 4])",
    4: "tensor(True)",
    5: "RuntimeError: only Tensors of floating point dtype can require gradients",
    6: "tensor([-56], dtype=torch.int8)",
}


@pytest.mark.parametrize("number", RIGHT)
def test_only_the_right_guess_is_right_and_torch_proves_it(number: int) -> None:
    hidden = visit(question=str(number))
    choices = hidden.pills(key=f"tensors_guess_{number}").options
    right = []
    for choice in choices:
        app = visit(question=str(number), **{f"guess_{number}": choice})
        right += [choice] if "**Yes.**" in text(app) else []
        assert PROOF[number] in app.code[0].value.split(">>> y[0] = 100")[-1].split(">>> y[0, 0] = 100")[-1]
    assert right == [RIGHT[number]]


@pytest.mark.parametrize(
    ("number", "bench"),
    [(1, "Views"), (2, "Views"), (3, "Two tensors"), (4, "Limits"), (5, "Create"), (6, "Limits")],
)
def test_every_answer_can_be_put_on_the_stage(number: int, bench: str) -> None:
    app = visit("Create", question=str(number), **{f"reveal_{number}": "true"})
    app.button(key="tensors_to_stage").click().run()
    assert not app.exception
    assert str(app.segmented_control(key="tensors_bench").value).startswith(bench)


def open_bench(app: AppTest, bench: str) -> AppTest:
    """Open a bench."""
    return app.segmented_control(key="tensors_bench").set_value(bench).run()


def test_a_bench_is_found_again_as_it_was_left() -> None:
    app = visit()
    app.slider(key="tensors_size_1").set_value(5).run()
    app.selectbox(key="tensors_factory").set_value("ones").run()
    open_bench(app, "Two tensors")
    app.text_input(key="tensors_a").set_value("2, 4").run()
    open_bench(app, "Create")
    assert panels(app)["x"]["note"] == "shape (5, 4), dtype torch.float32"
    open_bench(app, "Two tensors")
    assert panels(app)["a"]["shape"] == [2, 4]


def test_reset_puts_every_bench_back() -> None:
    app = visit(size_1="9", factory="eye")
    open_bench(app, "Views and storage").selectbox(key="tensors_op_1").set_value("flatten").run()
    open_bench(app, "Two tensors").segmented_control(key="tensors_operation").set_value("sum").run()
    app.button(key="tensors_reset").click().run()
    assert panels(app)["x"]["note"] == "shape (3, 4), dtype torch.float32"
    assert app.selectbox(key="tensors_factory").value == "arange"
    assert panels(open_bench(app, "Two tensors"))["c"]["shape"] == [4, 4]
    assert panels(open_bench(app, "Views and storage"))["y"]["title"] == "y = x.T"


def test_a_copied_link_restores_the_scene() -> None:
    app = visit("Views and storage", base_dims="3", base_1="2", op_1="permute", in_1="2, 0, 1", element="5")
    drawn = panels(app)
    assert drawn["x"]["shape"] == [2, 4, 2]
    assert drawn["y"]["shape"] == [2, 2, 4]
    assert json.loads(app.get("bidi_component")[0].proto.json)["selected"] == 5


@pytest.mark.parametrize("bench", ["Views and storage", "Two tensors", "Limits"])
@pytest.mark.parametrize("nonsense", ["", "-1", "1e999", "nan", "\x00", "<script>", "é" * 300, "99999999999999999999"])
def test_a_tampered_link_to_any_bench_is_no_exception(bench: str, nonsense: str) -> None:
    app = visit(bench)
    kinds = ("number_input", "text_input", "toggle", "slider", "selectbox", "pills", "segmented_control")
    keys = [str(widget.key).removeprefix("tensors_") for kind in kinds for widget in app.get(kind)]
    tampered = visit(**{**dict.fromkeys(keys, nonsense), "bench": bench})
    assert not tampered.exception
    assert tampered.title


@pytest.mark.parametrize("bench", ["Views and storage", "Two tensors", "Limits"])
def test_every_control_of_every_bench_can_go_to_its_extremes(bench: str) -> None:
    first = visit(bench)
    for widget in [*first.number_input, *first.slider]:
        for value in (widget.min, widget.max):
            app = visit(bench)
            next(other for other in [*app.number_input, *app.slider] if other.key == widget.key).set_value(value)
            assert not app.run().exception
