#!/usr/bin/python3
"""samsyn and samsynd where connections matter: tests/clients/connections.py SAMSYND SAMSYN

Mutual TLS with certificates made on the spot, a watch that outlives its server, an import that polls a
source, and flags about connections that are wrong.
"""
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

SAMSYND, SAMSYN = sys.argv[1:3]
DEADLINE = 60  # seconds that any single command may take
M = "municipalities/0136"


class Server:
    """A samsynd with a municipality; `port` 0 means any, and stays the same when it is started again."""

    def __init__(self, folder, *flags):
        self.data = os.path.join(folder, "data")
        self.flags, self.port, self.process = flags, 0, None
        subprocess.run([SAMSYND, "--data", self.data, "--create", "0136"], check=True, timeout=DEADLINE,
                       stdout=subprocess.DEVNULL)
        self.coordinator = os.path.join(self.data, "tokens", "0136-coordinator")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [SAMSYND, "--data", self.data, "--listen", "127.0.0.1:%d" % self.port, *self.flags],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            found = re.search(r'"event":"listening".*"address":"[^"]+:(\d+)"', line)
            if found:
                self.port = int(found.group(1))
                return
        raise AssertionError("the server ended")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        self.process.stdout.close()
        assert self.process.wait(timeout=DEADLINE) == 0

    @property
    def address(self):
        return "localhost:%d" % self.port

    def samsyn(self, *words, token=None, code=0):
        """Runs a command; what it printed. `code`: how it must end."""
        run = subprocess.run([SAMSYN, "--server", self.address, "--token-file", token or self.coordinator,
                              "--lang", "en", *words], capture_output=True, text=True, timeout=DEADLINE)
        if run.returncode != code:
            raise AssertionError(f"samsyn {' '.join(words)}\nended with {run.returncode}, not {code}\n"
                                 f"{run.stdout}{run.stderr}")
        return run.stdout if code == 0 else run.stderr

    def begin(self, *words):
        """Starts a command that goes on, in JSON."""
        return subprocess.Popen([SAMSYN, "--server", self.address, "--token-file", self.coordinator, "--lang",
                                 "en", "--json", *words], stdout=subprocess.PIPE, text=True)


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def serve(self, *flags):
        server = Server(self.folder, *flags)
        self.addCleanup(server.stop)
        return server

    def end(self, process):
        """Asks a command to end; what it still printed."""
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=DEADLINE), 0)
        return rest


class MutualTls(Case):
    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=DEADLINE)

    def authority(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                     "2", "-subj", "/CN=" + name, "-keyout", self.path(name + ".key"), "-out",
                     self.path(name + ".pem"))

    def certificate(self, name, authority, subject):
        extensions = self.path(name + ".ext")
        with open(extensions, "w", encoding="utf-8") as file:
            file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                     "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        self.openssl("x509", "-req", "-days", "1", "-in", self.path(name + ".csr"), "-CA",
                     self.path(authority + ".pem"), "-CAkey", self.path(authority + ".key"), "-CAcreateserial",
                     "-extfile", extensions, "-out", self.path(name + ".pem"))

    def setUp(self):
        super().setUp()
        self.authority("ca")
        self.authority("other-ca")
        self.certificate("server", "ca", "/CN=localhost")
        self.certificate("kommunen", "ca", "/O=kommunen/CN=samordnare")
        self.certificate("polisen", "ca", "/O=polisen/CN=polis")
        self.certificate("forged", "other-ca", "/O=kommunen/CN=samordnare")
        self.server = self.serve("--tls-cert", self.path("server.pem"), "--tls-key", self.path("server.key"),
                                 "--tls-client-ca", self.path("ca.pem"))

    def with_tls(self, authority, certificate=None, key=None):
        flags = ["--tls-ca", self.path(authority + ".pem")]
        if certificate:
            flags += ["--tls-cert", self.path(certificate + ".pem")]
        if certificate or key:
            flags += ["--tls-key", self.path((key or certificate) + ".key")]
        return flags

    def test_who_has_a_certificate_of_its_organisation_comes_in(self):
        said = self.server.samsyn(*self.with_tls("ca", "kommunen"), "whoami")
        self.assertIn("samordnare", said)
        lines = self.server.samsyn(*self.with_tls("ca", "kommunen"), "--json", "watch", "--once").splitlines()
        self.assertTrue(json.loads(lines[-1])["current"])

    def test_another_organisations_certificate_is_refused_with_a_reason(self):
        said = self.server.samsyn(*self.with_tls("ca", "polisen"), "whoami", code=1)
        self.assertIn("certificate", said)
        self.assertIn("organisation", said)

    def test_a_server_of_another_authority_is_not_trusted(self):
        said = self.server.samsyn(*self.with_tls("other-ca", "kommunen"), "whoami", code=3)
        self.assertIn("The server's certificate is from nobody that --tls-ca names", said)
        self.assertIn(self.server.address, said)

    def test_without_a_certificate_nobody_comes_in(self):
        said = self.server.samsyn(*self.with_tls("ca"), "whoami", code=3)
        self.assertIn("--tls-cert", said)

    def test_a_certificate_of_another_authority_does_not_help(self):
        said = self.server.samsyn(*self.with_tls("ca", "forged"), "whoami", code=3)
        self.assertIn("out of reach", said)

    def test_plain_text_does_not_come_in(self):
        self.assertIn("out of reach", self.server.samsyn("whoami", code=3))

    def test_files_that_are_wrong_are_named(self):
        said = self.server.samsyn(*self.with_tls("missing", "kommunen"), "whoami", code=1)
        self.assertIn(self.path("missing.pem"), said)
        said = self.server.samsyn("--tls-ca", self.path("ca.pem"), "--tls-cert", self.path("kommunen.pem"),
                                  "whoami", code=1)
        self.assertIn("go together", said)


