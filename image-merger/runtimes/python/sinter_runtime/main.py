"""Starts the fused workload: members one after the other, then the front; ends on SIGTERM after draining."""

import faulthandler
import os
import signal
import sys
import threading
import traceback

from . import binding, doors, entry, environment, hooks, identity, imports, logs, paths, perlist, plan, policies, process, shared_state, tracebacks
from .admin import Admin
from .clients import http_client, httpx_transport, loops, names, routes, urllib3_pool
from .dispatch import MAX_DEPTH, Dispatcher
from .errors import RuntimeFailure
from .inbound.front import Front, Patience
from .member import DEAD, READY, STARTING, Member, report
from .patches import Patches
from .servers import capture
from .servers.raw import RawServer
from .spans import SpanExporter
from .watch import STUCK_SECONDS, Watch

START_SECONDS = 120
UNKNOWN_SERVER_SECONDS = 1.0
SWITCH_SECONDS = 0.001


def main():
    """Runs until SIGTERM; the exit code is 0 then, 1 when a member could not be started."""
    try:
        return _main()
    except RuntimeFailure as failure:
        print(failure, file=sys.stderr, flush=True)
        os._exit(1)


def _main():
    document = plan.load(os.environ.get("SINTER_PLAN") or "/.sinter/plan.json")
    settings = dict(os.environ)
    as_child = settings.get("SINTER_CHILD")
    members = [Member(member) for member in document.members]
    spans = SpanExporter(settings.get("SINTER_OTLP_ENDPOINT"), settings.get("SINTER_OTLP_TOKEN"),
                         settings.get("SINTER_NODE_ID") or "fused-" + document.group, document.group)
    dispatcher = Dispatcher(spans)
    dispatcher.max_active = int(settings.get("SINTER_LOCAL_CONCURRENCY") or dispatcher.max_active)
    if as_child:
        install(members, document.local, dispatcher)
        return _run_child(as_child, members, dispatcher, settings)
    if document.tier in ("FORKED", "CO_PROCESS"):
        from .supervisor import Supervisor

        supervisor = Supervisor(members, dispatcher, settings, document)
        install(members, document.local, dispatcher)
        code = supervisor.run()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return _run_in_process(members, document, dispatcher, settings)


def _run_child(as_child, members, dispatcher, settings):
    """A member's interpreter of its own (CO_PROCESS), told by its supervisor through SINTER_CHILD."""
    import socket

    from . import child
    from .control import Line
    from .limits import die_with_parent, limit

    control, listener, directory, name = as_child.split(":", 3)
    die_with_parent()
    limit(settings)
    paths_of_members = {member.name: os.path.join(directory, str(number)) for number, member in enumerate(members)}
    world = child.World(members, paths_of_members, dispatcher, Line(socket.socket(fileno=int(control))))
    child.run_member(world, name, socket.socket(fileno=int(listener)), settings)


def _run_in_process(members, document, dispatcher, settings):
    stopping = threading.Event()
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    front = Front(dispatcher, members, int(settings.get("PORT") or document.port))
    watch = Watch(members, float(settings.get("SINTER_STUCK_SECONDS") or STUCK_SECONDS))
    admin = Admin(int(settings.get("SINTER_ADMIN_PORT") or 15020), members, dispatcher, front, watch)
    # A hand-over between members' threads must not wait out a whole 5 ms turn.
    sys.setswitchinterval(SWITCH_SECONDS)
    logs.prefix_streams()
    install(members, document.local, dispatcher, one_process=True)
    process.name_who_ends_the_process()
    policies.install()
    shared_state.install()
    patches = Patches(members)
    admin.before_metrics = patches.look
    dispatcher.spans.start()
    watch.start()
    admin.start()
    grace = float(settings.get("SINTER_GRACE_SECONDS") or 8)
    patience = Patience(stopping, front, grace)
    for member in members:
        if not patience.is_set():
            start(member, patience)
            patches.look(member)
    # Given up early, it refuses those who have connected.
    front.start()
    if all(member.state == READY for member in members):
        report(f"sinter: {', '.join(member.name for member in members)} ready on port {front.port}")
    while not stopping.is_set():
        # Any thread may be the one that gets a signal, but only this one, awake, runs what was set to handle it.
        os.read(told, 4096)
    front.drain(patience.left())
    for member in members:
        member.signal_handlers["sinter stopping"] = True
    process.terminate(members, 1.0)
    dispatcher.spans.stop()
    sys.stdout.flush()
    sys.stderr.flush()
    # Daemon threads of members may hold locks that interpreter shutdown wants.
    os._exit(0)


def install(members, local, dispatcher, one_process=False):
    """Puts everything in place that tells members apart; after this, code run as a member is isolated."""
    remote = doors.remote_hosts(os.environ)
    for entry_of_others in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        while entry_of_others and entry_of_others in sys.path:
            sys.path.remove(entry_of_others)
    # Local calls lie on their caller's stack.
    sys.setrecursionlimit(sys.getrecursionlimit() + 100 * MAX_DEPTH)
    # A crash in native code says whose files it came from.
    faulthandler.enable(sys.__stderr__)
    identity.install()
    logs.install()
    environment.install(members)
    hooks.install()
    imports.install(members, one_process)
    perlist.install()
    paths.install()
    tracebacks.install()
    process.install()
    binding.install(member.plan.listens for member in members if not member.plan.captured)
    capture.install()
    routes.install(members, local)
    names.install(dispatcher, remote)
    loops.install(dispatcher)
    http_client.install(dispatcher)
    urllib3_pool.install(dispatcher)
    httpx_transport.install(dispatcher)


def start(member, stopping):
    """Runs the member's entry point in a thread of its own and waits until its server serves."""
    command = entry.Command(member)
    entry.prepare_path(member, command)

    def run():
        member.main_thread = threading.current_thread()
        try:
            entry.run(member, command)
            member.died("its entry point returned")
        except SystemExit as error:
            member.died(f"its entry point called sys.exit({error.code!r})")
        except RuntimeFailure as failure:
            member.died(str(failure))
        except BaseException as error:
            traceback.print_exc()
            member.died(f"{type(error).__name__}: {error}")

    loaded = imports.last_loaded()
    identity.run_as(member.scope, threading.Thread(target=run, name=f"sinter-{member.name}", daemon=True).start)
    _await_server(member, stopping)
    imports.adopt_strays(member, loaded)
    if member.state == DEAD:
        raise RuntimeFailure("SNT0244", f"member {member.name} ended while starting: {member.reason}",
                             f"a server on port {member.port}", "Its own output above says why.")


def _await_server(member, stopping):
    with member.changed:
        waited = 0.0
        while member.state == STARTING and not stopping.is_set():
            if member.private_address is not None and waited >= UNKNOWN_SERVER_SECONDS and not member.server_known:
                member.serve_with(RawServer(member))
                return
            if waited >= START_SECONDS:
                raise RuntimeFailure(
                    "SNT0245", f"member {member.name} serves nothing after {START_SECONDS} s",
                    f"a server bound to port {member.port}", "Maybe it listens on another port than its plan says.")
            heard = member.private_address
            member.changed.wait(0.1)
            waited = waited + 0.1 if heard == member.private_address else 0.0
