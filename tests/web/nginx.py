#!/usr/bin/python3
"""The public way in: nginx, as deploy/nginx sets it up, before a real samsynd: nginx.py ROOT STUBS SAMSYND

The page over HTTP/2, calls with the public name's Origin, a stream whose changes come at once, no figures, the
redirect from plain text; and streams reset by the thousand and a header without end, which are cut off there.
"""
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile

ROOT, STUBS, SAMSYND = sys.argv[1:4]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
import http2  # noqa: E402
import node  # noqa: E402

MUNICIPALITY = "municipalities/0136"
NAME = "samsyn.example"


def certificate(folder):
    pem, key = os.path.join(folder, "pem"), os.path.join(folder, "key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                    key, "-out", pem, "-days", "2", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME],
                   check=True, capture_output=True)
    return pem, key


class Proxy:
    """nginx in the foreground, with what deploy/nginx/render writes, in a folder of its own."""

    def __init__(self, web):
        self.folder = tempfile.mkdtemp(prefix="samsyn-test-")
        os.chmod(self.folder, 0o755)
        self.pem, key = certificate(self.folder)
        self.tls, self.plain = node.free_port(), node.free_port()
        site = subprocess.run([os.path.join(ROOT, "deploy/nginx/render"), NAME, web, self.pem, key, str(self.tls),
                               str(self.plain)], check=True, capture_output=True, text=True).stdout
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w") as conf:
            conf.write("daemon off; pid %s/pid; error_log stderr; events {}\nhttp {\n" % self.folder)
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
                conf.write("%s_temp_path %s/%s;\n" % (kind, self.folder, kind))
            conf.write(site + "}\n")
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([nginx, "-p", self.folder, "-c", path], stdin=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, path, *arguments):
        return ["curl", "-sS", "--cacert", self.pem, "--resolve", "%s:%d:127.0.0.1" % (NAME, self.tls), *arguments,
                "https://%s:%d%s" % (NAME, self.tls, path)]

    def curl(self, path, *arguments):
        done = subprocess.run(self.command(path, "--include", "--max-time", "60", *arguments), capture_output=True)
        assert done.returncode == 0, done.stderr
        head, body = done.stdout.split(b"\r\n\r\n", 1)
        return head.decode().lower(), body

    def await_health(self, server):
        while subprocess.run(self.command("/healthz", "-f", "-o", os.devnull), capture_output=True).returncode != 0:
            assert self.process.poll() is None and server.process.poll() is None, "it ended"


def check_page(proxy):
    head, body = proxy.curl("/", "--compressed")
    assert head.startswith("http/2 200"), head
    assert "strict-transport-security: max-age=31536000" in head, head
    assert "content-encoding: br" in head and b"<html" in body, head
    assert "content-security-policy: default-src 'none'" in head, head
    assert proxy.curl("/metrics")[0].startswith("http/2 404"), "no figures for the public"
    redirect = subprocess.run(["curl", "-sS", "-I", "-H", "Host: " + NAME, "http://127.0.0.1:%d/a" % proxy.plain],
                              capture_output=True, text=True).stdout.lower()
    assert "301" in redirect and "location: https://%s/a" % NAME in redirect, redirect


def check_calls(proxy, cookie):
    call = ["-H", "content-type: application/json", "-H", "cookie: " + cookie, "-d", "{}"]
    head, body = proxy.curl("/samsyn.v1.AccessService/WhoAmI", "-H", "origin: https://%s:%d" % (NAME, proxy.tls), *call)
    assert head.startswith("http/2 200"), (head, body)
    assert "member" in json.loads(body), body
    head, _ = proxy.curl("/samsyn.v1.AccessService/WhoAmI", "-H", "origin: https://evil.example", *call)
    assert head.startswith("http/2 403"), head
    # A browser cannot name its own proxy.
    head, _ = proxy.curl("/samsyn.v1.AccessService/WhoAmI", "-H", "origin: https://evil.example", "-H",
                         "x-forwarded-host: evil.example", *call)
    assert head.startswith("http/2 403"), head


