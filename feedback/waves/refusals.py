"""What can be wrong with a wave, and with a step somebody wants to take with it?"""


class WaveRefused(ValueError):
    """The wave cannot be made or changed like this; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class WaveStepNotAllowed(Exception):
    """The state of the wave forbids the step."""