class Watching(Case):
    def test_a_watch_outlives_its_server(self):
        server = self.serve()
        watch = server.begin("watch", "--kind", "report")
        while "current" not in json.loads(watch.stdout.readline()):
            pass
        texts = []
        for number in range(3):
            server.stop()
            server.start()
            texts.append("Klotter %d" % number)
            server.samsyn("report", "add", "--category", "vandalism", "--text", texts[-1])
            line = json.loads(watch.stdout.readline())
            while "upserted" not in line:  # live again
                self.assertTrue(line["current"])
                line = json.loads(watch.stdout.readline())
            # What it had before is not sent anew, and nothing is missing.
            self.assertEqual(line["upserted"][0]["report"]["text"], texts[-1])
        rest = self.end(watch)
        self.assertNotIn("upserted", rest)


class Source(http.server.BaseHTTPRequestHandler):
    """The police's address, on this machine: says what `answers` holds, the last one for ever."""

    answers = []
    agents = []

    def do_GET(self):
        Source.agents.append(self.headers["User-Agent"])
        status, headers, body = Source.answers[0]
        if len(Source.answers) > 1:
            Source.answers.pop(0)
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


class Polling(Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.server.samsyn("member", "update", "samordnare", "--source", "https://polisen.se/api/events")
        source = http.server.HTTPServer(("127.0.0.1", 0), Source)
        threading.Thread(target=source.serve_forever, daemon=True).start()
        self.addCleanup(source.server_close)
        self.addCleanup(source.shutdown)
        self.url = "http://127.0.0.1:%d/api/events" % source.server_port

    def feed(self, *kinds):
        return json.dumps([
            {"id": number, "datetime": "2026-11-20 9:%02d:04 +01:00" % number,
             "name": "20 november 08.10, %s, Haninge" % kind, "summary": kind, "url": "/%d/" % number,
             "type": kind, "location": {"name": "Haninge", "gps": "59.168,18.144"}}
            for number, kind in enumerate(kinds, 1)]).encode()

    def poll_once(self, *answers):
        """What the command says of its first attempt; then it is asked to end while it waits."""
        Source.answers = list(answers)
        polling = self.server.begin("import", "polisen", self.url, "--every", "5")
        said = json.loads(polling.stdout.readline())
        self.assertEqual(self.end(polling), "")
        return said

    def test_it_polls_until_it_is_asked_to_end(self):
        first = self.poll_once((200, {}, self.feed("Brand", "Stöld")))
        self.assertEqual((first["read"], first["new"]), (2, 2))
        self.assertEqual(first["nextAttemptSeconds"], 60)  # never more often than once a minute
        self.assertIn("amsyn", Source.agents[-1])
        changed = self.poll_once((200, {}, self.feed("Brand", "Rån", "Skadegörelse")))
        self.assertEqual((changed["new"], changed["amended"], changed["unchanged"]), (1, 1, 1))
        reports = [json.loads(line) for line in self.server.samsyn("--json", "report", "list").splitlines()]
        self.assertEqual(sorted(report["category"] for report in reports),
                         ["CATEGORY_FIRE", "CATEGORY_ROBBERY", "CATEGORY_VANDALISM"])

    def test_it_backs_off_when_the_source_says_so(self):
        slower = self.poll_once((429, {}, b""))
        self.assertIn("429", slower["degraded"])
        self.assertEqual(slower["nextAttemptSeconds"], 120)
        named = self.poll_once((429, {"Retry-After": "900"}, b""))
        self.assertEqual(named["nextAttemptSeconds"], 900)

    def test_it_ends_when_the_source_is_gone(self):
        Source.answers = [(410, {}, b"")]
        said = self.server.samsyn("import", "polisen", self.url, "--every", "60", code=1)
        self.assertIn("410", said)


class CallLimits(Case):
    def test_a_command_over_the_limit_waits_and_the_coordinator_sees_who(self):
        server = self.serve("--member-writes", "1", "--organisation-writes", "0")
        added, status = 0, ""
        while "held back" not in status:
            self.assertLess(added, 100)
            server.samsyn("report", "add", "--category", "vandalism", "--text", "Klotter %d" % added)
            added += 1
            status = server.samsyn("server", "status")
        self.assertGreater(added, 10, "ten at once are let through")
        self.assertRegex(status, r"held back +.*samordnare.*refused [1-9]")
        self.assertEqual(len(server.samsyn("--json", "report", "list").splitlines()), added)


class Flags(Case):
    def check_config(self, *flags):
        return subprocess.run([SAMSYND, "--data", self.folder, "--check-config", *flags], capture_output=True,
                              text=True, timeout=DEADLINE)

    def test_limits_on_calls(self):
        self.assertRegex(self.check_config().stdout, r"(?s)member-writes=50\b.*organisation-writes=200\b")
        self.assertRegex(self.check_config("--member-writes", "0").stdout, r"member-writes=0\b")
        self.assertEqual(self.check_config("--member-writes", "-1").returncode, 2)

    def test_exempt_networks(self):
        fine = self.check_config("--exempt-network", "192.0.2.0/24", "--exempt-network", "2001:db8::/32")
        self.assertEqual(fine.returncode, 0, fine.stderr)
        self.assertIn("192.0.2.0/24", fine.stdout)
        self.assertIn("2001:db8::/32", fine.stdout)
        for wrong, why in (("192.0.2.7/24", "the network is 192.0.2.0/24"), ("office", "is no network")):
            refused = self.check_config("--exempt-network", wrong)
            self.assertEqual(refused.returncode, 2, wrong)
            self.assertIn(why, refused.stdout + refused.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
