"""The small network on the Training page, control by control."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.training import network
from dashboard.experiments import training, training_runs
from dashboard.experiments.training import Settings, run
from dashboard.experiments.training_data import DATA

ROOT = Path(__file__).resolve().parents[2]


def visit(**query: str) -> AppTest:
    """Return the page with the bench open, by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=120)
    app.query_params["training_bench"] = "A network"
    for key, value in query.items():
        app.query_params[f"training_net_{key}"] = value
    return app.switch_page("../pages/training.py").run()


def stage(app: AppTest) -> dict[str, Any]:
    """Return what the player was given."""
    (player,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(player.proto.json)
    return data


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.code, app.error, app.info) for element in kind)


def test_the_first_view_is_a_trained_spiral() -> None:
    app = visit()
    assert not app.exception
    data = stage(app)
    assert data["picture"]["kind"] == "areas"
    assert (data["kept"][0], data["kept"][-1], data["epoch"]) == (0, 80, 200)
    says = run(Settings()).says
    assert all(said in text(app) for part in says for said in part)


def test_the_scene_is_the_first_settings_and_every_key_is_a_control() -> None:
    app = visit()
    for key, value in network.SCENE.items():
        widgets: list[Any] = [*app.number_input, *app.segmented_control, *app.selectbox]
        (widget,) = [widget for widget in widgets if widget.key == key]
        assert widget.value == value


@pytest.mark.parametrize("name", network.SCENES)
def test_a_scene_runs_and_is_what_its_controls_say(name: str) -> None:
    scene = network.SCENES[name]
    assert set(scene) <= set(network.SCENE)
    app = visit(**{key.removeprefix("training_net_"): str(value) for key, value in scene.items()})
    assert not app.exception
    for key, value in scene.items():
        assert app.session_state[key] == value
    assert stage(app)


def test_diverge_says_where_the_run_ended() -> None:
    app = visit(data="line", layers="0", optimizer="SGD", rate="3")
    assert "After epoch 4 the loss is inf" in app.error[0].value
    assert stage(app)["length"] == 5


def test_a_control_trains_anew_and_shows_the_end() -> None:
    app = visit(epochs="3", epoch="1")
    assert stage(app)["epoch"] == 1
    app.segmented_control(key="training_net_data").set_value("moons").run()
    assert stage(app)["epoch"] == training.MAX_EPOCHS
    assert stage(app)["classes"] == ["A", "B"]


@pytest.mark.parametrize("data", DATA)
def test_all_data_can_be_chosen(data: str) -> None:
    app = visit(data=data, epochs="2")
    assert not app.exception
    kinds = {"digits": "confusion", "classification": "confusion", "line": "line", "ramp": "line"}
    assert stage(app)["picture"]["kind"] == kinds.get(data, "areas")


def test_so_many_updates_that_time_runs_out_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MAX_STEPS", 20)
    app = visit(epochs="100", batch="all", seed="77")
    assert "ends after 20 updates" in app.info[0].value and "after 20 epochs" in app.info[0].value
    assert stage(app)["length"] == 21


def test_the_code_on_the_page_prints_what_the_page_says() -> None:
    app = visit(data="xor", epochs="4", layers="1")
    (code,) = [block.value for block in app.code if block.value.startswith("import")]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})  # noqa: S102  # our own snippet, as a reader would run it
    loss = out.getvalue().split("train loss ")[1].splitlines()[0]
    assert loss in text(app).replace(code, "")


def test_stop_keeps_nothing_and_train_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_runs, "_finished", type(training_runs._finished)())
    app = visit(epochs="2", seed="5")
    monkeypatch.setattr(training_runs, "_finished", type(training_runs._finished)())
    app.session_state["training_net_stopped"] = Settings(epochs=2, seed=5)  # as Stop does
    app.run()
    assert "**Stopped.**" in text(app)
    assert not app.get("bidi_component")
    app.button(key="training_net_train").click().run()
    assert stage(app)["length"] == 3


def test_another_run_after_a_stop_needs_no_permission() -> None:
    app = visit(epochs="2", seed="5")
    app.session_state["training_net_stopped"] = Settings(epochs=2, seed=6)
    app.number_input(key="training_net_seed").set_value(7.0).run()
    assert stage(app)["length"] == 3


@pytest.mark.parametrize("nonsense", ["", "nan", "1e999", "-1", "<script>", "99999999999"])
def test_nonsense_in_a_link_is_no_exception(nonsense: str) -> None:
    names = [key.removeprefix("training_net_") for key in network.SCENE]
    app = visit(**dict.fromkeys(names, nonsense))
    assert not app.exception
    assert stage(app)


def test_reset_puts_every_control_back() -> None:
    app = visit(data="moons", layers="1", width="4", rate="0.1", epochs="3", seed="2", epoch="1", optimizer="SGD")
    app.button(key="training_reset").click().run()
    assert not app.exception
    app.segmented_control(key="training_bench").set_value("A network").run()
    for key, value in network.SCENE.items():
        assert app.session_state[key] == value
