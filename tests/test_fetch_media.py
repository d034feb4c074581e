import io
import os
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from blog_site.models import Import
from blog_site.moving.errors import ImportFailed
from blog_site.moving.files.fetching import Fetched
from blog_site.moving.run import run_import
from blog_site.moving.wordpress import importer as wordpress
from posts.models import Attachment, Picture, Post
from posts.pictures.safe_download import Internet, Refused, Unreachable, is_public
from tests.wxr import SHARED, import_, make_attachment, make_export, make_item, make_uploads

MB = 1024 * 1024


def png(width=30):
    file = io.BytesIO()
    Image.new("RGB", (width, 20), "teal").save(file, "PNG")
    return file.getvalue()


class Site(ThreadingHTTPServer):
    """A server on this machine: `answers` is {path: bytes, or a function of the request}."""

    daemon_threads = True

    def __init__(self):
        self.answers, self.asked, self.now, self.most = {}, [], 0, 0
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def port(self):
        return self.server_address[1]

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def handle_error(self, request, client_address):
        """A client that goes away is what some of the tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server
        with site.lock:
            site.asked.append((self.path, dict(self.headers)))
            site.now += 1
            site.most = max(site.most, site.now)
        try:
            answer = site.answers.get(self.path.partition("?")[0])
            if callable(answer):
                answer(self)
            else:
                self.answer(404 if answer is None else 200, answer or b"")
        finally:
            with site.lock:
                site.now -= 1

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content_Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def here(*, look_up=None, idle=2, is_allowed=lambda ip: ip == "127.0.0.1"):
    options = {"look_up": look_up} if look_up else {}
    return Internet(is_allowed=is_allowed, ports=None, idle=idle, **options)


@contextmanager
def internet(**options):
    opened = here(**options)
    try:
        yield opened
    finally:
        opened.close()


def download(address, *, max_bytes=MB, seconds=5, **options):
    file = io.BytesIO()
    with internet(**options) as opened:
        opened.download(address, file, max_bytes=max_bytes, seconds=seconds)
    return file.getvalue()


def move_in(tmp_path, *items, dry_run=False, media=None, folder=None, link="", **options):
    """Imports these items with downloads from this machine; returns the report and what was told on the way."""
    path, told = make_export(tmp_path, *items), []
    if link:
        path.write_text(path.read_text().replace("<link>https://old.example</link>", f"<link>{link}</link>"))
    report = run_import(
        Import(files=["export.xml"], fetch_media=True),
        [path],
        dry_run=dry_run,
        media=media,
        tell=told.append,
        fetching=lambda: Fetched(
            **{"internet": here(), "folder": folder or tmp_path / "fetched", "pause": 0} | options
        ),
    )
    return report.as_dict(), told


# --- Which addresses are gone to
@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450::1"])
def test_an_address_of_the_public_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.8.8"),  # noqa: S104
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1"),
        *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1"),
        *("3fff::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "", "localhost", "0x7f.1"),
    ],
)
def test_no_other_address_is(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.org/a.png",
            "gopher://example.org/",
            "data:image/png;base64,AA",
            "//a/b",
        ),
        *("http://", "http:///a.png", "http://[::1", "http://example.org:99999/", "javascript:1", ""),
        *("http://example.org:8080/a.png", "https://example.org:22/a.png", "http://example.org:6379/a.png"),
        *("http://127.0.0.1/a.png", "http://[::1]/a.png", "http://[::ffff:127.0.0.1]/a.png", "http://10.0.0.1/a.png"),
        *("http://169.254.169.254/latest/meta-data/", "http://user:secret@192.168.0.1/a.png"),
    ],
)
def test_an_address_that_is_refused_is_refused_before_anybody_is_asked(address):
    asked = []
    opened = Internet(look_up=lambda *args: asked.append(args))

    with pytest.raises(Refused):
        opened.download(address, io.BytesIO(), max_bytes=MB, seconds=5)

    assert asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_other_ways_to_write_this_machine_are_looked_up_and_refused(host):
    with pytest.raises(Refused, match=r"public internet|not known"):
        Internet().download(f"http://{host}/a.png", io.BytesIO(), max_bytes=MB, seconds=5)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["93.184.216.34", "::1"]])
def test_a_name_of_which_one_address_is_not_public_is_not_gone_to(answers):
    with pytest.raises(Refused, match="public internet"):
        Internet(look_up=lambda host, port: answers).download(
            "http://rebind.example/a.png", io.BytesIO(), max_bytes=MB, seconds=5
        )


def test_a_name_is_looked_up_once_and_the_checked_address_connected_to(site):
    site.answers["/a.png"] = b"picture"
    asked = []

    def look_up(host, port):
        # The second answer would be another one, as of somebody who rebinds the name.
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    assert download(site.url("/a.png", "nowhere.invalid"), look_up=look_up) == b"picture"
    assert asked == ["nowhere.invalid"]
    assert site.asked[0][1]["Host"] == f"nowhere.invalid:{site.port}"


def test_a_name_that_changes_its_mind_on_the_way_is_refused(site):
    site.answers["/a.png"] = lambda request: request.answer(302, Location="/b.png", Connection="close")
    site.answers["/b.png"] = b"secret"
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    with pytest.raises(Refused, match="public internet"):
        download(site.url("/a.png", "nowhere.invalid"), look_up=lambda host, port: next(answers))

    assert [path for path, _headers in site.asked] == ["/a.png"]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/x",
        "http://[::1]:{port}/x",
        "file:///etc/passwd",
        "//10.0.0.1/x",
        "http://",
        "http://[",
        "//[::1",
    ],
)
def test_a_redirect_goes_nowhere_that_an_address_may_not(site, target):
    site.answers["/a.png"] = lambda request: request.answer(302, Location=target.format(port=site.port))

    with pytest.raises(Refused):
        download(site.url("/a.png"))


def test_redirects_are_followed_so_far_and_no_further(site):
    site.answers["/a.png"] = lambda request: request.answer(301, Location="/b.png?w=1")
    site.answers["/b.png"] = b"picture"
    site.answers["/round"] = lambda request: request.answer(302, Location="/round")

    assert download(site.url("/a.png")) == b"picture"
    with pytest.raises(Refused, match="more than 5 times"):
        download(site.url("/round"))


# --- What is sent, and what is taken
def test_who_asks_says_so_and_nothing_of_anybody_else(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.answers["/a.png"] = lambda request: request.answer(302, Location="/b.png", Set_Cookie="a=b")
    site.answers["/b.png"] = b"picture"

    assert download(site.url("/a.png", "user:secret@127.0.0.1")) == b"picture"

    for _path, headers in site.asked:
        assert headers["User-Agent"].startswith("RightOfReply")
        assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


def test_a_path_in_another_script_is_asked_for_as_it_should_be(site):
    site.answers["/f%C3%BCr%20dich.png"] = b"picture"

    assert download(site.url("/für dich.png")) == b"picture"
    assert download(site.url("/f%C3%BCr%20dich.png")) == b"picture"


def without_length(request):
    request.send_response(200)
    request.send_header("Connection", "close")
    request.end_headers()
    for _chunk in range(1000):
        request.wfile.write(b"0" * 10_000)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda request: request.answer(200, b"0" * 3000), "larger"),
        (lambda request: request.answer(200, Content_Length=10**12), "larger"),
        (without_length, "larger"),
        (lambda request: request.answer(200, b"\x1f\x8b", Content_Encoding="gzip"), "compressed"),
        (lambda request: request.answer(404), "404"),
        (lambda request: request.answer(403, b"No."), "403"),
        (lambda request: request.answer(204), "204"),
        (lambda request: request.answer(503), "503"),
        (lambda request: request.wfile.write(b"what?\r\n\r\n"), "connection"),
        (lambda request: request.answer(200, b"short", Content_Length=100, Connection="close"), "connection|too long"),
    ],
)
def test_what_is_too_large_or_no_answer_is_refused(site, answer, why):
    site.answers["/a.png"] = answer

    with pytest.raises(Refused, match=why):
        download(site.url("/a.png"), max_bytes=2000, idle=0.5)


def test_a_server_that_says_nothing_or_drips_is_not_waited_for(site):
    over = threading.Event()

    def drip(request):
        request.send_response(200)
        while not over.wait(0.05):
            request.send_header("X-More", "1")
            request.flush_headers()

    site.answers |= {"/silent": lambda request: over.wait(30), "/drip": drip}

    for path in ("/silent", "/drip"):
        begun = time.monotonic()
        with pytest.raises(Unreachable, match="too long"):
            download(site.url(path), idle=0.3, seconds=0.8)
        assert time.monotonic() - begun < 10
    over.set()


def test_a_name_server_that_says_nothing_is_not_waited_for():
    over = threading.Event()

    def look_up(host, port):
        over.wait(30)
        return ["10.0.0.1"]  # which would be refused

    with pytest.raises(Unreachable, match="too long"):
        Internet(look_up=look_up).download("http://a.example/a.png", io.BytesIO(), max_bytes=1, seconds=0.2)
    over.set()


def test_a_host_that_is_not_there_is_told_from_a_file_that_is_not():
    with pytest.raises(Unreachable, match="not known"):
        download("http://nowhere.invalid/a.png", look_up=lambda host, port: [])
    with pytest.raises(Unreachable, match="connection failed"):
        download("http://127.0.0.1:9/a.png")


# --- An import that fetches
def test_what_an_export_names_is_fetched_and_its_texts_show_it(db, tmp_path, site):
    site.answers["/wp-content/uploads/2019/05/ford.png"] = png()
    site.answers["/wp-content/uploads/map.pdf"] = b"%PDF-1.4"
    site.answers["/wp-content/uploads/weir.png"] = png(40)
    text = (
        f'<img src="{site.url("/wp-content/uploads/2019/05/ford-300x200.png?w=300")}" alt="">'
        '<img src="/wp-content/uploads/weir.png?resize=30" alt="A weir">'
        f'<a href="{site.url("/wp-content/uploads/map.pdf")}">map</a>'
    )

    report, told = move_in(
        tmp_path,
        make_item(text=text),
        make_attachment(url=site.url("/wp-content/uploads/2019/05/ford.png")),
        link=site.url(""),
    )

    body = Post.objects.get().body
    assert "127.0.0.1" not in body
    assert "wp-content" not in body
    assert sorted(picture.width for picture in Picture.objects.all()) == [30, 40]
    assert Attachment.objects.get(picture=None).file.name.endswith("map.pdf")
    assert report["numbers"]["attachments"]["new"] == 1
    assert report["numbers"]["files"]["new"] == 2
    assert told[-1] == "fetched 3 of 3, 0 missing"
    assert not list((tmp_path / "fetched").iterdir())


def test_each_missing_file_is_listed_with_its_line_and_why(db, tmp_path, site):
    site.answers["/files/page.png"] = b"<html>Not found, but said politely</html>"
    site.answers["/files/large.png"] = lambda request: request.answer(200, Content_Length=16 * MB)

    report, told = move_in(
        tmp_path,
        make_attachment(id=1, url=site.url("/files/gone.png")),
        make_attachment(id=2, url=site.url("/files/page.png")),
        make_attachment(id=3, url=site.url("/files/large.png")),
        make_attachment(id=4, url="http://10.0.0.1/files/a.png"),
        make_attachment(id=5, url=site.url("/files/a.php")),
    )

    whys = {entry["what"].split()[1]: (entry["lines"], entry["why"]) for entry in report["skipped"]}
    assert {name: lines for name, (lines, _why) in whys.items()} == {
        "gone.png": [3],
        "page.png": [4],
        "large.png": [5],
        "a.png": [6],
        "a.php": [7],
    }
    for name, why in {
        "gone.png": "404",
        "page.png": "not a picture",
        "large.png": "15 MB",
        "a.png": "public internet",
        "a.php": "not kept",
    }.items():
        assert why in whys[name][1]
    assert told[-1] == "fetched 0 of 3, 3 missing"
    assert "/files/a.php" not in [path for path, _headers in site.asked]


def test_a_picture_that_is_only_there_in_a_smaller_size_is_taken_so(db, tmp_path, site):
    site.answers["/wp-content/uploads/a-300x200.png"] = png()

    move_in(tmp_path, make_item(text='<img src="/wp-content/uploads/a-300x200.png">'), link=site.url(""))

    assert Picture.objects.get().file.url in Post.objects.get().body


def test_what_is_here_or_in_the_folder_is_not_asked_for(db, tmp_path, site):
    site.answers["/files/2019/05/ford.png"] = png()
    ford = make_attachment(id=1, url=site.url("/files/2019/05/ford.png"))
    move_in(tmp_path, ford)
    site.asked.clear()

    weir = make_attachment(id=2, url=site.url("/files/2019/05/weir.png"))
    report, _told = move_in(tmp_path, ford, weir, media=make_uploads(tmp_path, "2019/05/weir.png"))

    assert site.asked == []
    assert report["numbers"]["attachments"] == {"in_the_file": 2, "new": 1, "updated": 0, "here": 1, "left_out": 0}


def test_what_came_before_a_break_is_not_asked_for_again(db, tmp_path, site, monkeypatch):
    site.answers["/files/a.png"] = png()
    items = [make_attachment(url=site.url("/files/a.png")), make_item(id=2)]

    def killed(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("blog_site.moving.wordpress.importer.write", killed)
        with pytest.raises(KeyboardInterrupt):
            move_in(tmp_path, *items)
    half = tmp_path / "fetched" / "half.part"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    assert not Post.objects.exists()
    move_in(tmp_path, *items)

    assert len(site.asked) == 1
    assert Picture.objects.count() == 1
    assert not list((tmp_path / "fetched").iterdir())


def test_files_come_several_at_a_time_before_the_transaction_begins(db, tmp_path, site, monkeypatch):
    def slow(request):
        time.sleep(0.15)
        request.answer(200, png())

    def write(*args, **options):
        asked_before.extend(site.asked)
        return original(*args, **options)

    asked_before, original = [], wordpress.write
    monkeypatch.setattr(wordpress, "write", write)
    urls = [f"/files/{number}.png" for number in range(8)]
    site.answers |= dict.fromkeys(urls, slow)

    _report, told = move_in(
        tmp_path, *(make_attachment(id=number, url=site.url(url)) for number, url in enumerate(urls, start=1))
    )

    assert site.most == 4
    assert Picture.objects.count() == 8
    assert told[-1] == "fetched 8 of 8, 0 missing"
    assert len(asked_before) == len(site.asked) == 8


def test_a_host_without_answers_is_left_alone_after_a_while(db, tmp_path, site):
    items = [make_attachment(id=number, url=site.url(f"/files/{number}.png")) for number in range(1, 31)]
    site.answers |= {f"/files/{number}.png": lambda request: request.answer(503) for number in range(1, 31)}

    report, told = move_in(tmp_path, *items, threads=1)

    assert len(site.asked) == 10
    assert told[-1] == "fetched 0 of 30, 30 missing"
    assert "gave no answer 10 times" in report["skipped"][-1]["why"]


def test_a_server_that_stumbles_once_is_asked_again(db, tmp_path, site):
    def stumble(request):
        if len(request.server.asked) == 1:
            request.answer(503)
        else:
            request.answer(200, png())

    site.answers["/files/a.png"] = stumble

    move_in(tmp_path, make_attachment(url=site.url("/files/a.png")))

    assert Picture.objects.count() == 1


def test_a_dry_run_asks_for_nothing_and_says_how_many_it_would(db, tmp_path, site):
    items = [make_attachment(id=number, url=site.url(f"/files/{number}.png")) for number in (1, 2)]

    report, told = move_in(tmp_path, *items, make_attachment(id=3, url="file:///etc/passwd"), dry_run=True)

    assert site.asked == told == []
    assert "2 files would be downloaded" in report["warnings"]
    assert report["numbers"]["attachments"] == {"in_the_file": 3, "new": 2, "updated": 0, "here": 0, "left_out": 1}
    assert not (tmp_path / "fetched").exists()


def test_the_command_fetches_too(db, tmp_path):
    report = import_(make_export(tmp_path, make_attachment()), fetch_media=True, dry_run=True)

    assert "1 files would be downloaded" in report["warnings"]


@pytest.mark.seed
def test_of_the_hostile_list_only_what_is_public_is_asked_for(db, tmp_path, site):
    looked_up = []

    def look_up(host, port):
        looked_up.append(host)
        return []

    report = run_import(
        Import(files=["media.xml"], fetch_media=True),
        [SHARED / "corpora/import/hostile/media.xml"],
        fetching=lambda: Fetched(internet=Internet(look_up=look_up), folder=tmp_path / "fetched", pause=0),
    ).as_dict()

    assert set(looked_up) == {"old.example", "old.files.wordpress.com"}
    whys = {entry["what"]: entry["why"] for entry in report["skipped"]}
    assert "host is not known" in whys["attachment 2020/01/a.jpg × 1"]
    assert "not http" in whys["attachment 4 × 1"]
    assert not Picture.objects.exists()


def test_a_disk_that_is_full_ends_it_in_one_line_and_writes_nothing(db, tmp_path, site):
    site.answers["/files/a.png"] = png()
    folder = tmp_path / "no folder"
    folder.write_text("a file is in the way")

    with pytest.raises(ImportFailed):
        move_in(tmp_path, make_attachment(url=site.url("/files/a.png")), make_item(id=2), folder=Path(folder))

    assert not Post.objects.exists()
