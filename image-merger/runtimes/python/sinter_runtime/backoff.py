"""How long a process that ends by itself is left alone before it is started again."""

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 10.0
HEALTHY_SECONDS = 30.0


class BackOff:
    """Doubles from run to run, until one was healthy."""

    def __init__(self):
        self.seconds = 0.0

    def after(self, lived_seconds):
        """The pause after a run that lived that long."""
        before = 0.0 if lived_seconds > HEALTHY_SECONDS else self.seconds
        self.seconds = min(LONGEST_SECONDS, max(FIRST_SECONDS, before * 2))
        return self.seconds
