"""Two functions with the same module names, in one process, see what each would see alone."""

import json
import os
import re
import signal
import unittest
import urllib.request

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

    def test_each_has_what_libraries_keep_in_their_modules_for_itself(self):
        for tier in ("IN_PROCESS", "FORKED"):
            with self.subTest(tier):
                members = [member(name, ["python3", "app.py"], os.path.join(FIXTURES, "libraries"), env={"WHO": name})
                           for name in ("one", "two")]
                fused = Fused(members, [], tier=tier)
                self.addCleanup(fused.__exit__)
                fused.__enter__()
                for name in ("one", "two"):
                    self.assertEqual({"policy": name == "one", "loop": "one" if name == "one" else "anybody",
                                      "passlib": "md5_crypt", "django": name, "urls": f"/{name}/", "tornado": name,
                                      "bottle": name, "prometheus": [name]},
                                     json.loads(fused.request(name, "/")[2]))
                self.assertEqual([], self.changes(fused))

    def test_what_cannot_be_had_apart_is_named(self):
        for change, named in (
                ("locale", ["the locale"]), ("warnings", ["which warnings are errors"]), ("seed", ["the random seed"]),
                ("ordinary use", []), ("opener", ["urllib's opener"]), ("sqlite3", ["sqlite3's types"]), ("processes", ["the start method of processes"]),
                ("function", ["json.dumps by __main__"]), ("method", ["json.encoder.JSONEncoder.default by __main__"]),
                ("class", ["json.JSONDecoder by __main__"]),
                ("shared library", ["werkzeug.wrappers.response.Response.get_data by __main__"])):
            for when in ("start", "request"):
                with self.subTest(change, when=when):
                    fused = self.start_changing("IN_PROCESS", change, when)
                    self.assertEqual([("one", what) for what in named], self.changes(fused))
                    for what in named:
                        self.assertIn(f"SNT0237: member one changed {what}, which", fused.process.output())

    def test_a_setting_tells_nobody_who_changed_it_later(self):
        for when, names in (("start", ["one"]), ("request", ["one", "two"])):
            with self.subTest(when):
                self.assertEqual([(name, "ssl._create_default_https_context") for name in names],
                                 self.changes(self.start_changing("IN_PROCESS", "certificates", when)))

    def test_a_library_that_changes_others_is_named_with_the_member_that_started_it(self):
        changes = self.changes(self.start_changing("IN_PROCESS", "library", "start"))
        self.assertEqual({"one"}, {name for name, _ in changes})
        self.assertIn(("one", "sys.excepthook by sentry_sdk.integrations.excepthook"), changes)

    def test_in_processes_of_their_own_members_change_nothing_that_others_share(self):
        for tier in ("FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                self.assertEqual([], self.changes(self.start_changing(tier, "method", "start")))

    def test_an_interpreter_of_its_own_has_the_options_of_the_command(self):
        members = [member("one", ["python3", "-uO", "-X", "utf8", "app.py"], os.path.join(FIXTURES, "changes")),
                   member("two", ["python3", "app.py"], os.path.join(FIXTURES, "changes"))]
        fused = Fused(members, [], tier="CO_PROCESS")
        self.addCleanup(fused.__exit__)
        fused.__enter__()
        self.assertEqual([b"1", b"0"], [fused.request(name, "/optimize")[2] for name in ("one", "two")])

    def start_changing(self, tier, change, when):
        members = [member("one", ["python3", "app.py"], os.path.join(FIXTURES, "changes"), env={"CHANGE": change, "WHEN": when}),
                   member("two", ["python3", "app.py"], os.path.join(FIXTURES, "changes"))]
        fused = Fused(members, [], tier=tier)
        self.addCleanup(fused.__exit__)
        fused.__enter__()
        self.assertEqual(b"served", fused.request("one", "/")[2])
        return fused

    def changes(self, fused):
        """(member, what) as the admin port tells them."""
        with urllib.request.urlopen(f"http://127.0.0.1:{fused.admin}/metrics", timeout=10) as response:
            return re.findall(r'sinter_shared_state_touched\{member="(.*?)",what="(.*?)"\} 1', response.read().decode())

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
