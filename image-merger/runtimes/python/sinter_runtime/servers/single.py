"""Servers that would start processes of their own (workers, reloaders) serve from this one instead: the files of an image
never change, and what a second process would serve is out of reach here."""

import importlib

from .. import hooks
from ..identity import current_member


def install():
    hooks.after_import("hypercorn.run", _hypercorn)
    hooks.after_import("uvicorn.config", _uvicorn)
    hooks.after_import("werkzeug._reloader", _reloader("WERKZEUG_RUN_MAIN"))
    hooks.after_import("django.utils.autoreload", _reloader("RUN_MAIN"))
    hooks.after_import("tornado.process", _tornado)
    hooks.after_import("tornado.autoreload", _tornado_reloader)


def _hypercorn(module):
    run = module.run

    def run_here(config, *args, **kwargs):
        worker = None
        if current_member() is not None:
            # Not every version has a setting for serving without another process, but all have these.
            workers = importlib.import_module("hypercorn.asyncio.run")
            worker = getattr(workers, f"{config.worker_class}_worker", None)
        if worker is None:
            return run(config, *args, **kwargs)
        config.workers = 1
        config.use_reloader = False
        worker(config, config.create_sockets())
        return 0

    module.run = run_here


def _uvicorn(module):
    config = module.Config
    initialise = config.__init__
    should_reload = config.should_reload

    def initialise_alone(self, *args, **kwargs):
        initialise(self, *args, **kwargs)
        if current_member() is not None:
            self.workers = 1

    config.__init__ = initialise_alone
    config.should_reload = property(lambda self: current_member() is None and should_reload.fget(self))


def _reloader(variable):
    """run_with_reloader(main, ...) of werkzeug and Django: the variable tells the program that it is the reloaded one."""
    def patch(module):
        run_with_reloader = module.run_with_reloader

        def run_here(main_func, *args, **kwargs):
            member = current_member()
            if member is None:
                return run_with_reloader(main_func, *args, **kwargs)
            member.environ[variable] = "true"
            # werkzeug's other arguments are its reloader's, Django's are the program's.
            return main_func(*args, **kwargs) if variable == "RUN_MAIN" else main_func()

        module.run_with_reloader = run_here

    return patch


def _tornado(module):
    fork_processes = module.fork_processes

    def fork_none(num_processes, max_restarts=None):
        if current_member() is None:
            return fork_processes(num_processes, max_restarts)
        return 0

    module.fork_processes = fork_none


def _tornado_reloader(module):
    start = module.start

    def start_nothing(*args, **kwargs):
        if current_member() is None:
            start(*args, **kwargs)

    module.start = start_nothing
