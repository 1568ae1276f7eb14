"""The same verdict through a real reverse proxy: nginx, gzip on, TLS with a certificate of a private authority."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keepcall.server import KeepCallServer, RunningServer

NGINX, OPENSSL = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"), shutil.which("openssl")

pytestmark = pytest.mark.skipif(
    not (NGINX and OPENSSL), reason="needs nginx and openssl: apt-get install nginx-light"
)

CONFIGURATION = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  gzip on; gzip_min_length 1; gzip_types *; gzip_proxied any;
  large_client_header_buffers 4 16k;
  server {{
    listen unix:{folder}/ready.sock;
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    location / {{ proxy_pass {upstream}; proxy_http_version 1.1; proxy_read_timeout 90s; }}
  }}
}}
"""

PROFILE = """\
name = "reference server behind nginx"
url = "https://127.0.0.1:{port}/verba/api"
[credentials]
api_key = {{ env = "PROXIED_API_KEY" }}
token = {{ env = "PROXIED_TOKEN" }}
[lab]
kind = "http"
url = "{lab}"
[limits]
ca_file = "{folder}/ca.pem"
"""


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run([str(OPENSSL), *arguments], cwd=folder, check=True, capture_output=True)


def certify(folder: Path) -> None:
    """A private authority, and a certificate of its for 127.0.0.1."""
    new_key = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(folder, *new_key, "-x509", "-days", "2", "-subj", "/CN=a private authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl(folder, *new_key, "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", encoding="ascii")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
            "-extfile", "names", "-out", "server.pem")  # fmt: skip


@pytest.fixture
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path, int]]:
    """A running nginx before a reference server, its folder and its port."""
    folder = tmp_path_factory.mktemp("nginx")
    certify(folder)
    with RunningServer(KeepCallServer()) as server, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        upstream = server.url.removesuffix("/verba/api")
        text = CONFIGURATION.format(folder=folder, port=port, upstream=upstream)
        (folder / "nginx.conf").write_text(text, encoding="ascii")
        taken.close()
        command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                wait_for(folder / "ready.sock", process)
                yield server, folder, port
            finally:
                process.terminate()


def wait_for(place: Path, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens at a socket of the file system."""
    for _ in range(200):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.05)
            if client.connect_ex(str(place)) == 0:
                return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"nginx did not start: {(place.parent / 'error.log').read_text(encoding='utf-8')}")
    pytest.fail("nginx did not start in time")


def test_the_verdict_is_the_same_behind_a_proxy(proxy: tuple[RunningServer, Path, int], tmp_path: Path) -> None:
    server, folder, port = proxy
    profile = PROFILE.format(port=port, lab=server.lab_url, folder=folder)
    (tmp_path / "profile.toml").write_text(profile, encoding="utf-8")
    secrets = {"PROXIED_API_KEY": server.settings.api_key, "PROXIED_TOKEN": server.settings.token}

    done = subprocess.run(
        [sys.executable, "-m", "keepcall", "run", "--target", "profile.toml", "--output", "out"],
        cwd=tmp_path, env={**os.environ, **secrets}, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip

    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert (done.returncode, report["verdict"]) == (0, "conformant"), done.stdout + done.stderr


def test_a_certificate_of_an_unknown_authority_is_no_answer(
    proxy: tuple[RunningServer, Path, int], tmp_path: Path
) -> None:
    server, _, port = proxy
    url = f"https://127.0.0.1:{port}/verba/api"

    done = subprocess.run(
        [sys.executable, "-m", "keepcall", "run", "--url", url, "--api-key", server.settings.api_key,
         "--token", server.settings.token, "--lab", server.lab_url, "--only", "KC-SEL-01"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 3, done.stdout + done.stderr
    assert "certificate verify failed" in " ".join(done.stdout.split())
