"""A function's own source, as one would type its lines at the prompt: what is shown as code is what runs."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=256)  # reading a source takes a millisecond, and it stays what it is
def listing(function: Callable[..., object]) -> str:
    """Return the lines between a function's signature and its final `return`, without their indentation."""
    source = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef)
    shown = [statement for statement in definition.body if statement is not _final_return(definition)]
    first, last = _first_line(shown[0]), shown[-1].end_lineno
    return textwrap.dedent("\n".join(source.splitlines()[first - 1 : last]))


@lru_cache(maxsize=256)
def statements(code: str) -> tuple[str, ...]:
    """Return the statements of some code one by one, each as a prompt shows it behind its own ">>> "."""
    lines = code.splitlines()
    return tuple(
        "\n... ".join(lines[_first_line(statement) - 1 : statement.end_lineno]) for statement in ast.parse(code).body
    )


def _final_return(definition: ast.FunctionDef) -> ast.stmt | None:
    last = definition.body[-1]
    return last if isinstance(last, ast.Return) else None


def _first_line(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, ast.FunctionDef) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
