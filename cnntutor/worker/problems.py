"""Why a run ends before its time: a problem with a sentence, or a request to stop."""

from cnntutor.i18n import Message
from cnntutor.lab.events import Problem


class RunProblem(Exception):
    """The run cannot go on, and a sentence says why.

    Args:
        problem: Its kind, for programs.
        message: One sentence with the mend, for people.
    """

    def __init__(self, problem: Problem, message: Message) -> None:
        super().__init__(str(message))
        self.problem = problem
        self.message = message


class Stopped(BaseException):
    """The run was asked to stop.

    No Exception, so that nothing on the way takes it for an error; raised out of a callback it leaves Keras's
    loop at once, without the validation that `stop_training` would still run.
    """
