#!/usr/bin/python3
"""What a socket may do to both doors of a real samsynd, on loopback: tests/fault/doors.py ROOT STUBS SAMSYND

Descriptors run out and come back; connections that say nothing; headers without end, streams that are reset by the
thousand and bodies that do not come, at the gRPC door, as whoever is on this machine could send them; and that a
stranger without a certificate never gets as far. (ctest fault.doors)
"""
import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT, STUBS, SAMSYND = sys.argv[1:4]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
import http2  # noqa: E402
import node  # noqa: E402
from http2 import frame  # noqa: E402

CONTRACT = node.make_stubs(ROOT, STUBS)
M = "municipalities/0136"
DESCRIPTORS = 160
FLOOD = 16 << 20          # bytes of a header that has no end
RESETS = 5000
WHO = "/samsyn.v1.AccessService/WhoAmI"
SUBMIT = "/samsyn.v1.ReportService/SubmitReport"


def until(condition, what, limit_s=60):
    never, end = threading.Event(), time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, what
        never.wait(0.02)


def resident_mib(server):
    with open("/proc/%d/statm" % server.process.pid) as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def report(client, text):
    client.Report.SubmitReport(CONTRACT.SubmitReportRequest(
        request_id=node.new_id(), municipality=M,
        report=CONTRACT.Report(category=CONTRACT.CATEGORY_THEFT, text=text)))


class Case(unittest.TestCase):
    def serve(self, *arguments, **options):
        self.web = node.free_port()
        server = node.Node(CONTRACT, SAMSYND, web="127.0.0.1:%d" % self.web, **options)
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        server.create("0136")
        server.start(*arguments)
        return server

    def client(self, server):
        client = server.client()
        self.addCleanup(client.close)
        return client

    def answers_at_both_doors(self, server):
        """Somebody new is served, and writes."""
        client = self.client(server)
        report(client, "Cykel")
        web = http.client.HTTPConnection("127.0.0.1", self.web, timeout=30)
        web.request("GET", "/healthz")
        self.assertEqual(web.getresponse().status, 200)
        web.close()


class Descriptors(Case):
    def test_running_out_is_survived_at_both_doors(self):
        server = self.serve(limit_files=DESCRIPTORS)
        inside = self.client(server)
        report(inside, "Före")
        figures = http.client.HTTPConnection("127.0.0.1", self.web, timeout=30)

        def starved(door):
            figures.request("GET", "/metrics")
            text = figures.getresponse().read().decode()
            return int(re.search(r'^samsyn_accept_starved_total\{door="%s"\} (\d+)$' % door, text, re.M).group(1))

        self.assertEqual((starved("grpc"), starved("web")), (0, 0))
        crowd = []
        for port, door in ((server.port, "grpc"), (self.web, "web")):
            crowd += [socket.create_connection(("127.0.0.1", port)) for _ in range(DESCRIPTORS)]
            until(lambda: starved(door) > 0, "descriptors never ran out at " + door)
        # Who is inside is served, and what they write is durable.
        report(inside, "Under")
        for one in crowd:
            one.close()
        until(lambda: self.new_connection_is_served(server), "nobody comes in any more")
        self.answers_at_both_doors(server)
        listed = inside.Report.ListReports(CONTRACT.ListReportsRequest(municipality=M)).reports
        self.assertEqual(sorted(r.text for r in listed), ["Cykel", "Före", "Under"])
        figures.close()
        self.assertEqual(server.stop(), 0)

    def new_connection_is_served(self, server):
        connection = http2.Connection(server.port)
        served = connection.ping()
        connection.close()
        return served


