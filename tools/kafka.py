"""A real Apache Kafka (KRaft, one broker) on free ports of this machine, for tests and for trying things.

    python tools/kafka.py .venv/bin/pytest -m kafka        # runs a command with KAFKA_BOOTSTRAP_SERVERS set
    python tools/kafka.py --port 9092                      # runs a broker until Ctrl-C

Needs Java 17 and, for the first start, Maven: it fetches Kafka's own jars from Maven Central into a cache folder
(``KAFKA_HOME``, else ``~/.cache/mobilegpt-kafka``). Nothing is kept in the repository.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

VERSION = "3.9.1"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mobilegpt</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""
_PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
num.partitions=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.segment.bytes=16777216
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
_LOGGING = """log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
"""


class Broker:
    """One broker in a folder of its own. It can be killed and started again: its log stays."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or _free_port()
        self._controller = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._classpath = f"{folder}{os.pathsep}{jars()}/*"
        self._format()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def start(self, within: float = 60) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*_java(self._classpath, "-Xmx512m"), "kafka.Kafka", str(self.folder / "server.properties")],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while not _accepts(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Kafka did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)

    def signal(self, which: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(which)

    def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = _PROPERTIES.format(port=self.port, controller=self._controller, folder=self.folder)
        (self.folder / "server.properties").write_text(properties)
        (self.folder / "log4j.properties").write_text(_LOGGING)
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        settings = str(self.folder / "server.properties")
        tool = [*_java(self._classpath), "kafka.tools.StorageTool", "format", f"--cluster-id={name}", "-c", settings]
        subprocess.run(tool, check=True, capture_output=True)


def jars() -> Path:
    """The folder with Kafka's jars; fetched once."""
    home = Path(os.environ.get("KAFKA_HOME") or Path.home() / ".cache" / "mobilegpt-kafka") / VERSION
    if (home / "complete").exists():
        return home / "lib"
    if shutil.which("mvn") is None:
        raise RuntimeError("Kafka's jars have to be fetched, and Maven is missing (Debian: apt-get install maven)")
    home.mkdir(parents=True, exist_ok=True)
    (home / "pom.xml").write_text(_POM)
    fetch = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={home / 'lib'}"]
    subprocess.run([*fetch, "-DincludeScope=runtime"], cwd=home, check=True, stdout=subprocess.DEVNULL)
    (home / "complete").touch()
    return home / "lib"


def available() -> bool:
    """Whether a broker could be started here."""
    return shutil.which("java") is not None and (shutil.which("mvn") is not None or bool(os.environ.get("KAFKA_HOME")))


def _java(classpath: str, *options: str) -> list[str]:
    # The first compiler only: a broker of a test lives for seconds.
    return ["java", *options, "-XX:TieredStopAtLevel=1", "-cp", classpath]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="a free one")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not available():
        sys.exit("Kafka needs Java and Maven (Debian: apt-get install default-jre-headless maven)")
    with tempfile.TemporaryDirectory(prefix="kafka-") as folder:
        broker = Broker(Path(folder), options.port)
        broker.start()
        try:
            if options.command:
                environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.address}
                return subprocess.run(options.command, env=environment, check=False).returncode
            print(f"KAFKA_BOOTSTRAP_SERVERS={broker.address}", flush=True)
            signal.pause()
        except KeyboardInterrupt:
            pass
        finally:
            broker.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
