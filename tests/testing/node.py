"""What a stranger needs to speak with Samsyn from Python, and a samsynd of one's own for tests.

Stubs are made at test time from the contract with protoc and grpc_python_plugin, as a stranger would; they
go into the build directory. Only Debian's python3-grpcio and python3-protobuf are used.
"""
import fcntl
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

# A fork here is always followed by exec: gRPC need not wait, perhaps for ever, until its threads are idle.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
import grpc  # noqa: E402

START_TIMEOUT_S = 60
CALL_TIMEOUT_S = 30
# For tests that make more calls than a member may: where that is not what they are about.
UNLIMITED = ("--member-writes", "0", "--organisation-writes", "0")


def make_stubs(root, out):
    """Makes the Python modules of the contract in `out` and makes them importable."""
    proto = os.path.join(root, "proto")
    os.makedirs(out, exist_ok=True)
    files = []
    for folder in ("google/api", "google/rpc", "samsyn/v1"):
        names = sorted(os.listdir(os.path.join(proto, folder)))
        files += [os.path.join(proto, folder, n) for n in names if n.endswith(".proto")]
    newest = max(os.path.getmtime(f) for f in files)
    stamp = os.path.join(out, "stamp")
    with open(os.path.join(out, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(stamp) or os.path.getmtime(stamp) < newest:
            subprocess.run(["protoc", "-I", proto, "--python_out=" + out, "--grpc_out=" + out,
                            "--plugin=protoc-gen-grpc=" + shutil.which("grpc_python_plugin")] + files,
                           check=True)
            open(stamp, "w").close()
    sys.path.insert(0, out)
    # google is a package of python3-protobuf: our two folders join it.
    import google
    google.__path__.append(os.path.join(out, "google"))
    return Contract()


class Contract:
    """All messages and enum values of the contract as attributes; services by name."""

    def __init__(self):
        self.services = {}
        for name in ("access", "admin", "assignment", "audit", "common", "deployment", "directory", "entity",
                     "error_reason", "incident", "indicator", "meeting", "problem", "report", "situation", "watch"):
            module = importlib.import_module("samsyn.v1.%s_pb2" % name)
            for key in dir(module):
                if not key.startswith("_"):
                    setattr(self, key, getattr(module, key))
            stubs = importlib.import_module("samsyn.v1.%s_pb2_grpc" % name)
            for key in dir(stubs):
                if key.endswith("ServiceStub"):
                    self.services[key[:-len("ServiceStub")]] = getattr(stubs, key)
        self.error_details = importlib.import_module("google.rpc.error_details_pb2")
        self.status = importlib.import_module("google.rpc.status_pb2")


class Refused(Exception):
    """What the server answered instead: code, reason, metadata, field violations, sentence."""

    def __init__(self, contract, error):
        self.code = error.code().name
        self.message = error.details()
        self.reason, self.metadata, self.violations, self.retry_s = "", {}, {}, None
        self.domain = ""
        packed = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
        if packed is not None:
            status = contract.status.Status.FromString(packed)
            assert status.code == error.code().value[0], "the status inside is another than outside"
            self._unpack(contract.error_details, status.details)
        super().__init__("%s %s: %s %s" % (self.code, self.reason, self.message, self.violations or ""))

    def _unpack(self, details, packed):
        for detail in packed:
            info, bad, retry = details.ErrorInfo(), details.BadRequest(), details.RetryInfo()
            if detail.Unpack(info):
                self.reason, self.domain, self.metadata = info.reason, info.domain, dict(info.metadata)
            elif detail.Unpack(bad):
                self.violations = {v.field: v.description for v in bad.field_violations}
            elif detail.Unpack(retry):
                self.retry_s = retry.retry_delay.ToNanoseconds() / 1e9


class Client:
    """One member's connection: `client.Report.SubmitReport(request)` raises Refused."""

    def __init__(self, contract, address, token, language="en"):
        self.contract = contract
        # Each client has a connection of its own, as strangers do.
        self.channel = grpc.insecure_channel(address, options=[
            ("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", 16 << 20),
            ("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 500)])
        self.metadata = [("authorization", "Bearer " + token), ("accept-language", language)]
        for name, stub in contract.services.items():
            setattr(self, name, _Service(self, stub(self.channel)))

    def close(self):
        self.channel.close()


class _Service:
    def __init__(self, client, stub):
        self._client, self._stub = client, stub

    def __getattr__(self, method):
        call = getattr(self._stub, method)

        def wrapped(request, timeout=CALL_TIMEOUT_S, **options):
            try:
                return call(request, timeout=timeout, metadata=self._client.metadata, **options)
            except grpc.RpcError as error:
                raise Refused(self._client.contract, error) from None

        return wrapped

    def stream(self, method, request, timeout=None):
        """A streaming call, as grpc gives it."""
        return getattr(self._stub, method)(request, timeout=timeout, metadata=self._client.metadata)


def new_id():
    return str(uuid.uuid4())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    """A samsynd on data of its own. Use with `with`; the data go with it unless `data` is given."""

    def __init__(self, contract, samsynd, data=None, limit_bytes=None, web="off", limit_files=None):
        self.contract, self.samsynd = contract, samsynd
        self.data = data or tempfile.mkdtemp(prefix="samsyn-test-")
        self.own_data = data is None
        self.port = free_port()
        self.address = "127.0.0.1:%d" % self.port
        self.web = web
        self.process = None
        self.limit_bytes, self.limit_files = limit_bytes, limit_files
        self.log_path = os.path.join(tempfile.mkdtemp(prefix="samsyn-log-"), "log")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if kind is not None and os.path.exists(self.log_path):
            with open(self.log_path, errors="replace") as log:
                print("— the end of samsynd's log —\n" + log.read()[-4000:])
        shutil.rmtree(os.path.dirname(self.log_path), ignore_errors=True)
        if self.own_data:
            shutil.rmtree(self.data, ignore_errors=True)

    def create(self, code):
        """Makes an empty municipality and its coordinator's token."""
        done, output = self.offline("--data", self.data, "--create", code)
        assert done == 0, output

    def launch(self, *arguments):
        """Starts it without waiting."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.samsynd, "--data", self.data, "--listen", self.address, "--web", self.web] + list(arguments),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                # Only where it must: else nothing of gRPC is told of a fork, in which it may abort.
                preexec_fn=self._limit if self.limit_files or self.limit_bytes else None)

    def start(self, *arguments, token="0136-coordinator"):
        """Starts it and waits until it answers. Returns how many seconds that took."""
        begin = time.monotonic()
        self.launch(*arguments)
        path = os.path.join(self.data, "tokens", token)
        channel = grpc.insecure_channel(self.address, options=[
            ("grpc.use_local_subchannel_pool", 1), ("grpc.initial_reconnect_backoff_ms", 50),
            ("grpc.min_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 100)])
        ready = grpc.channel_ready_future(channel)
        try:
            while True:
                try:
                    ready.result(timeout=0.25)
                    break
                except grpc.FutureTimeoutError:
                    if self.process.poll() is not None:
                        raise RuntimeError("samsynd ended with %d" % self.process.returncode) from None
                    if time.monotonic() - begin > START_TIMEOUT_S:
                        raise RuntimeError("samsynd does not answer") from None
        finally:
            ready.cancel()
            channel.close()
        if os.path.exists(path):
            client = self.client(token)
            client.Access.WhoAmI(self.contract.WhoAmIRequest(), wait_for_ready=True)
            client.close()
        return time.monotonic() - begin

    def _limit(self):
        import resource
        if self.limit_files is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.limit_files, self.limit_files))
        if self.limit_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit_bytes, resource.RLIM_INFINITY))

    def token(self, name):
        with open(os.path.join(self.data, "tokens", name)) as f:
            return f.read().strip()

    def client(self, token="0136-coordinator", language="en"):
        return Client(self.contract, self.address, self.token(token), language)

    def stop(self):
        """Asks it to end, as an operator does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def offline(self, *arguments):
        """Runs samsynd on the data while it stands; returns (exit code, output)."""
        done = subprocess.run([self.samsynd] + list(arguments), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)
        return done.returncode, done.stdout + done.stderr
