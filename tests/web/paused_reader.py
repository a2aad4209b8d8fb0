#!/usr/bin/python3
"""Browsers that stop reading cost the server next to nothing: paused_reader.py ROOT STUBS SAMSYND

Many open the stream of changes and never read; then far more is written than the sockets between hold. The memory
of samsynd stays, others are served at once, and those that stopped are cut off.
"""
import http.client
import os
import re
import socket
import sys
import threading

ROOT, STUBS, SAMSYND = sys.argv[1:4]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
import node  # noqa: E402

MUNICIPALITY = "municipalities/0136"
READERS = 100
REPORTS = 70           # a batch, which is at most 256 KiB
BATCHES = 80
TEXT = "x" * 3000
# Each may hold one message of 256 KiB and what the kernel takes, which is not the process's.
MOST_BYTES_A_READER = 1 << 20


def resident(server):
    with open("/proc/%d/statm" % server.process.pid) as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def watchers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return int(re.search(r"^samsyn_watchers (\d+)$", text, re.M).group(1))


def paused(contract, port, token):
    request = contract.WatchRequest(municipality=MUNICIPALITY).SerializeToString()
    body = b"\0" + len(request).to_bytes(4, "big") + request
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", port))
    reader.sendall(b"POST /samsyn.v1.WatchService/Watch HTTP/1.1\r\nHost: localhost\r\n"
                   b"Content-Type: application/grpc-web+proto\r\nCookie: __Host-samsyn=%s\r\nContent-Length: %d\r\n\r\n%s"
                   % (token.encode(), len(body), body))
    return reader


def write(contract, server, batches):
    client = server.client("0136-coordinator")
    for _ in range(batches):
        client.Report.SubmitReports(contract.SubmitReportsRequest(
            requests=[contract.SubmitReportRequest(
                request_id=node.new_id(), municipality=MUNICIPALITY,
                report=contract.Report(category=contract.CATEGORY_THEFT, text=TEXT)) for _ in range(REPORTS)]),
            timeout=60)
    client.close()


def main():
    contract = node.make_stubs(ROOT, STUBS)
    port = node.free_port()
    with node.Node(contract, SAMSYND, web="127.0.0.1:%d" % port) as server:
        server.create("0136")
        server.start(*node.UNLIMITED)
        coordinator = server.client()
        member = coordinator.Access.WhoAmI(contract.WhoAmIRequest()).member
        token = coordinator.Access.IssueToken(contract.IssueTokenRequest(
            request_id=node.new_id(), member=member.name, watch_quota=READERS)).secret
        # What the reports themselves take is measured first, without readers.
        write(contract, server, BATCHES)
        before = resident(server)
        write(contract, server, BATCHES)
        reports = resident(server) - before
        before = resident(server)
        readers = [paused(contract, port, token) for _ in range(READERS)]
        while watchers(port) < READERS:
            pass
        write(contract, server, BATCHES)
        coordinator.Access.WhoAmI(contract.WhoAmIRequest(), timeout=5)
        grown = resident(server) - before - reports
        print("%d readers that stopped: %.1f MiB beside %.1f MiB of reports" % (READERS, grown / 2**20, reports / 2**20))
        assert grown < READERS * MOST_BYTES_A_READER, grown
        done = threading.Event()
        for _ in range(1200):
            if watchers(port) == 0:
                break
            done.wait(0.05)
        assert watchers(port) == 0, "they are cut off"
        for reader in readers:
            reader.close()
        assert server.stop() == 0


if __name__ == "__main__":
    main()
