"""The worker as a child of gunicorn's first process, for `blog_site.serve`: it shares the blog that is loaded there.

That takes 45 MB less than one that loads its own. It ends with that process, is made anew with it by a reload, and is
started again if it ends by itself.
"""

import contextlib
import os
import signal
import time

ASKED_FOR = "RIGHT_OF_REPLY_WITH_WORKER"  # in gunicorn's environment
NAME = "blog-worker"  # as `ps` shows it
PAUSE = 5  # seconds between two starts
GRACE = 11  # seconds that it gets to end in


class WorkerBeside:
    """`keep()` has it run; call it often."""

    def __init__(self, server):
        self.server, self.pid, self.began = server, None, None

    def keep(self):
        if self.runs() or (self.began and time.monotonic() - self.began < PAUSE):
            return
        self.began = time.monotonic()
        self.pid = os.fork()
        if not self.pid:
            status = 1
            try:
                self._be_the_worker()
                status = 0
            except Exception:
                self.server.log.exception("The worker has ended.")
            finally:
                os._exit(status)

    def runs(self):
        """gunicorn's first process takes notice of each child that ends: the number of one is nobody's then."""
        if self.pid is None:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def stop(self):
        """Asks it to end, and waits until it has."""
        until = time.monotonic() + GRACE
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if self.runs():
                os.kill(self.pid, signal.SIGTERM)
            while self.runs() and time.monotonic() < until and os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                time.sleep(0.05)

    def _be_the_worker(self):
        from django.db import connections

        from blog_site.limits import wait_as_long_as_it_takes
        from blog_site.worker import Worker

        for number in (*self.server.SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        for listener in self.server.LISTENERS:
            listener.close()
        with contextlib.suppress(OSError), open("/proc/self/comm", "w") as name:
            name.write(NAME)
        connections.close_all()
        wait_as_long_as_it_takes()
        Worker(parent=os.getppid()).run_until_stopped()
