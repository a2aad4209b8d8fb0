"""A member who reports without rest, in many threads, for the tests of what happens when things break. Every
report is asked for under one request id until the server has acknowledged it."""
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "testing"))
import node  # noqa: E402
import picture  # noqa: E402

M = "municipalities/0136"
# What a client tries again as it is: the server was not there, or did not come to an answer.
AGAIN = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "CANCELLED")


def request_for(contract, text):
    return contract.SubmitReportRequest(request_id=node.new_id(), municipality=M, report=contract.Report(
        category=contract.CATEGORY_DISORDER, text=text,
        release=contract.ReleaseState(release_class=contract.RELEASE_CLASS_PARTNER)))


class Writers:
    """Threads that report one after another until `finish`; `acknowledged`: text -> (name, revision)."""

    def __init__(self, contract, client, count=4, batches=1, what="rapport"):
        self.contract, self.client = contract, client
        self.what = what  # what its texts begin with
        self.acknowledged = {}
        self.repeats = 0
        self.fault = None
        self._changed = threading.Condition()
        self._finish = False
        self._threads = [threading.Thread(target=self._guard, args=(self._singles, i), daemon=True)
                         for i in range(count)]
        self._threads += [threading.Thread(target=self._guard, args=(self._batches, count + i), daemon=True)
                          for i in range(batches)]
        for thread in self._threads:
            thread.start()

    def _guard(self, work, number):
        try:
            work(number)
        except Exception as error:
            with self._changed:
                self.fault = error
                self._changed.notify_all()

    def _singles(self, number):
        serial = 0
        while not self._finish:
            serial += 1
            text = "%s %d.%d" % (self.what, number, serial)
            request = request_for(self.contract, text)
            report = self._until_answered(lambda: self.client.Report.SubmitReport(request, timeout=5)).report
            self._acknowledge([(text, report.name, report.revision)])

    def _batches(self, number):
        serial = 0
        while not self._finish:
            texts = []
            for _ in range(20):
                serial += 1
                texts.append("%s %d.%d" % (self.what, number, serial))
            batch = self.contract.SubmitReportsRequest(requests=[request_for(self.contract, t) for t in texts])

            def send():
                results = self.client.Report.SubmitReports(batch, timeout=5).results
                # A batch is not atomic: what met the end of the server is sent again with the rest.
                if any(r.HasField("status") and r.status.code for r in results):
                    return None
                return results

            results = self._until_answered(send)
            self._acknowledge([(t, r.name, r.revision) for t, r in zip(texts, results)])

    def _until_answered(self, call):
        tries = 0
        while True:
            tries += 1
            try:
                answer = call()
                if answer is not None:
                    if tries > 1:
                        self.repeats += 1
                    return answer
            except node.Refused as refusal:
                if refusal.code not in AGAIN:
                    raise
            with self._changed:
                self._changed.wait_for(lambda: False, timeout=0.02)

    def _acknowledge(self, answers):
        with self._changed:
            for text, name, revision in answers:
                assert text not in self.acknowledged
                self.acknowledged[text] = (name, revision)
            self._changed.notify_all()

    def wait_for_more(self, count, timeout_s=60):
        """Waits until so many more were acknowledged."""
        with self._changed:
            goal = len(self.acknowledged) + count
            met = self._changed.wait_for(lambda: self.fault or len(self.acknowledged) >= goal, timeout=timeout_s)
            if self.fault:
                raise self.fault
            assert met, "no %d more acknowledged in %d s" % (count, timeout_s)

    def pass_time(self, seconds):
        """Lets the load go on for a moment; its length is chance, nothing depends on it."""
        with self._changed:
            self._changed.wait_for(lambda: self.fault, timeout=seconds)

    def finish(self):
        """Ends the load when all that is under way has been acknowledged."""
        self._finish = True
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a report was never answered"
        if self.fault:
            raise self.fault


def all_reports(contract, client, min_revision=0):
    """name -> report, of all that the member can list."""
    found, token = {}, ""
    while True:
        page = client.Report.ListReports(contract.ListReportsRequest(
            municipality=M, page_size=1000, page_token=token, min_revision=min_revision))
        for report in page.reports:
            assert report.name not in found, "listed twice: " + report.name
            found[report.name] = report
        token = page.next_page_token
        if not token:
            return found


def compare(acknowledged, listed):
    """Nothing acknowledged is missing, nothing is there twice."""
    texts = {}
    for report in listed.values():
        texts.setdefault(report.text, []).append(report.name)
    twice = {t: n for t, n in texts.items() if len(n) > 1}
    assert not twice, "there twice: %s" % list(twice.items())[:3]
    missing = [t for t, (name, _) in acknowledged.items() if name not in listed]
    assert not missing, "acknowledged and missing: %d, as %s" % (len(missing), missing[:3])
    for text, (name, revision) in acknowledged.items():
        assert listed[name].text == text, "%s has another text" % name
        assert listed[name].revision == revision, "%s has revision %d, acknowledged with %d" % (
            name, listed[name].revision, revision)


__all__ = ["M", "Writers", "all_reports", "compare", "node", "picture", "request_for"]
