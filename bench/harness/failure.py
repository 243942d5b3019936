"""The one exception of the benchmark."""


class Failure(Exception):
    """Something a person has to put right; its text says what."""
