"""Imports run one way: experiments <- components <- pages <- (by path only) app."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = {
    # a layer: what it may not import
    "dashboard/experiments": {"streamlit", "plotly", "pandas", "components", "pages", "dashboard.app"},
    "components": {"pages", "dashboard.app"},
    "pages": {"pages", "dashboard.app"},
}
FILES = [(layer, path) for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, with the packages that it is in."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 2)}


@pytest.mark.parametrize(("layer", "path"), FILES, ids=lambda value: Path(value).stem)
def test_a_layer_imports_only_what_is_below_it(layer: str, path: Path) -> None:
    assert not imported(path) & LAYERS[layer]


@pytest.mark.parametrize("path", [path for _, path in FILES], ids=lambda path: path.stem)
def test_experiments_are_always_imported_under_their_one_name(path: Path) -> None:
    assert "experiments" not in imported(path)


def test_the_rules_see_every_layer() -> None:
    assert {layer for layer, _ in FILES} == set(LAYERS)
