"""A Streamlit server of its own, on a free port: what it costs is read from its process."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import psutil

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "dashboard" / "app.py"
BARE = ROOT / "benchmarks" / "bare.py"
BARE_TORCH = ROOT / "benchmarks" / "bare_torch.py"
ROOM = ROOT / "dashboard" / "server.py"
UNWATCHED = {"--server.fileWatcherType": "none"}  # as `make serve` has it
PATIENCE = 60.0  # seconds a server has to start
QUIET = {"--server.headless": "true", "--browser.gatherUsageStats": "false"}


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        started_in: seconds from the process's start to its first healthy answer.
        log: the file that its complaints go to. It is there as long as the server.
    """

    port: int
    process: psutil.Process
    started_in: float
    log: Path

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Return the seconds of processor time, user and system, that all threads have taken so far."""
        times = self.process.cpu_times()
        return times.user + times.system

    def memory(self) -> float:
        """Return the resident memory in MB (10**6 bytes)."""
        return self.process.memory_info().rss / 1e6


@contextmanager
def serve(
    script: Path, directory: Path = ROOT, settings: Mapping[str, str] = {}, surroundings: Mapping[str, str] = {}
) -> Iterator[Server]:
    """Run `streamlit run script` in a directory, whose `.streamlit/config.toml` it takes, and end it afterwards."""
    port = free_port()
    options = [part for option in {**QUIET, **settings, "--server.port": str(port)}.items() for part in option]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    began = time.perf_counter()
    with NamedTemporaryFile(prefix="server-", suffix=".log") as log:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env={**os.environ, "PYTHONPATH": str(ROOT), **surroundings},
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            _wait_until_healthy(process, port)
            yield Server(port, psutil.Process(process.pid), time.perf_counter() - began, Path(log.name))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with code {process.returncode} while it started")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)  # between two questions, not for a state to come about
    raise TimeoutError(f"No healthy answer within {PATIENCE:g} s")
