"""Threads that wake each other, and the permits they wait for."""

import os
import resource
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from sinter_runtime import bells  # noqa: E402
from sinter_runtime.servers.permits import Permits  # noqa: E402
from sinter_runtime.workers import Workers  # noqa: E402


class BellsTest(unittest.TestCase):
    def test_a_ring_before_the_wait_is_heard_and_one_that_does_not_come_is_not_waited_for(self):
        for bell in (bells.Bell(), bells._Lock()):
            bell.ring()
            self.assertTrue(bell.wait(60))
            self.assertFalse(bell.wait(0.001))
            threading.Timer(0.01, bell.ring).start()
            self.assertTrue(bell.wait())

    def test_a_thread_keeps_its_bell_only_when_it_was_given_back(self):
        first = bells.take_bell()
        self.assertIsNot(first, bells.take_bell())
        bells.give_back(first)
        self.assertIs(first, bells.take_bell())

    def test_a_forked_process_leaves_the_bells_and_workers_to_its_parent(self):
        workers, done = Workers(), bells.new_bell()
        self.assertTrue(workers.submit(done.ring))
        self.assertTrue(done.wait(60))
        bells.give_back(done)
        child = os.fork()
        if child == 0:
            own = bells.take_bell()
            os._exit(0 if own is not done and workers.submit(own.ring) and own.wait(60) else 1)
        self.assertEqual(0, os.waitpid(child, 0)[1])
        self.assertFalse(done.wait(0))

    def test_without_descriptors_a_bell_is_a_lock(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = os.open("/dev/null", os.O_RDONLY)
        os.close(used)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (used, hard))
            bell = bells.new_bell()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.assertIsInstance(bell, bells._Lock)

    def test_dropped_bells_leave_no_descriptors(self):
        before = len(os.listdir("/proc/self/fd"))
        many = [bells.new_bell() for _ in range(2 * bells.MAX_PIPES)]
        self.assertLessEqual(len(os.listdir("/proc/self/fd")), before + 2 * bells.MAX_PIPES)
        del many
        self.assertEqual(before, len(os.listdir("/proc/self/fd")))


class PermitsTest(unittest.TestCase):
    def test_no_more_run_at_a_time_than_there_are_permits_and_all_come_to_their_turn(self):
        permits, running, most, rounds = Permits(3), [], [], []

        def work():
            for _ in range(200):
                self.assertTrue(permits.acquire())
                running.append(1)
                most.append(len(running))
                running.pop()
                permits.release()
            rounds.append(200)

        threads = [threading.Thread(target=work) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(12 * 200, sum(rounds))
        self.assertLessEqual(max(most), 3)
        self.assertEqual(3, len(permits._free))

    def test_whoever_waits_too_long_gives_up_and_takes_nobody_s_turn(self):
        permits = Permits(1)
        self.assertTrue(permits.acquire())
        self.assertFalse(permits.acquire(0.01))
        permits.release()
        self.assertTrue(permits.acquire(0.01))

    def test_turns_come_in_order(self):
        permits, order = Permits(1), []
        permits.acquire()
        threads = []
        for number in range(5):
            def work(number=number):
                permits.acquire()
                order.append(number)
                permits.release()

            threads.append(threading.Thread(target=work))
            threads[-1].start()
            while len(permits._waiting) <= number:
                threading.Event().wait(0.001)
        permits.release()
        for thread in threads:
            thread.join(60)
        self.assertEqual([0, 1, 2, 3, 4], order)


if __name__ == "__main__":
    unittest.main()
