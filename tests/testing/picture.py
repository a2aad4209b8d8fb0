"""A stranger's Watch loop: one loop for first load, live and resume, as watch.proto describes it."""
import threading
import time

import grpc


class ProtocolBroken(Exception):
    """The stream broke a promise of watch.proto."""


class Picture:
    """What one member sees, kept up to date by a thread of its own until `close`.

    `entities`: name -> Entity. Every promise that a client can see is checked: a token only outside of a
    transaction, revisions never backwards, nothing removed that was not there (but verdicts, of which it is not
    known what somebody has who resumes).
    """

    def __init__(self, client, municipality, **filters):
        self.client, self.municipality, self.filters = client, municipality, filters
        self.entities = {}
        self.token = b""
        self.revision = 0
        self.current = False
        self.resets = 0
        self.connects = 0
        self.fault = None
        self._changed = threading.Condition()
        self._closed = False
        self._call = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            while not self._closed:
                self._one_stream()
        except Exception as error:  # shown by whoever waits
            with self._changed:
                self.fault = error
                self._changed.notify_all()

    def _one_stream(self):
        request = self.client.contract.WatchRequest(municipality=self.municipality, resume_token=self.token,
                                                    **self.filters)
        with self._changed:
            if self._closed:
                return
            self.connects += 1
            # What comes must follow from the token or begin with a reset.
            self._named = None
            self._pending = []
            self._call = self.client.Watch.stream("Watch", request)
        try:
            for response in self._call:
                self._take(response)
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                raise
        with self._changed:
            # UNAVAILABLE: again, but not in a tight circle; close() ends the wait.
            if not self._closed:
                self._changed.wait_for(lambda: self._closed, timeout=0.05)

    def _take(self, response):
        if response.more and response.resume_token:
            raise ProtocolBroken("a token within a transaction")
        self._pending.append(response)
        if response.more:
            return
        with self._changed:
            for part in self._pending:
                self._apply(part)
            self._pending = []
            self._changed.notify_all()

    def _apply(self, part):
        if part.reset:
            self.resets += 1
            self.current = False
            self._named = set()
        elif self._named is None and not self.token:
            raise ProtocolBroken("the first load does not begin with a reset")
        if part.revision < self.revision and self._named is None:
            raise ProtocolBroken("revision %d after %d" % (part.revision, self.revision))
        for entity in part.upserted:
            kind = entity.WhichOneof("entity")
            if kind is None:
                continue  # of a later version
            name = getattr(entity, kind).name
            self.entities[name] = entity
            if self._named is not None:
                self._named.add(name)
        for name in part.removed:
            if self._named is None and name not in self.entities and "/situations/verdicts/" not in name:
                raise ProtocolBroken("removed, but never seen: " + name)
            self.entities.pop(name, None)
        if part.current:
            if self._named is not None:
                for name in set(self.entities) - self._named:
                    del self.entities[name]
            self._named = None
            self.current = True
        if part.resume_token:
            if self._named is not None:
                raise ProtocolBroken("a token before the whole picture is there")
            self.token = part.resume_token
        if self._named is None:
            self.revision = part.revision

    def wait(self, condition, what, timeout_s=30):
        """Waits until `condition(self)` holds for what has been applied."""
        with self._changed:
            met = self._changed.wait_for(lambda: self.fault or condition(self), timeout=timeout_s)
            if self.fault:
                raise self.fault
            if not met:
                raise AssertionError("not seen in %d s: %s" % (timeout_s, what))

    def of(self, kind):
        """All of one kind ("report"): name -> message."""
        with self._changed:
            return {name: getattr(entity, kind) for name, entity in self.entities.items()
                    if entity.WhichOneof("entity") == kind}

    def cut(self):
        """Breaks the stream, as a bad network does; the loop takes it up again by its token."""
        with self._changed:
            if self._call is not None:
                self._call.cancel()

    def close(self):
        with self._changed:
            self._closed = True
            if self._call is not None:
                self._call.cancel()
            self._changed.notify_all()
        self._thread.join(timeout=10)


def deadline(seconds):
    """A function that says whether time is left."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end
