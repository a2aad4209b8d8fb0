#!/usr/bin/python3
"""The HTTP door by curl and buf, as an operator or a script would: curl.py ROOT STUBS SAMSYND BUF_DIR CERTIFICATES…

JSON in and out on the methods' paths, the page's files, TLS on the page's own port, what the options refuse, and
`buf curl --protocol grpcweb`, unary and as a stream.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT, STUBS, SAMSYND, BUF_DIR = sys.argv[1:5]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
import node  # noqa: E402

MUNICIPALITY = "municipalities/0136"


def curl(*arguments):
    """(head, body) of one request; the head in lower case."""
    done = subprocess.run(["curl", "-sS", "--include", "--max-time", "30"] + list(arguments), capture_output=True)
    assert done.returncode == 0, done.stderr
    head, body = done.stdout.split(b"\r\n\r\n", 1)
    while head.startswith(b"HTTP/1.1 100"):
        head, body = body.split(b"\r\n\r\n", 1)
    return head.decode().lower(), body


def await_health(server, url, *arguments):
    while subprocess.run(["curl", "-sf", "-o", os.devnull, *arguments, url + "/healthz"]).returncode != 0:
        assert server.process.poll() is None, "samsynd ended"


class Door(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = node.make_stubs(ROOT, STUBS)
        cls.server = node.Node(cls.contract, SAMSYND, web="127.0.0.1:%d" % node.free_port())
        cls.server.__enter__()
        cls.server.start("--demo", "haninge", token="coordinator")
        cls.url = "http://" + cls.server.web
        await_health(cls.server, cls.url)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def post(self, method, body, token=None, *arguments):
        headers = ["-H", "content-type: application/json"]
        if token is not None:
            headers += ["-H", "cookie: __Host-samsyn=" + self.server.token(token)]
        head, answer = curl(*headers, *arguments, "-d", body, self.url + "/samsyn.v1." + method)
        return int(head.split()[1]), json.loads(answer)

    def buf(self, method, body, token):
        done = subprocess.run(
            [os.path.join(ROOT, "tests", "contract", "buf"), BUF_DIR, "curl", "--protocol", "grpcweb", "--schema",
             os.path.join(ROOT, "proto"), "-H", "cookie: __Host-samsyn=" + self.server.token(token), "-d", body,
             self.url + "/samsyn.v1." + method],
            capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_json_in_and_out(self):
        status, me = self.post("AccessService/WhoAmI", "{}", "chair", "-H", "connect-protocol-version: 1")
        self.assertEqual(status, 200)
        self.assertEqual(me["organisation"]["name"], MUNICIPALITY + "/organisations/kommunen")
        status, made = self.post("ReportService/SubmitReport", json.dumps(
            {"requestId": node.new_id(), "municipality": MUNICIPALITY,
             "report": {"category": "CATEGORY_VANDALISM", "text": "Trasig lampa, åäö"}}), "landlord")
        self.assertEqual(status, 200, made)
        status, read = self.post("ReportService/GetReport", json.dumps({"name": made["report"]["name"]}), "landlord")
        self.assertEqual(read["report"]["text"], "Trasig lampa, åäö")

    def test_errors_by_connects_table(self):
        status, error = self.post("AccessService/WhoAmI", "{}")
        self.assertEqual((status, error["code"]), (401, "unauthenticated"))
        status, error = self.post("ReportService/GetReport", '{"name": "%s/reports/none"}' % MUNICIPALITY, "chair",
                                  "-H", "accept-language: sv")
        self.assertEqual((status, error["code"]), (404, "not_found"))
        self.assertEqual(error["details"][0]["debug"]["reason"], "NOT_FOUND")
        self.assertRegex(error["message"], "[åäö]|inte")
        status, error = self.post("AccessService/WhoAmI", "{", "chair")
        self.assertEqual((status, error["code"]), (400, "invalid_argument"))

    def test_the_page(self):
        head, body = curl("--compressed", self.url + "/")
        self.assertIn("200 ok", head)
        self.assertIn("content-encoding: br", head)
        self.assertIn(b"<html", body)
        script = body.decode().split('src="')[1].split('"')[0]
        head, _ = curl(self.url + script)
        self.assertIn("immutable", head)
        self.assertIn("text/javascript", head)
        etag = [line for line in head.split("\r\n") if line.startswith("etag: ")][0][6:]
        self.assertIn("304", curl("-H", "If-None-Match: " + etag, self.url + script)[0].split("\r\n")[0])
        self.assertIn("no-cache", curl(self.url + "/manifest.webmanifest")[0])

    def test_a_large_set_up_by_curl_which_asks_first(self):
        status, setup = self.post("DirectoryService/GetSetup", json.dumps({"municipality": MUNICIPALITY}), "coordinator")
        self.assertEqual(status, 200)
        with tempfile.NamedTemporaryFile("w") as file:
            json.dump({"requestId": node.new_id(), "validateOnly": True, "setup": setup["setup"]}, file)
            file.write(" " * (2 << 20))
            file.flush()
            status, answer = self.post("DirectoryService/ApplySetup", "@" + file.name, "coordinator")
        self.assertEqual(status, 200, answer)

    def test_buf_curl_by_grpc_web(self):
        code, out, error = self.buf("AccessService/WhoAmI", "{}", "chair")
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(out)["organisation"]["name"], MUNICIPALITY + "/organisations/kommunen")
        code, out, error = self.buf("ReportService/GetReport", '{"name": "%s/reports/none"}' % MUNICIPALITY, "chair")
        self.assertNotEqual(code, 0)
        self.assertIn("not_found", error)
        self.assertIn("google.rpc.ErrorInfo", error)

    def test_buf_curl_as_a_stream(self):
        code, out, error = self.buf("AdminService/Backup", json.dumps({"municipality": MUNICIPALITY}), "coordinator")
        self.assertEqual(code, 0, error)
        pieces = [piece for piece in out.split("}") if "{" in piece]
        self.assertGreater(len(pieces), 2)
        self.assertIn("sha256", pieces[-1])

    def test_tls_on_the_pages_own_port(self):
        folder = tempfile.mkdtemp(prefix="samsyn-test-")
        pem, key = os.path.join(folder, "pem"), os.path.join(folder, "key")

        def certificate(name):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-keyout", key, "-out", pem, "-days", "2", "-subj", "/CN=" + name,
                            "-addext", "subjectAltName=DNS:%s,IP:127.0.0.1" % name], check=True, capture_output=True)

        certificate("first.example")
        with node.Node(self.contract, SAMSYND, web="0.0.0.0:%d" % node.free_port()) as server:
            server.launch()
            self.assertEqual(server.process.wait(30), 1)
            with open(server.log_path) as log:
                self.assertIn("--web-tls-cert", log.read())
            server.launch("--web-tls-cert", pem, "--web-tls-key", key)
            port = server.web.split(":")[1]
            await_health(server, "https://127.0.0.1:" + port, "--cacert", pem)
            head, _ = curl("--cacert", pem, "https://127.0.0.1:%s/" % port)
            self.assertIn("strict-transport-security: max-age=31536000", head)
            head, _ = curl("--cacert", pem, "-H", "Origin: https://127.0.0.1:" + port, "-H",
                           "content-type: application/json", "-d", "{}",
                           "https://127.0.0.1:%s/samsyn.v1.AccessService/WhoAmI" % port)
            self.assertIn("401", head.split("\r\n")[0])
            # TLS 1.1 and plain text get nothing.
            self.assertNotEqual(subprocess.run(["curl", "-s", "--tls-max", "1.1", "-k", "https://127.0.0.1:%s/" % port]).returncode, 0)
            self.assertNotEqual(subprocess.run(["curl", "-s", "http://127.0.0.1:%s/" % port]).returncode, 0)
            # A renewed certificate is taken up by itself.
            certificate("second.example")
            await_health(server, "https://second.example:" + port, "--cacert", pem, "--resolve", "second.example:%s:127.0.0.1" % port)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
