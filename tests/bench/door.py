"""What a delivery costs over the page's door (gRPC-Web over HTTP/1.1), beside one over gRPC: the same reports, seen by
as many watchers over the one, over the other, or by nobody; CPU time of samsynd. The readers are ours and cheap."""
import os
import selectors
import socket
import subprocess
import threading

import cluster

MUNICIPALITY = "municipalities/0136"


class PageReaders:
    """Follow changes as pages do, a connection each; read what comes and count the bytes."""

    def __init__(self, contract, port, token, count):
        request = contract.WatchRequest(municipality=MUNICIPALITY, kinds=[contract.ENTITY_KIND_REPORT])
        body = request.SerializeToString()
        body = b"\0" + len(body).to_bytes(4, "big") + body
        self.bytes, self.ended = 0, False
        self.selector = selectors.DefaultSelector()
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall(b"POST /samsyn.v1.WatchService/Watch HTTP/1.1\r\nHost: localhost\r\n"
                        b"Content-Type: application/grpc-web+proto\r\nCookie: __Host-samsyn=%s\r\n"
                        b"Content-Length: %d\r\n\r\n%s" % (token.encode(), len(body), body))
            one.setblocking(False)
            self.selector.register(one, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        while not self.ended:
            for key, _ in self.selector.select(0.2):
                got = key.fileobj.recv(1 << 16)
                self.bytes += len(got)
                if not got:
                    self.selector.unregister(key.fileobj)

    def close(self):
        self.ended = True
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def measure(fresh, contract, load, quick):
    """`fresh`: makes a server with a door on a port; rows of the table."""
    count, rate, seconds = 100, 50, 2 if quick else 6
    rows, alone = [], None
    for way in ("nobody", "gRPC", "page"):
        with fresh() as (server, port):
            token_file = os.path.join(server.data, "tokens", "bench")
            with open(token_file) as f:
                token = f.read().strip()
            holder, readers = None, None
            if way == "gRPC":
                holder = subprocess.Popen([load, server.address, token_file, "idle", str(count)],
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                holder.stdout.readline()
            elif way == "page":
                readers = PageReaders(contract, port, token, count)
                cluster.await_that(lambda: readers.bytes > 100 * count, "the readers are there")
            before = cluster.cpu_seconds(server.process.pid)
            subprocess.run([load, server.address, token_file, "watch", "1", str(rate), str(seconds)], check=True,
                           capture_output=True)
            took = cluster.cpu_seconds(server.process.pid) - before
            if holder is not None:
                holder.stdin.close()
                holder.wait()
            if readers is not None:
                readers.close()
        if alone is None:
            alone = took
        deliveries = 0 if way == "nobody" else count * rate * seconds
        rows.append((way, deliveries, "%.2f" % took,
                     "%.0f" % (1e6 * (took - alone) / deliveries) if deliveries else "–"))
    return rows