def check_stream(proxy, contract, server, cookie):
    request = contract.WatchRequest(municipality=MUNICIPALITY).SerializeToString()
    path = os.path.join(proxy.folder, "watch")
    with open(path, "wb") as file:
        file.write(b"\0" + len(request).to_bytes(4, "big") + request)
    stream = subprocess.Popen(
        proxy.command("/samsyn.v1.WatchService/Watch", "-N", "-H", "content-type: application/grpc-web+proto", "-H",
                      "cookie: " + cookie, "--data-binary", "@" + path), stdout=subprocess.PIPE)

    def next_piece():
        prefix = stream.stdout.read(5)
        assert len(prefix) == 5 and prefix[0] == 0, prefix
        return contract.WatchResponse.FromString(stream.stdout.read(int.from_bytes(prefix[1:], "big")))

    piece = next_piece()
    while not piece.current:
        piece = next_piece()
    client = server.client("landlord")
    # Held back by a buffer it would come with the next mark of progress at the earliest, of which there is none now.
    made = client.Report.SubmitReport(contract.SubmitReportRequest(
        request_id=node.new_id(), municipality=MUNICIPALITY,
        report=contract.Report(category=contract.CATEGORY_THEFT, text="Cykel")))
    piece = next_piece()
    assert made.report.name in [entity.report.name for entity in piece.upserted], piece
    client.close()
    server.stop()
    rest = stream.stdout.read()
    assert b"grpc-status: 14" in rest, rest[-300:]
    assert stream.wait(30) == 0


def flood(proxy, first, piece, pieces):
    """A stranger who sends pieces, until all have gone or it is told to go; how many were taken. Others are served
    meanwhile."""
    context = ssl.create_default_context(cafile=proxy.pem)
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(("127.0.0.1", proxy.tls), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname=NAME) as tls:
            assert tls.selected_alpn_protocol() == "h2"
            stranger = http2.Connection(sock=tls)
            assert stranger.read_until(http2.SETTINGS) is not None
            stranger.send(first)
            for number in range(pieces):
                # In the middle of a header nothing else may be asked.
                if not stranger.send(piece(number)) or (not first and stranger.is_told_to_go()):
                    return number
                assert proxy.curl("/healthz", "--max-time", "10")[0].startswith("http/2 200")
            return pieces


def check_floods(proxy):
    asked = http2.headers("%s:%d" % (NAME, proxy.tls), "/healthz", method="GET", scheme="https")

    def resets(count):
        def piece(number):
            streams = range(2 * count * number + 1, 2 * count * (number + 1), 2)
            return b"".join(
                http2.frame(http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, stream, asked) +
                http2.frame(http2.RST_STREAM, 0, stream, http2.CANCEL) for stream in streams)
        return piece

    # A connection is told to go after 1000 requests, and closed where they come faster than nginx can begin them.
    for count, pieces in ((100, 20), (2000, 10)):
        taken = flood(proxy, b"", resets(count), pieces)
        assert taken < pieces, "nginx takes a flood without end"
        print("nginx: no more after %d streams that were reset, %d at once" % (count * taken, count))
    # A header without end is thrown away as it comes.
    line = http2.frame(http2.CONTINUATION, 0, 1, b"".join(http2.header("a%03d" % i, "b" * 20) for i in range(500)))
    before = resident(proxy)
    taken = flood(proxy, http2.frame(http2.HEADERS, 0, 1, asked), lambda number: 50 * line, 20)
    grown = resident(proxy) - before
    print("nginx: %d KiB of memory for %d KiB of a header without end" % (grown >> 10, 50 * taken * len(line) >> 10))
    assert grown < 4 << 20, grown


def resident(proxy):
    """Bytes of memory of nginx's workers."""
    total = 0
    with open("/proc/%d/task/%d/children" % (proxy.process.pid, proxy.process.pid)) as children:
        for pid in children.read().split() or [str(proxy.process.pid)]:
            with open("/proc/%s/statm" % pid) as file:
                total += int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    return total


def main():
    contract = node.make_stubs(ROOT, STUBS)
    with node.Node(contract, SAMSYND, web="127.0.0.1:%d" % node.free_port()) as server:
        server.start("--demo", "haninge", token="coordinator")
        with Proxy(server.web) as proxy:
            proxy.await_health(server)
            cookie = "__Host-samsyn=" + server.token("coordinator")
            check_page(proxy)
            check_calls(proxy, cookie)
            check_floods(proxy)
            check_stream(proxy, contract, server, cookie)
    print("The public way in holds.")


if __name__ == "__main__":
    main()
