"""Set-up, run by the system's Python before anything is installed: virtual environment, locked requirements, catalogues, secret key.

    python3 -m config.bootstrap [--dev]

Every step is skipped while its inputs are unchanged. What stops it is said in one line. Standard library only; the syntax stays old
enough for an old Python to reach the line that asks for a newer one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

from config.places import BASE, from_environment, var_folder

OLDEST = (3, 11)
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK, DEV_LOCK = BASE / "requirements.lock", BASE / "requirements-dev.lock"
#: What an installation may have besides, each with a lock of its own: REDRESS_EXTRAS=pdf.
EXTRAS = ("pdf",)
STAMPS = VENV / "stamps"


class SetupError(Exception):
    """Set-up cannot go on; the message is the one line to show."""


class Step:
    """A line of progress: what is done, and how long it has been going on."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.done = threading.Event()
        self.live = sys.stdout.isatty()

    def __enter__(self) -> None:
        self.began = time.monotonic()
        print(f"{self.what} …", end="" if self.live else "\n", flush=True)
        self.thread = threading.Thread(target=self._tick, daemon=True)
        self.thread.start()

    def _tick(self) -> None:
        while not self.done.wait(1 if self.live else 20):
            seconds = time.monotonic() - self.began
            print(f"\r{self.what} … {seconds:.0f} s" if self.live else f"  … {seconds:.0f} s", end="" if self.live else "\n", flush=True)

    def __exit__(self, kind: object, *rest: object) -> None:
        self.done.set()
        self.thread.join()
        if self.live:
            print(f"\r{self.what} … {'failed' if kind else f'{time.monotonic() - self.began:.0f} s'}", flush=True)


def digest(*inputs: object) -> str:
    """A hash over names, texts and the contents of files."""
    total = hashlib.sha256()
    for value in inputs:
        total.update(value.read_bytes() if isinstance(value, Path) else str(value).encode())
        total.update(b"\0")
    return total.hexdigest()


def is_stamped(name: str, value: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == value


def put_stamp(name: str, value: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(value)


def run(*command: object) -> None:
    """Run a command quietly; what it said is shown only if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=BASE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SetupError("\n".join([*done.stdout.strip().splitlines()[-15:], "That failed: " + " ".join(str(part) for part in command)]))


def check_python() -> None:
    if sys.version_info < OLDEST:
        raise SetupError(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]} ({sys.executable}).")
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise SetupError(f"This Python has no module {module}. On Debian and Ubuntu: apt-get install python3-venv")


def check_folder(folder: Path, variable: str) -> None:
    """Make `folder` if it is missing and see that we may write in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupError(f"The folder {folder} cannot be written ({error.strerror}){variable}.") from error


def make_venv() -> None:
    version = digest(sys.version, sys.executable, str(VENV))
    if PYTHON.exists() and is_stamped("python", version):
        return
    with Step("Making the virtual environment in .venv"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
    put_stamp("python", version)


def chosen_extras() -> list[str]:
    """The extras named in REDRESS_EXTRAS, separated by commas."""
    names = [name.strip() for name in from_environment("REDRESS_EXTRAS").split(",") if name.strip()]
    unknown = [name for name in names if name not in EXTRAS]
    if unknown:
        raise SetupError(f"REDRESS_EXTRAS names what there is not: {', '.join(unknown)}. There is: {', '.join(EXTRAS)}.")
    return names


def install(*, dev: bool) -> None:
    """Bring .venv to exactly the locked versions. What `make test` needs more than `make run` may stay when it is there."""
    wanted = [BASE / f"requirements-{name}.lock" for name in chosen_extras()]
    runtime, both = digest(LOCK, *wanted), digest(LOCK, *wanted, DEV_LOCK)
    if is_stamped("requirements", both) or (not dev and (STAMPS / "runtime").is_file() and is_stamped("runtime", runtime)):
        return
    for stamp in ("runtime", "requirements"):
        (STAMPS / stamp).unlink(missing_ok=True)
    locks = [LOCK, *wanted, DEV_LOCK] if dev else [LOCK, *wanted]
    with Step("Installing the locked requirements" + (" and the tools of tests and checks" if dev else "")):
        try:
            run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
            run(VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", *locks)
        except SetupError:
            # uv has no build for every machine; pip does the same, slower.
            files = [part for lock in locks for part in ("-r", lock)]
            run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", *files)
    put_stamp("runtime", runtime)
    if dev:
        put_stamp("requirements", both)


def compile_catalogues() -> None:
    sources = sorted((BASE / "locale").rglob("*.po"))
    inputs = digest(*sources)
    if is_stamped("catalogues", inputs) and all(source.with_suffix(".mo").is_file() for source in sources):
        return
    with Step("Compiling the message catalogues"):
        run(PYTHON, "-m", "config.catalogues")
    put_stamp("catalogues", inputs)


def keep_secret_key(var: Path) -> None:
    """A key of this installation's own: made once, readable by its owner alone."""
    path = var / "secret_key"
    if path.is_file() and path.read_text().strip():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))


def main() -> int:
    try:
        check_python()
        check_folder(BASE, "")
        var = var_folder()
        check_folder(var, "; set REDRESS_VAR to one that can")
        var.chmod(0o700)
        make_venv()
        install(dev="--dev" in sys.argv[1:])
        compile_catalogues()
        keep_secret_key(var)
    except (SetupError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
