"""HTTP/2 frame by frame (RFC 9113), for tests that no well-behaved client could write."""
import socket

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
CANCEL = (8).to_bytes(4, "big")


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def length(count, prefix=7, first=0):
    """An integer of HPACK behind `first`'s bits."""
    most = (1 << prefix) - 1
    if count < most:
        return bytes([first | count])
    out, count = [first | most], count - most
    while count >= 128:
        out.append(count & 127 | 128)
        count >>= 7
    return bytes(out + [count])


def header(name, value):
    """A header that no table keeps."""
    return b"\0" + length(len(name)) + name.encode() + length(len(value)) + value.encode()


def headers(authority, path, method="POST", scheme="http", **more):
    all_ = {":method": method, ":scheme": scheme, ":path": path, ":authority": authority}
    all_.update({name.replace("_", "-"): value for name, value in more.items()})
    return b"".join(header(name, value) for name, value in all_.items())


def grpc_headers(method, token=""):
    more = {"authorization": "Bearer " + token} if token else {}
    return headers("localhost", method, te="trailers", content_type="application/grpc", **more)


class Connection:
    """A connection with its preface sent; over `sock` if given."""

    def __init__(self, port=None, sock=None):
        self.sock = sock or socket.create_connection(("127.0.0.1", port), timeout=30)
        self.buffer = b""
        self.closed = False
        self.send(PREFACE + frame(SETTINGS))

    def send(self, data):
        """False once the other side has gone."""
        try:
            self.sock.sendall(data)
            return True
        except OSError:
            self.closed = True
            return False

    def read(self):
        """The next frame as (kind, flags, stream, payload); None when no more come."""
        while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
            try:
                more = self.sock.recv(65536)
            except OSError:
                more = b""
            if not more:
                self.closed = True
                return None
            self.buffer += more
        size = int.from_bytes(self.buffer[:3], "big")
        head, payload, self.buffer = self.buffer[:9], self.buffer[9:9 + size], self.buffer[9 + size:]
        return head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7fffffff, payload

    def read_until(self, kind, flags=0):
        """The first frame of a kind with these flags."""
        while True:
            got = self.read()
            if got is None or (got[0] == kind and got[1] & flags == flags):
                return got

    def ping(self):
        """Whether what was sent before has been read: the other side answers in order."""
        return self.send(frame(PING, 0, 0, b"12345678")) and self.read_until(PING, ACK) is not None

    def is_told_to_go(self):
        """Whether the other side has said GOAWAY or gone before it answers to a ping."""
        self.send(frame(PING, 0, 0, b"12345678"))
        while True:
            got = self.read()
            if got is None or got[0] == GOAWAY:
                return True
            if got[0] == PING and got[1] & ACK:
                return False

    def close(self):
        self.sock.close()
