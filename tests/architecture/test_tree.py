"""What must not stand in the repository, and what must."""

import re

from config.places import BASE
from tests.architecture.tree import committed_files, modules

#: Written so that this file does not name them itself.
HOSTS = (
    "py" + r"pi\.org",
    "python" + "hosted",
    r"registry\.npm" + "js",
    r"deb\.deb" + "ian",
    r"registry\.yarn" + "pkg",
    "mirr" + r"ors?\.",
)
PLACES = (r"/wo" + r"rk/", r"/ro" + r"ot/", r"/opt/py" + "pi", r"/ho" + r"me/\w+/")
FORBIDDEN = re.compile("|".join((*HOSTS, *PLACES)))
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
VAGUE = {"utils.py", "helpers.py", "common.py", "base.py", "core.py", "misc.py"}
BINARY = {".png", ".jpg", ".ico", ".gz", ".woff2", ".pdf", ".mo", ".eml"}


def _texts() -> list[tuple[str, str]]:
    return [(p.relative_to(BASE).as_posix(), p.read_text(encoding="utf-8")) for p in committed_files() if p.suffix not in BINARY]


def test_no_registry_host_and_no_machine_path() -> None:
    found = [f"{name}: {match.group()}" for name, text in _texts() for match in FORBIDDEN.finditer(text)]
    assert not found


def test_nothing_is_left_to_do_in_the_code() -> None:
    found = [f"{path.relative_to(BASE)}: {m.group()}" for path in modules() for m in UNFINISHED.finditer(path.read_text(encoding="utf-8"))]
    assert not found


def test_staff_does_not_know_what_the_company_handles() -> None:
    word = "compl" + "aint"
    found = [
        p.relative_to(BASE).as_posix() for p in sorted((BASE / "staff").rglob("*.py")) if word in p.read_text(encoding="utf-8").lower()
    ]
    assert not found


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [p.relative_to(BASE).as_posix() for p in modules() if p.name in VAGUE] == []


def test_locks_pin_every_package_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (BASE / name).read_text(encoding="utf-8")
        entries = re.split(r"\n(?=\S)", text)
        pinned = [entry for entry in entries if "==" in entry.splitlines()[0]]
        assert pinned
        assert all("--hash=sha256:" in entry for entry in pinned)
        assert not re.search(r"https?://|file:|--index|--find-links", text)


def test_locks_agree() -> None:
    pins: dict[str, set[str]] = {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        for package, version in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (BASE / name).read_text(encoding="utf-8"), re.MULTILINE):
            pins.setdefault(package, set()).add(version)
    assert {package: versions for package, versions in pins.items() if len(versions) > 1} == {}


def test_django_has_the_security_fixes() -> None:
    found = re.search(r"^django==5\.2\.(\d+)", (BASE / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    assert int(found.group(1)) >= 19


def test_every_variable_is_in_the_example() -> None:
    example = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", (BASE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    reading = re.compile(r"(?:env(?:\.\w+)?|from_environment)\(\s*\"([A-Z][A-Z_]+)\"")
    used = {name for path in (BASE / "config").rglob("*.py") for name in reading.findall(path.read_text(encoding="utf-8"))}
    assert sorted(used - example) == []
