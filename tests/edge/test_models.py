"""Fetching models: broken connections, wrong files, archives that would leave their place."""

from __future__ import annotations

import hashlib
import io
import stat
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearth.edge import fetch, models
from hearth.edge.models import Model
from hearth.error import EngineError, MissingError
from hearth.sections.engines import BrainConfig


class Shop(HTTPServer):
    """A server with one file. ``breaks`` are the bytes after which each next answer breaks off."""

    def __init__(self, content: bytes, breaks: list[int], *, resumes: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.content = content
        self.breaks = breaks
        self.resumes = resumes
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/model.zip"


class Counter(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:  # the name that http.server calls
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        if self.path != "/model.zip":
            self.send_error(404)
            return
        start = int(wanted[6:-1]) if wanted and self.server.resumes else 0
        rest = self.server.content[start:]
        if wanted and not rest:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        cut = self.server.breaks.pop(0) if self.server.breaks else len(rest)
        self.wfile.write(rest[:cut])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    content = bytes(range(256)) * 1000
    with Shop(content, *getattr(request, "param", ([],))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def get(shop: Shop, to: Path, **changes: str) -> None:
    digest = changes.get("digest", hashlib.sha256(shop.content).hexdigest())
    fetch.download(changes.get("url", shop.url), to, digest=digest, attempts=3, first_wait_s=0.01)


def test_a_whole_file_arrives_and_its_progress_is_told(shop: Shop, tmp_path: Path) -> None:
    to, told = tmp_path / "new" / "model.zip", []
    fetch.download(
        shop.url,
        to,
        digest=hashlib.sha256(shop.content).hexdigest().upper(),
        progress=lambda have, total: told.append((have, total)),
    )
    assert to.read_bytes() == shop.content
    assert told[-1] == (256_000, 256_000)
    assert [path.name for path in to.parent.iterdir()] == ["model.zip"]


@pytest.mark.parametrize("shop", [([100_000, 50_000],)], indirect=True)
def test_a_broken_connection_is_gone_on_with(shop: Shop, tmp_path: Path) -> None:
    get(shop, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == shop.content
    assert shop.asked == [None, "bytes=100000-", "bytes=150000-"]


@pytest.mark.parametrize("shop", [([1000, 1000, 1000],)], indirect=True)
def test_what_one_call_left_the_next_goes_on_with(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="goes on from there"):
        get(shop, tmp_path / "model.zip")
    assert not (tmp_path / "model.zip").exists()
    get(shop, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == shop.content
    assert shop.asked[-1] == "bytes=3000-"


def test_a_server_that_cannot_resume_sends_it_whole(shop: Shop, tmp_path: Path) -> None:
    shop.resumes = False
    (tmp_path / "model.zip.part").write_bytes(b"the beginning of something else")
    get(shop, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == shop.content


def test_a_part_that_is_whole_already_is_only_checked(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(shop.content)
    get(shop, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == shop.content


def test_another_file_than_expected_is_thrown_away(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="not the file that was expected"):
        get(shop, tmp_path / "model.zip", digest="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_told_at_once(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="404"):
        get(shop, tmp_path / "model.zip", url=shop.url + "x")
    assert shop.asked == [None]


def archive(path: Path, members: dict[str, bytes], *, link: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            zipped.writestr(info, "/etc/passwd")
    return path


def test_an_archive_of_one_folder_becomes_that_folder(tmp_path: Path) -> None:
    zipped = archive(tmp_path / "m.zip", {"vosk-0.15/am/final.mdl": b"x", "vosk-0.15/README": b"y"})
    fetch.unpack(zipped, tmp_path / "vosk")
    assert (tmp_path / "vosk" / "am" / "final.mdl").read_bytes() == b"x"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.zip", "vosk"]


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/out", "a\\..\\..\\out"])
def test_an_archive_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    zipped = archive(tmp_path / "m.zip", {"good": b"x", name: b"bad"})
    with pytest.raises(EngineError, match="leave its folder"):
        fetch.unpack(zipped, tmp_path / "in" / "vosk")
    assert list((tmp_path / "in").iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_an_archive_cannot_hold_links(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="leave its folder"):
        fetch.unpack(archive(tmp_path / "m.zip", {}, link="a"), tmp_path / "vosk")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.binary(max_size=400))
def test_any_bytes_are_unpacked_or_refused(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.zip"
    path.write_bytes(junk)
    with pytest.raises(EngineError):
        fetch.unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_fetched_archive_is_installed_once(shop: Shop, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("small/conf/model.conf", b"sample=1")
    shop.content = buffer.getvalue()
    digest = hashlib.sha256(shop.content).hexdigest()
    model = Model("tiny", "recognition", "zip", shop.url, 1, "none", "a test's", digest)
    where = models.fetch(model, tmp_path)
    assert where == tmp_path / "models" / "tiny"
    assert (where / "conf" / "model.conf").read_bytes() == b"sample=1"
    assert models.fetch(model, tmp_path) == where
    assert len(shop.asked) == 1
    assert [path.name for path in where.parent.iterdir()] == ["tiny"]


def test_a_name_is_found_in_any_of_its_forms(tmp_path: Path) -> None:
    assert models.find("Qwen/Qwen3-0.6B") is models.find("qwen3-0.6b")
    assert models.find("someone/their-model").source == "hugging face"
    with pytest.raises(MissingError, match="Known are smollm2-135m"):
        models.find("gpt")


@pytest.mark.parametrize("name", ["../../etc", "a/b/c", "", "..", "/"])
def test_no_name_leads_out_of_the_state_directory(name: str, tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        models.find(name)


def test_what_is_missing_is_told_with_what_to_do(tmp_path: Path) -> None:
    config = BrainConfig()
    absent = models.inspect(config, tmp_path)
    assert (absent.state, absent.remedy) == ("absent", "Run `hearth models fetch smollm2-135m`.")
    (tmp_path / "models" / "smollm2-135m").mkdir(parents=True)
    assert models.inspect(config, tmp_path).state == "ready"
    assert models.inspect(BrainConfig(enabled=False), tmp_path).detail == "switched off"
    assert models.inspect(BrainConfig(socket=str(tmp_path / "no")), tmp_path).state == "down"
    assert models.installed(str(tmp_path), tmp_path) == tmp_path
