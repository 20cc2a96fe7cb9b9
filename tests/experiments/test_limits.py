"""What numbers lose, and which dtype wins, is what torch did."""

import contextlib
import io
import math
import struct
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import limits, promotion, surprises
from dashboard.experiments.limits import Settings
from dashboard.experiments.promotion import KINDS, OPERATORS, PROMOTED
from dashboard.experiments.surprises import SURPRISES
from dashboard.experiments.tensors import DTYPES


def run(code: str) -> str:
    """Run a snippet as a reader would; return what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})  # noqa: S102  # our own snippet
    return printed.getvalue()


def test_a_tenth_and_two_tenths() -> None:
    answers = [said.answer for said in surprises.surprise("0.1 + 0.2")]
    assert answers[:2] == ["tensor(True)", "tensor(False)"]
    assert answers[2] == repr(0.1 + 0.2) != "0.3"


def test_int8_wraps_and_300_is_refused() -> None:
    said = {exchange.line: exchange for exchange in surprises.surprise("int8 wraps")}
    assert said["torch.tensor([100], dtype=torch.int8) + torch.tensor([100], dtype=torch.int8)"].answer.startswith(
        "tensor([-56]"
    )
    with pytest.raises(RuntimeError) as live:
        torch.tensor(300, dtype=torch.int8)
    assert said["torch.tensor(300, dtype=torch.int8)"].answer == f"RuntimeError: {live.value}"
    assert said["torch.tensor([100, 27, 1], dtype=torch.int8).sum()"].answer == "tensor(128)"


def test_float16_overflows_and_bfloat16_does_not() -> None:
    answers = [said.answer for said in surprises.surprise("float16 overflows")]
    assert answers == [
        "65504.0",
        "tensor(inf, dtype=torch.float16)",
        "tensor(inf, dtype=torch.float16)",
        "tensor(70144., dtype=torch.bfloat16)",
    ]


def test_bfloat16_cannot_count_beyond_256() -> None:
    answers = [said.answer for said in surprises.surprise("bfloat16 steps")]
    assert answers[0].startswith("tensor(256.")
    assert answers[1].startswith("tensor(258.")
    assert answers[2] == "tensor(True)"


@pytest.mark.parametrize("name", SURPRISES)
def test_every_surprise_is_what_its_own_line_does(name: str) -> None:
    for said in surprises.surprise(name):
        if said.is_error:
            with pytest.raises(RuntimeError):
                eval(said.line, {"torch": torch})  # noqa: S307  # our own line
        else:
            assert repr(eval(said.line, {"torch": torch})) == said.answer  # noqa: S307  # our own line


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 60000))
def test_the_next_float32_and_float64_are_those_of_the_bits(near: float) -> None:
    steps = {step.dtype: step for step in limits.steps(near)}
    assert float(steps["float64"].above) == math.nextafter(near, math.inf)
    (bits,) = struct.unpack("<i", struct.pack("<f", near))
    (above,) = struct.unpack("<f", struct.pack("<i", bits + 1))
    assert float(steps["float32"].above) == above


def test_steps_grow_with_the_number_and_bfloat16s_are_the_coarsest() -> None:
    small, large = ({step.dtype: float(step.step) for step in limits.steps(near)} for near in (1.0, 1000.0))
    assert all(large[name] > small[name] for name in small)
    assert small["bfloat16"] > small["float16"] > small["float32"] > small["float64"]
    assert small["bfloat16"] == 2**-7


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=5), st.sampled_from(limits.CASTS))
def test_kept_is_what_comes_back_the_same(values: list[float], target: str) -> None:
    result = limits.cast(tuple(values), "float64", target)
    original = torch.tensor(values, dtype=torch.float64)
    there_and_back = original.to(DTYPES[target]).to(torch.float64)
    assert list(result.kept) == (there_and_back == original).tolist()
    assert len(limits.cells(result)) == len(values)


def test_what_does_not_fit_at_the_start_is_refused_live() -> None:
    with pytest.raises(RuntimeError) as live:
        torch.tensor([300], dtype=torch.int8)
    assert limits.cast((300.0,), "int8", "float32").error == f"RuntimeError: {live.value}"


@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("operation", ["+", "*"])
def test_the_table_agrees_with_result_type_where_that_is_the_rule(operation: str, kind: str) -> None:
    table = promotion.promotion(operation, kind)
    pairs = [(row, column) for row in table.rows for column in table.columns]
    for (row, column), winner in zip(pairs, table.winners, strict=True):
        other = torch.ones((2,) if kind == KINDS[0] else (), dtype=DTYPES[column])
        expected = torch.result_type(torch.ones(2, dtype=DTYPES[row]), other)
        assert winner == str(expected).removeprefix("torch.")


def winner(operation: str, kind: str, a: str, b: str) -> str:
    """Look a pair up in a table."""
    table = promotion.promotion(operation, kind)
    return table.winners[table.rows.index(a) * len(table.columns) + table.columns.index(b)]


def test_a_quotient_of_integers_is_float32_whatever_result_type_says() -> None:
    assert winner("/", KINDS[0], "int64", "int64") == "float32"
    ones = torch.ones(2, dtype=torch.int64)
    assert torch.result_type(ones, ones) == torch.int64


def test_a_number_without_dimensions_counts_by_its_kind_only() -> None:
    assert winner("+", KINDS[1], "float16", "float64") == "float16"
    assert winner("+", KINDS[0], "float16", "float64") == "float64"
    assert winner("+", KINDS[2], "int8", "int") == "int8"
    assert winner("+", KINDS[2], "int8", "float") == "float32"


def test_what_torch_refuses_says_so_in_its_words() -> None:
    table = promotion.promotion("**", KINDS[0])
    assert table.winners[0] == "refused"
    assert table.errors == {0: """NotImplementedError: "pow" not implemented for 'Bool\'"""}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", OPERATORS)
def test_the_snippet_runs_alone_and_prints_the_table_and_the_cast(operation: str, kind: str) -> None:
    chosen = Settings(operation=operation, kind=kind)
    printed = run(limits.snippet(chosen))
    assert printed.startswith(f"{limits.cast(chosen.values, chosen.start, chosen.target).y!r}\n")
    table = promotion.promotion(operation, kind)
    pairs = [(row, column) for row in PROMOTED for column in table.columns]
    for place, (row, column) in enumerate(pairs):
        answer = table.errors.get(place, f"torch.{table.winners[place]}").removeprefix("NotImplementedError: ")
        assert f"{row} {column} {answer}\n" in printed


@given(st.lists(st.floats(-1e18, 1e18), min_size=1, max_size=12))
def test_values_survive_being_written_and_read(values: list[float]) -> None:
    assert limits.read_values(limits.write_values(tuple(values))) == tuple(values)


@given(st.text(max_size=60))
def test_any_text_of_values_is_read_or_refused_in_words(text: str) -> None:
    try:
        values = limits.read_values(text)
    except ValueError as error:
        assert str(error)
    else:
        Settings(values=values)


@pytest.mark.parametrize(
    "wrong",
    [{"values": ()}, {"values": (math.inf,)}, {"start": "float8"}, {"target": ""}, {"operation": "^"}, {"kind": "2-D"}],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)
