"""A Spark cluster of this machine: a standalone master and two workers on loopback, as processes of their own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

_HOME = Path(pyspark.__file__).parent
_WAIT = 120.0  # seconds, for Java to start on a busy machine


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    own = {"SPARK_HOME": str(_HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder)}
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [str(_HOME / "bin" / "spark-class"), *arguments], env={**os.environ, **own}, stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip


def _until(log: Path, words: str, count: int = 1) -> None:
    began = time.monotonic()
    while len(re.findall(words, log.read_text(errors="replace"))) < count:
        if time.monotonic() - began > _WAIT:
            raise TimeoutError(f"{log.name} does not say {words!r}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a master with two workers of one core each; all three end with the block."""
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    running = [_start(folder, "master", f"{deploy}.master.Master", *here, "--port", str(port))]
    try:
        _until(folder / "master.log", "I have been elected leader")
        running += [
            _start(folder, f"worker{number}", f"{deploy}.worker.Worker", *here,
                   "--cores", "1", "--memory", "1100m", address)
            for number in (1, 2)
        ]  # fmt: skip
        _until(folder / "master.log", "Registering worker", 2)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(timeout=30)
