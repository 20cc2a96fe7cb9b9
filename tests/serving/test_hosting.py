"""The facts of the files that hosts read: nothing here can run docker, but all of it can be read."""

import json
import re

import pytest

from benchmarks.server import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
STEPS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in re.sub(r"\\\n\s*", "", DOCKERFILE).splitlines()
    if line and not line.startswith("#")
]


def step(name: str) -> str:
    """Return what the only step of a kind says."""
    (said,) = [said for kind, said in STEPS if kind == name]
    return said


def test_the_container_starts_the_server_as_make_serve_does() -> None:
    command = json.loads(step("CMD"))
    assert command[:3] == ["streamlit", "run", "dashboard/server.py"]
    served = re.search(r"^SERVE := .*?run (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert served and set(served[1].split()) <= set(command)
    assert "--server.address=0.0.0.0" in command and f"--server.port={step('EXPOSE')}" in command


def test_it_does_not_run_as_root_and_ends_as_nobody_else() -> None:
    kinds = [kind for kind, _ in STEPS]
    assert step("USER") not in ("root", "0")
    assert kinds.index("USER") < kinds.index("CMD")
    assert not [said for kind, said in STEPS[kinds.index("USER") :] if kind in ("RUN", "COPY", "ADD")]


def test_its_python_is_one_that_the_project_is_tested_with() -> None:
    assert re.fullmatch(r"python:3\.11-slim-\w+", step("FROM"))


def test_torch_comes_from_the_index_of_cpu_builds_before_anything_else() -> None:
    installs = next(said for kind, said in STEPS if kind == "RUN" and "pip" in said)
    assert installs.index("https://download.pytorch.org/whl/cpu") < installs.index("-r requirements.txt")
    assert "sed" in installs, "the version stands in requirements.txt only"


def test_the_health_check_reads_the_body() -> None:
    program = json.loads(step("HEALTHCHECK").partition("CMD ")[2])[2]
    compile(program, "health", "exec")
    assert "/_stcore/health" in program and "== b'ok'" in program


def test_everything_that_the_server_reads_is_copied_and_let_through() -> None:
    copied = {said.split()[0] for kind, said in STEPS if kind == "COPY"}
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_through == {"requirements.txt", ".streamlit", "dashboard", "components", "pages"}
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("name", ["MALLOC_ARENA_MAX=2", "PYTHONPATH=/app"])
def test_its_surroundings_are_those_of_the_makefile(name: str) -> None:
    assert name in step("ENV").split()


def test_community_cloud_finds_torchs_cpu_build_beside_the_entry_script() -> None:
    lines = (ROOT / "dashboard" / "requirements.txt").read_text().splitlines()
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in lines
    assert "-r ../requirements.txt" in lines


def test_nginx_seats_visitors_by_a_cookie_and_not_by_turns_or_address() -> None:
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "hash $seat consistent;" in site
    assert "ip_hash" not in site.replace("#", "") and "HttpOnly" in site
    assert len(re.findall(r"server 127\.0\.0\.1:\d+", site)) >= 2
