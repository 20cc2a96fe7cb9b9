"""The Graph page, bench by bench."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
NEURON = {
    "graph_program": "y_hat = w * x; loss = (y_hat - y)**2",
    "graph_x": "1",
    "graph_y": "2",
    "graph_w": "1",
    "graph_x_grad": "false",
    "graph_y_grad": "false",
}


def visit(**query: str) -> AppTest:
    """Return the page opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page("../pages/graph.py").run()


def stage(app: AppTest) -> dict[str, Any]:
    """Return what the stage was given."""
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    data |= json.loads(data["scene"])
    return data


def boxes(app: AppTest) -> dict[str, str]:
    """Return the label and the tag of every box."""
    return {node["label"]: node["tag"] for node in stage(app)["graph"]["nodes"]}


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    kinds = (app.markdown, app.code, app.error, app.info, app.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_first_view_is_the_courses_line_and_its_graph() -> None:
    app = visit()
    assert boxes(app) == {
        "x": "leaf: AccumulateGrad",
        "x**2": "grad_fn: PowBackward0",
        "x**2 - 5": "grad_fn: SubBackward0",
    }
    assert stage(app)["code"] == ["x = torch.tensor(3.0, requires_grad=True)", "loss = x**2 - 5", "loss.backward()"]
    assert stage(app)["lines"] == [0, 1, 1]
    assert "((<PowBackward0 object>, 0), (None, 0))" in text(app)
    assert "0x" not in text(app)


def test_the_cards_tell_leaf_root_and_what_was_saved() -> None:
    cards = {card["title"]: card for card in stage(visit())["cards"]}
    assert "A leaf" in cards["x"]["about"]
    assert "AccumulateGrad" in cards["x"]["about"]
    assert "The root" in cards["x**2 - 5"]["about"]
    assert [(name, is_tensor) for name, _, is_tensor in cards["x**2"]["saved"]] == [
        ("_saved_exponent", False),
        ("_saved_self", True),
    ]
    facts = {term: value for term, _, value, _ in cards["x**2"]["facts"]}
    assert (facts["operation"], facts["shape"], facts["grad_fn"]) == ("pow", "()", "PowBackward0")
    assert cards["x**2 - 5"]["ran"] < cards["x**2"]["ran"] < cards["x"]["ran"] == len(stage(visit())["story"])


def test_the_neuron_leaves_untracked_leaves_out() -> None:
    app = visit(**NEURON)
    assert boxes(app)["x"] == boxes(app)["y"] == "requires_grad=False"
    assert boxes(app)["w"] == "leaf: AccumulateGrad"
    assert {node.get("outside") for node in stage(app)["graph"]["nodes"]} == {None, "untracked"}
    assert "tensor(1., grad_fn=<PowBackward0>)" in text(app)
    assert ">>> w.grad\ntensor(-2.)" in text(app)
    assert ">>> x.grad\nNone" in text(app)


def test_a_preset_sets_the_program_its_values_and_its_switches() -> None:
    app = visit()
    app.pills(key="graph_preset").set_value("a neuron").run()
    assert app.text_input(key="graph_program").value == NEURON["graph_program"]
    assert [app.number_input(key=f"graph_{name}").value for name in "xyw"] == [1.0, 2.0, 1.0]
    assert [app.toggle(key=f"graph_{name}_grad").value for name in "xyw"] == [False, False, True]
    assert ">>> w.grad\ntensor(-2.)" in text(app)


def test_no_tracked_leaf_means_no_graph_and_torchs_own_error() -> None:
    app = visit(graph_x_grad="false")
    assert "grad_fn: None" in boxes(app).values()
    error = "element 0 of tensors does not require grad and does not have a grad_fn"
    assert f"RuntimeError: {error}" in text(app)
    assert error in stage(app)["story"][-1]["text"]
    assert "Autograd recorded nothing" in stage(app)["alt"]


def test_two_ways_into_one_leaf_are_told_as_one_sum() -> None:
    data = stage(visit(graph_program="x*x + x"))
    last = data["story"][-1]
    assert "the sum of all paths" in last["text"]
    assert sum(entry["who"] == "AccumulateGrad" for entry in data["story"]) == 1


def test_a_wrong_program_stays_in_its_box_with_the_reason() -> None:
    app = visit(graph_program="y_hat = w * x; q")
    assert app.text_input(key="graph_program").value == "y_hat = w * x; q"
    assert "q" in app.error[0].value
    assert stage(app)["code"][1] == "loss = x**2 - 5"


def test_cutting_one_way_of_a_product_leaves_half_its_slope() -> None:
    app = visit(graph_bench="Cut it", graph_program="x*x", graph_cut="x → x*x (right)")
    assert app.table[0].value.iloc[0].tolist() == ["`x`", ":orange[**6**]", ":orange[**3**]"]
    assert boxes(app)["x.detach()"] == "grad_fn: None"
    assert "loss = x*x.detach()" in text(app)


def test_a_cut_says_which_leaves_go_dark() -> None:
    app = visit(graph_bench="Cut it", graph_program="x*y + w", graph_cut="x*y → x*y + w")
    assert "Dark: `x`, `y`." in text(app)
    assert boxes(app)["x*y"] == "MulBackward0, not reached"
    assert ">>> x.grad\nNone" in text(app)


def test_entering_the_cut_bench_shows_something_worth_cutting() -> None:
    app = visit()
    app.segmented_control(key="graph_bench").set_value("Cut it").run()
    assert app.selectbox(key="graph_cut").value == "x → x*x (right)"
    assert ">>> x.grad\ntensor(3.)" in text(app)


def test_a_cut_that_the_program_does_not_have_cuts_nothing() -> None:
    app = visit(graph_bench="Cut it", graph_program="x*x", graph_cut="w → w*w")
    assert app.selectbox(key="graph_cut").value == "nothing"
    assert ">>> x.grad\ntensor(6.)" in text(app)


def test_another_program_forgets_the_cut() -> None:
    app = visit(graph_bench="Cut it", graph_program="x*x", graph_cut="x → x*x (right)")
    app.text_input(key="graph_program").set_value("w*x").run()
    assert not app.exception
    assert app.selectbox(key="graph_cut").value == "nothing"


@pytest.mark.parametrize(("number", "start", "nodes"), [("0", "1.5", 1), ("4", "1.5", 5), ("30", "1.5", 31)])
def test_the_loop_builds_a_graph_as_long_as_it_ran(number: str, start: str, nodes: int) -> None:
    app = visit(graph_bench="Built as it runs", graph_rounds=number, graph_start=start)
    assert len(stage(app)["graph"]["nodes"]) == nodes
    assert f"recorded **{nodes} node" in text(app)


def test_other_data_makes_another_graph() -> None:
    small = visit(graph_bench="Built as it runs", graph_rounds="3", graph_start="1.5")
    large = visit(graph_bench="Built as it runs", graph_rounds="3", graph_start="90")
    tags = [[node["tag"] for node in stage(app)["graph"]["nodes"][1:]] for app in (small, large)]
    assert tags == [["grad_fn: MulBackward0"] * 3, ["grad_fn: DivBackward0"] * 3]


@pytest.mark.parametrize(
    ("program", "survives"), [("x - 5", True), ("2*x", False), ("x**2", False), ("a**2 + (b - 5)", False)]
)
def test_the_second_backward_is_answered_live(program: str, survives: bool) -> None:
    app = visit(graph_bench="After backward", graph_life=program)
    assert ("The second `backward()` works" in text(app)) == survives
    assert ("RuntimeError: Trying to backward through the graph a second time" in text(app)) != survives
    kept = visit(graph_bench="After backward", graph_life=program, graph_retain_graph="true")
    assert "The second `backward()` works" in text(kept)


def test_the_ledger_is_the_reason() -> None:
    app = visit(graph_bench="After backward", graph_life="2*x")
    assert app.table[0].value.iloc[0].tolist() == ["`MulBackward0`", "`_saved_other = tensor(2)`", ":red[✗ freed]"]
    assert "**0 bytes**" in text(app)
    mixed = visit(graph_bench="After backward", graph_life="a**2 + (b - 5)")
    assert "But before that it had added elsewhere: `b.grad` 1 → 2." in text(mixed)


def test_the_middle_of_the_graph_keeps_its_gradient_only_when_asked() -> None:
    assert "UserWarning: The .grad attribute of a Tensor that is not a leaf" in text(
        visit(graph_bench="After backward")
    )
    asked = text(visit(graph_bench="After backward", graph_retain_grad="true"))
    assert ">>> y.grad\ntensor(12.)" in asked
    assert "UserWarning" not in asked


def test_a_copied_link_restores_the_step() -> None:
    assert stage(visit(graph_step="5"))["step"] == 5


def test_reset_puts_every_control_back() -> None:
    app = visit(graph_program="w*x", graph_x="7", graph_w_grad="false", graph_step="2", graph_bench="Cut it")
    app.button(key="graph_reset").click().run()
    assert app.segmented_control(key="graph_bench").value == "The graph"
    assert stage(app)["code"][:2] == ["x = torch.tensor(3.0, requires_grad=True)", "loss = x**2 - 5"]
    assert stage(app)["step"] == 0


ANSWERS = [
    ("1", "only x - 5", "RuntimeError: Trying to backward through the graph a second time"),
    ("2", "3", ">>> x.grad\ntensor(3.)"),
    ("3", "7, once", "(tensor(7.),)"),
    ("4", "MulBackward0 and ReciprocalBackward0", "((<ReciprocalBackward0 object>, 0), (None, 0))"),
    ("5", "None", "\nNone\n>>> x.grad\ntensor(24.)"),
]


@pytest.mark.parametrize(("number", "answer", "says"), ANSWERS)
def test_the_right_answer_is_what_torch_says(number: str, answer: str, says: str) -> None:
    app = visit(graph_question=number, **{f"graph_guess_{number}": answer})
    assert "**Yes.**" in text(app)
    assert says in app.code[0].value


@pytest.mark.parametrize("number", [number for number, *_ in ANSWERS])
def test_every_answer_can_be_put_on_the_stage_and_only_one_is_right(number: str) -> None:
    app = visit(graph_question=number, **{f"graph_reveal_{number}": "true"})
    choices = app.pills(key=f"graph_guess_{number}").options
    app.button(key="graph_to_stage").click().run()
    assert not app.exception
    verdicts = [
        "**Yes.**" in text(visit(graph_question=number, **{f"graph_guess_{number}": choice})) for choice in choices
    ]
    assert verdicts.count(True) == 1
