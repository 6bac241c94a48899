import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, Source, sources

FILE_LINES = 400
FUNCTION_LINES = 50
HANDLER_STATEMENTS = 5
FOLDER_ENTRIES = 20
DEPTH = 4

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def lines(function: Function) -> int:
    """From `def` to the end, without the docstring."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        whole -= (first.end_lineno or first.lineno) - first.lineno + 1
    return whole


def statements(body: list[ast.stmt]) -> int:
    """At any depth; a docstring is none."""
    real = [node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    return sum(sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) for node in real)


def test_no_file_is_longer_than_its_budget() -> None:
    long = {source.name: source.text.count("\n") for source in sources() if source.text.count("\n") > FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_its_budget() -> None:
    long = {
        f"{source.name}:{function.name}": lines(function)
        for source in sources()
        for function in functions(source)
        if lines(function) > FUNCTION_LINES
    }
    assert long == {}


def test_a_handler_parses_calls_one_service_and_returns() -> None:
    long = {
        f"{source.name}:{function.name}": statements(function.body)
        for source in sources()
        if source.parts[-1] == "routes"
        for function in functions(source)
        if isinstance(function, ast.AsyncFunctionDef) and statements(function.body) > HANDLER_STATEMENTS
    }
    assert long == {}


def test_no_folder_holds_more_than_its_budget() -> None:
    crowded = {str(folder.relative_to(ROOT)): size for folder, size in folders() if size > FOLDER_ENTRIES}
    assert crowded == {}


def test_no_folder_lies_deeper_than_its_budget() -> None:
    assert [source.name for source in sources() if len(source.parts) - 1 > DEPTH] == []


def folders() -> Iterator[tuple[Path, int]]:
    for folder in [PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())]:
        entries = [entry for entry in folder.iterdir() if entry.name not in {"__init__.py", "__pycache__"}]
        yield folder, len(entries)
