"""Two functions with the same module names, in one process, see what each would see alone."""

import json
import os
import signal
import unittest

from .harness import FIXTURES, Fused, member


class IsolationTest(unittest.TestCase):
    def start(self, **more):
        members = [member(name, ["python3", "app.py", "--as", name], os.path.join(FIXTURES, "isolation", name),
                          env=dict({"WHO": name}, **({"ONLY_ONE": "1"} if name == "one" else {}))) for name in ("one", "two")]
        fused = Fused(members, [("one", "two")], **more)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_each_sees_its_own_modules_environment_files_and_logging(self):
        for tier in ("IN_PROCESS", "FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                self.assert_isolated(self.start(tier=tier))

    def test_two_gunicorn_functions_load_their_own_application(self):
        for tier in ("IN_PROCESS", "FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                members = [member(name, ["gunicorn", "wsgi:app"], os.path.join(FIXTURES, "isolation", name),
                                  env={"PORT": "8080", "FORWARDED_ALLOW_IPS": "10.0.0.1"}) for name in ("one", "two")]
                fused = Fused(members, [], tier=tier)
                self.addCleanup(fused.__exit__)
                fused.__enter__()
                for name in ("one", "two"):
                    self.assertEqual(name.encode(), fused.request(name, "/")[2])

    def assert_isolated(self, fused):
        for name in ("one", "two"):
            with self.subTest(name):
                self.maxDiff = None
                self.assertEqual({
                    "name": name, "lazy": f"lazy {name}", "submodule": name, "sys.modules": name, "find_spec": name,
                    "pkgutil": ["lazy", "state"], "pickled": name, "pickled class": True, "hints": "True",
                    "module": "__main__", "main": True, "environ": name, "environ in thread": name, "environ in pool": name, "environ of wsgiref": name,
                    "environ of the other": name == "one", "environ of the runtime": [], "child": f"{name} data of {name}",
                    "argv": ["--as", name, "--more"], "path": f"/nowhere/{name}", "cwd": name, "relative": f"data of {name}", "absolute": f"data of {name}",
                    "exists": True, "debug on": name == "one", "root handlers": 1, "main thread": True, "sigterm": True,
                }, json.loads(fused.request(name, "/")[2]))
        self.assertIn("[one] WARNING:app:request served by one", fused.process.output())
        self.assertNotIn("[two] WARNING", fused.process.output())

    def test_sigterm_reaches_each_function_s_handler_and_exit_hooks(self):
        for tier in ("IN_PROCESS", "FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                fused = self.start(tier=tier)
                os.kill(fused.process.pid, signal.SIGTERM)
                self.assertEqual(0, fused.process.wait())
                for name in ("one", "two"):
                    self.assertIn(f"[{name}] SIGTERM reached {name}", fused.process.output())
                    self.assertIn(f"[{name}] atexit ran for {name}", fused.process.output())


if __name__ == "__main__":
    unittest.main()
