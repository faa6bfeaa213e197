"""Work of the system itself, done by the worker."""


def beat() -> str:
    """Nothing but a sign of life: the row of its success is what `/readyz/` looks for."""
    return "alive"
