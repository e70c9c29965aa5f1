"""The process that works, seen from the one that watches it: started, weighed and killed."""

import os
import signal
from pathlib import Path

from cnntutor.worker.tasks import system

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Inner:
    """The process that works, seen from outside."""

    def __init__(self, folder: Path, lazy: bool, lock: int) -> None:
        self.peak = 0
        requests, self.requests = os.pipe()
        self.replies, replies = os.pipe()
        self.prints, prints = os.pipe()
        self.noise, noise = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            try:
                os.setsid()
                nothing = os.open(os.devnull, os.O_RDONLY)
                for wanted, descriptor in ((0, nothing), (1, noise), (2, noise)):
                    os.dup2(descriptor, wanted)
                for descriptor in (
                    self.requests,
                    self.replies,
                    self.prints,
                    self.noise,
                    noise,
                    nothing,
                    lock,
                ):
                    os.close(descriptor)
                system.end_with(parent)
                from cnntutor.worker.tasks.inside import serve

                serve(requests, replies, prints, folder, lazy)
                code = 0
            finally:
                os._exit(code)
        for descriptor in (requests, replies, prints, noise):
            os.close(descriptor)
        for descriptor in (self.replies, self.prints, self.noise):
            os.set_blocking(descriptor, False)

    def resident(self) -> int:
        """Return its resident memory in bytes."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return 0
        self.peak = max(self.peak, pages * _PAGE)
        return pages * _PAGE

    def kill(self) -> int:
        """Kill it and all it may have started; return how it ended, as os.waitpid tells it."""
        ended = 0
        waiting = {self.pid}
        while waiting:
            for pid in waiting:
                for end in (os.killpg, os.kill):
                    try:
                        end(pid, signal.SIGKILL)
                    except (ProcessLookupError, PermissionError):
                        continue
                try:
                    _, status = os.waitpid(pid, 0)
                except ChildProcessError:
                    continue
                ended = status if pid == self.pid else ended
            waiting = _children()
        return ended


def _children() -> set[int]:
    """Return the numbers of this process's children; none where the kernel does not tell."""
    own = os.getpid()
    try:
        text = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii")
    except OSError:
        return set()
    return {int(number) for number in text.split()}
