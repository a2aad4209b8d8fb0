#!/usr/bin/python3
"""samsynd is killed with SIGKILL under load, again and again, at random moments, and started again.

    tests/fault/sigkill.py ROOT STUBS SAMSYND [KILLS [SEED]]      (ctest fault.sigkill)

Nothing that was acknowledged is missing, nothing is there twice, the chain verifies, and watchers go on by
their tokens: what they have in the end equals what can be listed, without having had to begin anew.
"""
import random
import sys
import time

import load
from load import M, node, picture

WATCHERS = 3


def kill_again_and_again(server, writers, kills, chance):
    """Each time after another number of reports, and another moment; sometimes while it starts."""
    slowest = 0.0
    for number in range(kills):
        writers.wait_for_more(chance.choice([0, 1, 1, 5, 20, 60]))
        writers.pass_time(chance.uniform(0, 0.03))
        server.kill()
        if number % 5 == 4:
            server.launch(*node.UNLIMITED)
            writers.pass_time(chance.uniform(0, 0.15))
            server.kill()
        slowest = max(slowest, server.start(*node.UNLIMITED))
    return slowest


def main():
    root, stubs, samsynd = sys.argv[1:4]
    kills = int(sys.argv[4]) if len(sys.argv) > 4 else 30
    seed = int(sys.argv[5]) if len(sys.argv) > 5 else int(time.time())
    print("seed %d" % seed, flush=True)
    contract = node.make_stubs(root, stubs)
    begin = time.monotonic()
    with node.Node(contract, samsynd) as server:
        server.create("0136")
        server.start(*node.UNLIMITED)
        client = server.client()
        watched = [picture.Picture(client, M) for _ in range(WATCHERS)]
        for one in watched:
            one.wait(lambda p: p.current, "the first picture")
        writers = load.Writers(contract, client)
        slowest = kill_again_and_again(server, writers, kills, random.Random(seed))
        writers.wait_for_more(20)
        writers.finish()
        head = max(revision for _, revision in writers.acknowledged.values())
        listed = load.all_reports(contract, client, min_revision=head)
        load.compare(writers.acknowledged, listed)
        assert len(listed) == len(writers.acknowledged), "%d more than asked for" % (
            len(listed) - len(writers.acknowledged))
        for one in watched:
            one.wait(lambda p: p.current and p.revision >= head, "revision %d" % head)
            assert one.of("report") == listed, "a watcher's picture differs from the list"
            assert one.resets == 1, "a watcher had to begin anew %d times" % (one.resets - 1)
        connects = sum(one.connects for one in watched)
        for one in watched:
            one.close()
        assert server.stop() == 0
        code, output = server.offline("journal", "verify", server.data)
        assert code == 0, output
    print("%d kills, %d reports acknowledged (%d asked for more than once), slowest start %.2f s, watchers "
          "connected %d times, revision %d, in %.0f s" % (kills, len(listed), writers.repeats, slowest, connects,
                                                          head, time.monotonic() - begin))


if __name__ == "__main__":
    main()