class OnThisMachine(Case):
    """What whoever may connect without a certificate, on loopback, can do to gRPC 1.51 of Debian 12."""

    def setUp(self):
        self.server = self.serve()
        self.other = self.client(self.server)
        self.token = self.server.token("0136-coordinator")

    def slowest_call(self):
        begin = time.monotonic()
        self.other.Access.WhoAmI(CONTRACT.WhoAmIRequest(), timeout=30)
        return time.monotonic() - begin

    def test_a_header_without_end_costs_memory_while_it_lasts(self):
        piece = frame(http2.CONTINUATION, 0, 1,
                      b"".join(http2.header("a%03d" % i, "b" * 20) for i in range(500)))
        before = resident_mib(self.server)
        flood = http2.Connection(self.server.port)
        flood.send(frame(http2.HEADERS, 0, 1, http2.grpc_headers(WHO)))
        sent = 0
        while sent < FLOOD and flood.send(piece):
            sent += len(piece)
        until(lambda: flood.closed or resident_mib(self.server) - before > 0, "nothing came of it")
        took = self.slowest_call()
        print("\n%d KiB of a header without end: %.1f MiB of memory, another's call took %.3f s, cut off: %s"
              % (sent >> 10, resident_mib(self.server) - before, took, flood.closed))
        flood.close()
        # A header that ends and is too large is refused, and only it.
        large = http2.Connection(self.server.port)
        large.send(frame(http2.HEADERS, http2.END_STREAM, 1, http2.grpc_headers(WHO)) + piece +
                   frame(http2.CONTINUATION, http2.END_HEADERS, 1, http2.header("z", "z")))
        self.assertTrue(large.ping())
        large.close()
        self.answers_at_both_doors(self.server)

    def test_streams_reset_by_the_thousand_leave_others_served(self):
        before = resident_mib(self.server)
        flood = http2.Connection(self.server.port)
        slowest, begin = 0, time.monotonic()
        for number in range(0, RESETS, 100):
            flood.send(b"".join(
                frame(http2.HEADERS, http2.END_HEADERS, 2 * n + 1, http2.grpc_headers(WHO, self.token)) +
                frame(http2.RST_STREAM, 0, 2 * n + 1, http2.CANCEL) for n in range(number, number + 100)))
            if number % 1000 == 0:
                slowest = max(slowest, self.slowest_call())
        flood.ping()
        print("\n%d streams reset in %.1f s: %.1f MiB more, another's slowest call %.3f s, cut off: %s" % (
            RESETS, time.monotonic() - begin, resident_mib(self.server) - before, slowest, flood.closed))
        flood.close()
        self.answers_at_both_doors(self.server)

    def test_bodies_that_do_not_come_cost_little(self):
        before = resident_mib(self.server)
        slow = http2.Connection(self.server.port)
        body = b"\0" + (200 << 10).to_bytes(4, "big") + b"x" * 4000
        for n in range(1000):
            slow.send(frame(http2.HEADERS, http2.END_HEADERS, 2 * n + 1, http2.grpc_headers(SUBMIT, self.token)) +
                      frame(http2.DATA, 0, 2 * n + 1, body))
        self.assertTrue(slow.ping())
        grown = resident_mib(self.server) - before
        print("\n1000 bodies that do not come: %.1f MiB" % grown)
        self.assertLess(grown, 100)
        self.answers_at_both_doors(self.server)
        slow.close()


class WithoutACertificate(Case):
    """Mutual TLS: the handshake ends before HTTP/2 begins."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        for name in ("ca", "other-ca"):
            self.openssl("req", "-x509", *self.new_key(name), "-days", "2", "-subj", "/CN=" + name, "-out",
                         self.path(name + ".pem"))
        self.certificate("server", "ca", "/CN=localhost")
        self.certificate("kommunen", "ca", "/O=kommunen/CN=samordnare")
        self.certificate("forged", "other-ca", "/O=kommunen/CN=samordnare")
        self.port = node.free_port()
        self.data = self.path("data")
        subprocess.run([SAMSYND, "--data", self.data, "--create", "0136"], check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [SAMSYND, "--data", self.data, "--listen", "127.0.0.1:%d" % self.port, "--web", "off", "--tls-cert",
             self.path("server.pem"), "--tls-key", self.path("server.key"), "--tls-client-ca", self.path("ca.pem")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.terminate)
        until(self.listens, "samsynd does not listen")

    def path(self, name):
        return os.path.join(self.folder, name)

    def new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.path(name + ".key")]

    def openssl(self, *words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)

    def certificate(self, name, authority, subject):
        self.openssl("req", *self.new_key(name), "-subj", subject, "-out", self.path(name + ".csr"))
        self.openssl("x509", "-req", "-days", "1", "-in", self.path(name + ".csr"), "-CA",
                     self.path(authority + ".pem"), "-CAkey", self.path(authority + ".key"), "-CAcreateserial",
                     "-out", self.path(name + ".pem"))

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def attack(self, certificate=None, version=ssl.TLSVersion.TLSv1_3):
        """Says all of the flood at once; returns the kinds of the frames that came back."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        context.maximum_version = version
        if certificate:
            context.load_cert_chain(self.path(certificate + ".pem"), self.path(certificate + ".key"))
        frames = []
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as plain:
            try:
                tls = context.wrap_socket(plain)
            except OSError:
                return frames
            connection = http2.Connection(sock=tls)
            for n in range(1000):
                connection.send(frame(http2.HEADERS, http2.END_HEADERS, 2 * n + 1, http2.grpc_headers(WHO)) +
                                frame(http2.RST_STREAM, 0, 2 * n + 1, http2.CANCEL))
            connection.send(frame(http2.PING, 0, 0, b"12345678"))
            # What came before it was cut off is read, too.
            while not frames or frames[-1] != http2.PING:
                got = connection.read()
                if got is None:
                    break
                frames.append(got[0])
            connection.close()
        return frames

    def test_a_stranger_gets_no_frame_of_http2(self):
        for certificate in (None, "forged"):
            for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
                self.assertEqual(self.attack(certificate, version), [], "%s, %s" % (certificate, version.name))
        # The same bytes by who has one are HTTP/2 to the server: it is the certificate that tells.
        self.assertIn(http2.SETTINGS, self.attack("kommunen"))
        self.assertIsNone(self.process.poll())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
