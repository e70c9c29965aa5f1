"""python -m cnntutor.worker.tasks [lazy]: waits with Keras imported for one request, answers it and ends.

Started by lab.tasks. Ends when its standard input does, so that none is left when the program that started it
is killed. lazy: Keras is imported by a task that needs it.
"""

import os
import sys

from cnntutor.worker.tasks.supervisor import supervise

if __name__ == "__main__":
    os._exit(supervise(sys.stdin.fileno(), sys.stdout.fileno(), lazy=sys.argv[1:] == ["lazy"]))
