"""Several writers, one log: their lines are woven together whole, whatever pieces they were written in.

For text and for bytes alike. Nothing here is thread-safe."""

# An unfinished line is not held beyond this: container runtimes split there as well.
LONGEST_PIECE = 16 * 1024


class Writer:
    """Holds what was written of a line until the line ends."""

    __slots__ = ("prefix", "rest", "interrupted")

    def __init__(self, prefix):
        self.prefix = prefix
        self.rest = prefix[:0]
        # Somebody else's line came after the piece that was written of this one's.
        self.interrupted = False

    def take(self, piece, newline):
        """What is due for the log now."""
        text = self.rest + piece
        end = text.rfind(newline) + 1
        if len(text) - end >= LONGEST_PIECE:
            end = len(text)
        self.rest = text[end:]
        return text[:end]

    def leave(self):
        """What was held."""
        rest, self.rest = self.rest, self.rest[:0]
        return rest


class Lines:
    """The log's state between two writes: at most one line is unfinished, and its writer alone goes on with it."""

    def __init__(self, newline):
        self.newline = newline
        self._unfinished = None

    def woven(self, writer, text):
        """What to write for it: the writer's name before each line, and an end to another's unfinished one."""
        newline, other = self.newline, self._unfinished
        if writer.interrupted:
            writer.interrupted = False
            if text.startswith(newline):
                # Its line has been ended already.
                text = text[1:]
        if not text:
            return text
        begun = newline[:0]
        if other is not writer:
            begun = writer.prefix
            if other is not None:
                other.interrupted = True
                begun = newline + begun
        ended = text.endswith(newline)
        self._unfinished = None if ended else writer
        body = text[:-1] if ended else text
        return begun + body.replace(newline, newline + writer.prefix) + (newline if ended else newline[:0])

    def ended(self, writer):
        """What to write when the writer is gone."""
        if self._unfinished is not writer:
            return self.newline[:0]
        self._unfinished = None
        return self.newline
