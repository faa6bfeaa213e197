"""Which tests cover which case of the threat list, read from the tests themselves.

A test bears a case's ID in its name (`test_f11_…`, `test_f7_f11_…`) or in its docstring, its class's or its module's (“F11: …”, “(E9)”).

    python -m tests.threats    # writes docs/threats-covered.md
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator

from config.places import BASE

PLACE = BASE / "docs" / "threats-covered.md"
BORNE = re.compile(r"\b([A-K]\d{1,2})\b")
IN_NAME = re.compile(r"[a-k]\d{1,2}")
ROW = re.compile(r"^\| ([A-K]\d{1,2}) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)

#: Redress must withstand these.
REQUIRED = [
    "A1", "A2", "A3", "A4", "A6", "A7", "A9", "A10", "A11", "A12", "B1", "B2", "B3", "B4", "B5", "B6", "B8", "B9", "B10", "B11",
    "B12", "B13", "C1", "C2", "C3", "C4", "C6", "C7", "C8", "D2", "D3", "D5", "D6", "D7", "D8", "D10", "D12", "D13", "H5", "H6", "H8", "H9",
    "H1", "H2", "H3", "H4", "H10", "H11", "H12", "H13", "H14", "I1", "I2", "I3", "I4", "I6", "I7", "I9", "I10", "I11", "E1", "E2", "E3", "E4", "E5", "E6",
    "E7", "E8", "E9", "F1", "F2", "F3", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F13", "F15", "F16", "F17", "F20", "G1", "G2", "G3", "G4", "G5", "G8", "G9", "G10", "G11",
    "G12", "J1", "J3", "J4", "J6", "K1", "K2", "K3", "K4", "K6", "K7", "K8", "K9", "K10", "K11", "K13",
]  # fmt: skip

#: What is tried, and what must happen.
CASES = {
    "A1": "Tracking codes cannot be guessed: 88 bits, no order, no look-alike letters",
    "A2": "No tracking code in any table, history, queue or stored message",
    "A3": "No tracking code in a URL, a referrer or a log; pages not cached",
    "A4": "Unknown, malformed and foreign codes get the same answer",
    "A6": "Trying codes is stopped, over all processes and after a restart",
    "A7": "A forged forwarding header does not get around a limit",
    "A9": "A case number or an id opens nothing",
    "A10": "One customer's page never acts on another's case",
    "A11": "The tracking page shows the customer's side alone: no note, no penalty, no other department",
    "A12": "No page made for one person is kept for another",
    "B1": "A file is had only by whoever may see its case",
    "B2": "The store of files is not served, and closed to other users of the machine",
    "B3": "HTML, SVG and the like are refused, under whatever name",
    "B4": "SVG is refused, and never shown by a browser in a page of ours",
    "B5": "What is two things at once is made one: pictures are made anew, scripts leave a PDF",
    "B6": "The name of a file is never a path",
    "B8": "The name of a file makes no header",
    "B9": "Too large a file is refused quickly and leaves nothing behind",
    "B10": "Too many files are refused, and each one is checked",
    "B11": "Bombs are not unpacked, or within limits",
    "B12": "Infected files are kept from everybody; without the scanner none is handed out",
    "B13": "Whatever dies, files and rows agree, and what is left over is swept",
    "C1": "What customers type is shown as text everywhere",
    "C2": "Nothing a customer types becomes a link that runs",
    "C3": "A mail of HTML is text to us: nothing in it loads or runs",
    "C4": "Strict headers on every answer; eval only where unfold needs it",
    "C6": "A letter or print fetches nothing: no file, no address",
    "C7": "What people write is never a template",
    "C8": "No cell of an export begins a formula",
    "D2": "No name or subject makes a mail header or a second recipient",
    "D3": "Our mail says that a machine wrote it",
    "D5": "We cannot be made to send mail to strangers, nor to quote the sender",
    "D6": "A mail joins a case by our signed token alone",
    "D7": "A mail is never an act of staff, whoever it says it is from",
    "D8": "Mails made to choke us are held with their raw form, and the next one goes on",
    "D10": "Any charset, or none, becomes readable text; the raw form stays",
    "D12": "Links come from the settings, never from the Host header",
    "D13": "Whatever the mail server does: at least once, same Message-ID, giving up is visible",
    "E1": "No unsafe request without a CSRF token and our own origin",
    "E2": "No GET changes anything",
    "E3": "A session planted before sign-in is worth nothing after it",
    "E4": "Password, role or employment ended: the old session is refused at once",
    "E5": "Password reset: same answer for all, few mails, link once, no look-alike",
    "E6": "Guessing passwords is stopped, however the number is spelled",
    "E7": "No secret of a customer or employee is stored in the open",
    "E8": "No redirect leaves the site",
    "E9": "Production settings pass the deployment check; nothing of the machine room is served",
    "F1": "Every role on every model: what the table says, else denied",
    "F2": "Nobody approves what they proposed, by whatever way",
    "F3": "Limits hold over a case, a day and a customer, however it is cut into pieces",
    "F5": "Another department's cases are absent from page, list, count, search, export, file and history",
    "F6": "An auditor sees and writes nothing, whatever is posted",
    "F7": "History is not rewritten: by admin, ORM, SQL; tampering as a superuser is found by `verify`",
    "F8": "No change without its trace, in bulk neither",
    "F9": "No case is deleted, and nothing a case refers to",
    "F10": "Fields that no form offers cannot be set by posting them",
    "F11": "No step out of order, twice, on a closed case or by direct assignment",
    "F13": "An appeal is the employee's own, in time, once, and decided by somebody without a part in it",
    "F15": "Parameters of lists are an allow-list; odd ones give no error of the database",
    "F16": "Nobody gives rights to themselves",
    "F17": "The worker's tables are not in the back office",
    "F18": "An export has the rows and columns of the screen, and leaves a trace",
    "F20": "A denied attempt leaves its row though the request is rolled back",
    "G1": "Two approvals at once: one wins, the other is told",
    "G2": "Approve, return, withdraw, reopen at once: one path, no branch",
    "G3": "Two who claim one case: one has it, the other learns who",
    "G4": "Twenty approvals at once never overspend a budget",
    "G5": "The same form sent twice is one case",
    "G6": "The same key gives the same answer, also to twins at once",
    "G8": "A stale form is refused, says who moved the case and when, and keeps what was typed",
    "G9": "Many cases filed at once: unique numbers, no error",
    "G10": "A task run twice or late takes effect once",
    "G11": "One survey answer a round, however often it is sent",
    "G12": "No transaction stays open while the network is slow",
    "H1": "An amount that is none is refused, never rounded",
    "H2": "Parts of an amount sum to the whole; one rule of rounding everywhere",
    "H3": "Due dates at the edges of days and years",
    "H4": "A clock that jumps fires nothing twice",
    "H5": "Emoji, combining marks, invisible letters: stored and shown whole, or refused in words",
    "H6": "NUL and lone surrogates: 400, wherever they stand",
    "H8": "JSON that is none, or endless, gets a quick 4xx",
    "H9": "Too long, too many, too large: 4xx",
    "H10": "Text made to be slow is not",
    "H11": "Headers made to be slow are not",
    "H12": "Odd page numbers and sizes give a page or 4xx, quickly",
    "H13": "The method of a request is the one it was sent with",
    "H14": "Filing is limited for each source and over all, in every process, after a restart too",
    "I1": "Nothing of the sender's machine is kept with a case",
    "I2": "The same holds on every error page",
    "I3": "What files say of their maker is gone before anybody can have them",
    "I4": "Who wrote a mail, or a protected complaint, is nowhere but under seal",
    "I6": "Of what an anonymous customer does, the hour alone is kept",
    "I7": "No search, order or filter tells what is not shown",
    "I9": "No personal data and no second line in a log",
    "I10": "Copy, correction and erasure: nothing is left of the person, the skeleton stays",
    "I11": "Every look at an identity or a penalty is kept",
    "J1": "A survey link that is old, foreign or forged shows and changes nothing",
    "J3": "A rating that is none is refused",
    "J4": "What goes to chat groups goes to the hosts of their programs alone, and follows no redirect",
    "J6": "A host that answers byte by byte, or without end, holds no worker",
    "K1": "Web processes killed under load lose nothing acknowledged",
    "K2": "Killed within an act: all of it or nothing",
    "K3": "A worker killed while sending: at most one copy more, same Message-ID",
    "K4": "All workers killed at once: every mail arrives, hardly any twice",
    "K6": "Retries with growing waits; what was given up can be sent again by hand",
    "K7": "Database stopped and started under load: nothing acknowledged is lost",
    "K8": "Database away: 503 with a time to come back, and it heals alone",
    "K9": "Disk full: refused in words, no half file",
    "K10": "A new version under load: no request fails but those under way",
    "K11": "A backup made while people write is whole when it is restored",
    "K13": "What cannot check refuses: limiter, scanner",
}

HEAD = """\
# Threats and their tests

