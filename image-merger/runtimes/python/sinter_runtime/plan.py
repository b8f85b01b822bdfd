"""Reads and checks plan.json."""

import json
import os

from .errors import RuntimeFailure

API_VERSION = "sinter.dev/fused/v1"


class MemberPlan:
    """What the plan says of one member: its launch contract and where its files lie."""

    __slots__ = ("name", "argv", "working_dir", "env", "port", "contract", "relocated", "private_packages",
                 "python", "captured", "listens", "stop_signal")

    def __init__(self, document):
        self.name = _text(document, "name")
        self.argv = [str(argument) for argument in document.get("argv") or []]
        if not self.argv:
            raise RuntimeFailure(
                "SNT0230", f"member {self.name} has no argv", "its entry point's full command",
                "Maybe the image has neither Entrypoint nor Cmd.")
        self.working_dir = document.get("workingDir") or "/"
        self.env = {str(key): str(value) for key, value in (document.get("env") or {}).items()}
        self.port = int(document.get("port") or 8080)
        self.python = document.get("python") or ""
        # False: runs unmodified, without a hook, and serves on the port it listens on.
        self.captured = document.get("captured", True)
        self.listens = int(document.get("listens") or self.port)
        self.stop_signal = document.get("stopSignal") or "SIGTERM"
        self.contract = document.get("contract") or ""
        # Longest first, so that a nested relocation wins over the one around it.
        self.relocated = sorted(
            ((os.path.normpath(move["from"]), os.path.normpath(move["to"])) for move in document.get("relocated") or []),
            key=lambda move: -len(move[0]))
        self.private_packages = list(document.get("privatePackages") or [])


class Plan:
    """The whole of plan.json."""

    __slots__ = ("group", "tier", "members", "local", "port", "loopback")

    def __init__(self, document):
        version = document.get("apiVersion")
        if version != API_VERSION:
            raise RuntimeFailure("SNT0231", f"apiVersion: {version}", API_VERSION,
                                 "Maybe the image was merged by another version of sinter.")
        self.group = document.get("group") or "group"
        self.tier = document.get("tier") or "IN_PROCESS"
        self.members = [MemberPlan(member) for member in document.get("members") or []]
        names = [member.name for member in self.members]
        if not names or len(set(names)) != len(names):
            raise RuntimeFailure("SNT0232", f"members: {names}", "at least one member, each name once",
                                 "Maybe plan.json was edited by hand.")
        self.port = int(document.get("port") or 8080)
        # Address that a callee's name resolves to inside the workload, by the callee's name.
        self.loopback = {entry["name"]: entry["address"] for entry in document.get("loopback") or []}
        programs = [member.name for member in self.members if not member.captured]
        if programs and self.tier != "CO_PROCESS":
            raise RuntimeFailure("SNT0251", f"tier {self.tier} of unmodified programs {programs}", "CO_PROCESS",
                                 "Maybe plan.json was edited by hand.")
        self.local = [(caller, callee) for caller, callee in document.get("local") or []]
        for pair in self.local:
            if not set(pair) <= set(names):
                raise RuntimeFailure("SNT0233", f"local pair {list(pair)}", f"two of {names}",
                                     "Maybe plan.json was edited by hand.")


def load(path):
    """Reads the plan; every defect is one coded message."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except (OSError, ValueError) as error:
        raise RuntimeFailure("SNT0234", f"plan {path}: {error}", "a readable JSON document",
                             "Maybe SINTER_PLAN names another file.") from None
    return Plan(document)


def _text(document, key):
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise RuntimeFailure("SNT0235", f"{key}: {value!r}", "a non-empty string", "Maybe plan.json was edited by hand.")
    return value
