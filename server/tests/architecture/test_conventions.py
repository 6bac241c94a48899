import ast
import re

from tests.architecture.source import PACKAGE, ROOT, sources

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "service2"}

# The edge of a request, of a process and of a job, where a unit of work ends.
MAY_COMMIT = ("core/", "web/", "entrypoints/")
JOB_EDGE = "jobs"
# Others that open a unit of work of their own, each with the reason.
ALSO_AT_AN_EDGE = {
    "delivery/notices.py": "tells each partner by itself how its destinations fare, between a worker's batches",
    "domains/async_jobs/running.py": "begins and ends every job around its handler",
    "domains/async_jobs/service.py": "gives lost jobs of all tenants new tickets, a tenant at a time",
    "domains/sandbox/clock/service.py": "lets each moment of rehearsed time be a transaction with its own present",
    "domains/uploads/receiving.py": "takes a stream that no transaction should stay open for",
}

PROJECT_TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".ts", ".tsx", ".css", ".html", ".sh"}
NOT_OURS = {".venv", ".git", ".data", "node_modules", ".hypothesis", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [source.name for source in sources() if BANNED_NAMES.intersection(source.parts)] == []


def test_no_module_hides_the_standard_library() -> None:
    hiding = {"logging", "secrets", "email", "types", "typing", "json", "calendar", "queue", "statistics"}
    tops = {entry.stem for entry in PACKAGE.iterdir()}
    assert tops & hiding == set()


def test_every_module_says_what_it_is() -> None:
    silent = [source.name for source in sources() if len((ast.get_docstring(source.tree) or "").split()) < 2]
    assert silent == []


def test_only_the_edge_commits() -> None:
    committing = [source for source in sources() if ".commit(" in source.text and source.parts[-1] != JOB_EDGE]
    names = {source.name for source in committing if not source.name.startswith(MAY_COMMIT)}
    assert names == ALSO_AT_AN_EDGE.keys()


def test_only_the_edge_knows_http_errors() -> None:
    wrong = [source.name for source in sources() if source.parts[0] != "web" and "HTTPException" in source.text]
    assert wrong == []


def test_no_domain_imports_the_web_framework_outside_its_routes() -> None:
    wrong = [
        source.name
        for source in sources()
        if source.parts[0] == "domains" and source.parts[-1] != "routes" and "litestar" in source.text
    ]
    assert wrong == []


def test_nothing_prints() -> None:
    calls = [
        source.name
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert calls == []


def test_every_exemption_from_a_check_names_the_check() -> None:
    bare = re.compile(r"#\s*(?:noqa(?!: [A-Z])|type: ignore(?!\[))")
    assert [source.name for source in sources() if bare.search(source.text)] == []


def test_no_text_of_the_project_is_left_unfinished() -> None:
    unfinished = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.suffix in PROJECT_TEXT
        and not NOT_OURS.intersection(path.relative_to(ROOT).parts)
        and path.is_file()
        and UNFINISHED.search(path.read_text())
    ]
    assert unfinished == []