Written by `python -m tests.threats` from the tests, which bear the ID of the case they cover in their name or docstring.
`tests/architecture/test_threat_ids.py` fails when a case Redress must withstand has no test, or a row here is not true.

| Case | What must happen | Tests |
|---|---|---|
"""


def covered() -> dict[str, set[str]]:
    """ID → the test files that bear it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((BASE / "tests").rglob("test_*.py")):
        for case in borne_in(ast.parse(path.read_text(encoding="utf-8"))):
            found[case].add(path.relative_to(BASE).as_posix())
    return dict(found)


def borne_in(tree: ast.AST) -> Iterator[str]:
    """The IDs in names and docstrings of one module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield from BORNE.findall(ast.get_docstring(node) or "")
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for word in node.name.split("_")[1:]:
                if not IN_NAME.fullmatch(word):
                    break
                yield word.upper()


def rows_in(page: str) -> dict[str, set[str]]:
    """ID → the test files a page names."""
    return {case: set(re.findall(r"`([^`]+)`", tests)) for case, tests in ROW.findall(page)}


def page() -> str:
    found = covered()
    known = [case for case in CASES if case in found or case in REQUIRED]
    lines = [f"| {case} | {CASES[case]} | {' '.join(f'`{name}`' for name in sorted(found.get(case, ()))) or '–'} |" for case in known]
    return HEAD + "".join(f"{line}\n" for line in lines)


def main() -> int:
    PLACE.write_text(page(), encoding="utf-8")
    found = covered()
    unknown = sorted(set(found) - set(CASES))
    missing = [case for case in REQUIRED if case not in found]
    sys.stdout.write(f"{PLACE.relative_to(BASE)} written; without a test: {missing}; not described in tests/threats.py: {unknown}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
