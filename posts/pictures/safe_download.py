"""Files from addresses that strangers chose: only from the public internet, in bounded size and time.

A name is looked up once, every answer is checked, and the connection goes to the address that was checked: what the
name means a moment later changes nothing. Redirects are followed by the same rules. No proxy of the environment, no
cookie, no credentials of an address, no compression.
"""

import ipaddress
import queue
import re
import socket
import threading
import time
from urllib.parse import quote, urljoin, urlsplit

import httpcore

from .refused import Refused, Unreachable

PORTS = {80, 443}
MAX_REDIRECTS = 5
IDLE_SECONDS = 15
AGENT = "RightOfReply (a blog fetches pictures for its posts)"
# RFC 6890 and IANA's registries of special-purpose addresses. Those of IPv6 that carry an address of IPv4 inside
# (mapped, NAT64, 6to4, Teredo) are refused whatever it is: they could lead around the other rules.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")


def is_public(address):
    """True for an IP address, as text, that anybody on the internet can reach."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and ip not in _GLOBAL_IPV6:
        return False
    return ip.is_global and not any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)


def look_up(host, port):
    """The IP addresses of a host."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(answer[4][0] for answer in answers))


class Internet:
    """`download(address, file, …)`, from as many threads as one likes.

    `is_allowed(ip)`, `ports` and `look_up` are there for tests, which have a server on this machine.
    """

    def __init__(self, *, is_allowed=is_public, ports=PORTS, look_up=look_up, idle=IDLE_SECONDS):
        self.ports = ports
        self.is_allowed = is_allowed
        self._now = threading.local()
        self._backend = _Checked(is_allowed, look_up, idle, self._now)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpcore.default_ssl_context(),
            network_backend=self._backend,
            max_connections=32,
            keepalive_expiry=5,
        )
        self._timeout = dict.fromkeys(("connect", "read", "write", "pool"), idle)

    def close(self):
        """Ends what is under way, too."""
        self._backend.closed = True
        self._pool.close()

    def check(self, address):
        """(scheme, host, port, target) of an address; Refused where it can be told without asking anybody."""
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise Refused("its address can't be read") from error
        if parts.scheme not in {"http", "https"} or not host:
            raise Refused("its address is not http or https")
        port = port or {"http": 80, "https": 443}[parts.scheme]
        if self.ports and port not in self.ports:
            raise Refused(f"its address has port {port}; only 80 and 443 are asked")
        try:
            ipaddress.ip_address(host)
        except ValueError:
            host = _ascii(host)
        else:
            if not self.is_allowed(host):
                raise Refused("its address is not on the public internet")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        return (
            parts.scheme,
            host,
            port,
            f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~?')}" if parts.query else path,
        )

    def download(self, address, file, *, max_bytes, seconds):
        """Writes what is at `address` to the open `file`. Raises Refused or Unreachable, and OSError of the file's."""
        self._now.deadline = time.monotonic() + seconds
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                address = self._one(address, file, max_bytes)
                if not address:
                    return
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise Unreachable("it took too long") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
            if getattr(error, "filename", None):
                raise
            raise Unreachable("the connection failed") from error
        raise Refused(f"it leads on more than {MAX_REDIRECTS} times")

    def _one(self, address, file, max_bytes):
        """Where a redirect leads, or None with the file written."""
        scheme, host, port, target = self.check(address)
        url = httpcore.URL(scheme=scheme.encode(), host=host.encode(), port=port, target=target.encode())
        usual = {"http": 80, "https": 443}[scheme] == port
        shown = f"[{host}]" if ":" in host else host
        headers = {
            "Host": shown if usual else f"{shown}:{port}",
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        with self._pool.stream("GET", url, headers=headers, extensions={"timeout": self._timeout}) as response:
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in {301, 302, 303, 307, 308} and said.get("location"):
                return _joined(address, said["location"])
            if response.status == 429 or response.status >= 500:
                raise Unreachable(f"the server answered {response.status}")
            if response.status != 200:
                raise Refused(f"the server answered {response.status}")
            if said.get("content-encoding", "identity").lower() not in {"identity", ""}:
                raise Refused("the server sent it compressed, unasked")
            length = said.get("content-length", "")
            if re.fullmatch(r"\d{1,20}", length) and int(length) > max_bytes:
                raise Refused(_too_large(max_bytes))
            taken = 0
            for chunk in response.iter_stream():
                taken += len(chunk)
                if taken > max_bytes:
                    raise Refused(_too_large(max_bytes))
                file.write(chunk)
        return None


def _too_large(max_bytes):
    return f"it is larger than {max_bytes // (1024 * 1024)} MB"


def _joined(address, location):
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise Refused("it leads to an address that can't be read") from error


def _ascii(host):
    try:
        return host.encode("ascii").decode() if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise Refused("its address can't be read") from error


class _Checked(httpcore.NetworkBackend):
    """Connects to the address that it has checked, and to no other."""

    def __init__(self, is_allowed, look_up, idle, now):
        self.is_allowed = is_allowed
        self.look_up = look_up
        self.idle = idle
        self.now = now
        self.closed = False
        self.sockets = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        try:
            ips = self._looked_up(host, port)
        except (OSError, UnicodeError) as error:
            raise Unreachable("the host is not known") from error
        if not ips:
            raise Unreachable("the host is not known")
        if not all(self.is_allowed(ip) for ip in ips):
            raise Refused("its host is not on the public internet")
        for number, ip in enumerate(ips, start=1):
            try:
                stream = self.sockets.connect_tcp(ip, port, self._time_left(), local_address, socket_options)
                return _Timed(stream, self._time_left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(ips):
                    raise
        raise AssertionError("not reached")

    def _looked_up(self, host, port):
        """What `look_up` finds. It asks name servers for as long as it likes, so another thread waits for it."""
        answers = queue.SimpleQueue()

        def ask():
            try:
                answers.put(self.look_up(host, port))
            except Exception as error:  # raised where somebody waits
                answers.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            ips = answers.get(timeout=self._time_left())
        except queue.Empty:
            raise httpcore.ConnectTimeout("the name servers gave no answer") from None
        if isinstance(ips, Exception):
            raise ips
        return ips

    def _time_left(self):
        left = min(self.idle, self.now.deadline - time.monotonic())
        if left <= 0 or self.closed:
            raise httpcore.ReadTimeout("the file's time is over")
        return left


class _Timed(httpcore.NetworkStream):
    """A connection that is never waited for longer than the file that it brings has left."""

    def __init__(self, stream, left):
        self.stream = stream
        self.left = left

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, self.left())

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, self.left())

    def close(self):
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return _Timed(self.stream.start_tls(ssl_context, server_hostname, self.left()), self.left)

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)
