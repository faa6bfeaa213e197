"""Cases made like an original: every row once more, with its own numbers, times, words, people, codes and hashes.

An original is turned once into one text per table with places for what differs; a copy only fills these in. That is what makes the
generator quick enough to stream.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import models

from complaints import signing
from complaints.models import Complaint, Message, Party, Payout, RemedyItem, StepChange, SurveyLink
from complaints.workflow import Mode
from config.bench.originals import NULL, Original, Table, day_in, escaped, json_in, moment_in, points_to, tables, unescaped
from config.bench.people import Somebody
from config.bench.words import Said
from escalation.models import Escalation
from intake.models import Submission
from intake.services.submit import code_key_of, digest_of

CASES, CHANGES, PARTIES = Complaint._meta.db_table, StepChange._meta.db_table, Party._meta.db_table
MESSAGES, SUBMISSIONS, LINKS = Message._meta.db_table, Submission._meta.db_table, SurveyLink._meta.db_table
ESCALATIONS = Escalation._meta.db_table
#: What a party in their own name takes over from the customer.
PERSON = ("name", "email", "phone", "phone_digits", "contact_digest")


@dataclass
class Copy:
    """What makes this case differ from its original."""

    ids: dict[str, range]
    days: timedelta
    moved: timedelta
    number: str
    form_key: uuid.UUID
    person: Somebody
    said: Said

    def __post_init__(self) -> None:
        self.code_key = code_key_of(self.form_key)
        self.code_digest = signing.digest_of(signing.code_for(self.code_key))
        self.hashes: list[str] = []
        self.payload: dict[str, Any] = {}


Value = Callable[[Copy], str]


@dataclass
class Block:
    """All rows of one table of an original: a text with `%s` where a value belongs, and which values."""

    text: str
    take: Callable[[list[str]], tuple[str, ...]]


class Mould:
    """An original, ready to be copied."""

    def __init__(self, original: Original) -> None:
        self.original = original
        self.slots: list[Value] = []
        self.slot_of: dict[Any, int] = {}
        self.tables = {table.name: table for table in tables()}
        self.index = {(name, row["id"]): place for name in self.tables for place, row in enumerate(original.rows[name])}
        self.counts = {name: len(rows) for name, rows in original.rows.items() if rows}
        self.chain = [self._facts(row) for row in original.rows[CHANGES]]
        self.blocks = {name: self._block(name, rows) for name, rows in original.rows.items() if rows}
        sent = original.rows[SUBMISSIONS]
        self.payload: dict[str, Any] | None = json_in(sent[0]["payload"]) if sent else None

    def fill(self, copy: Copy) -> Iterator[tuple[str, str]]:
        """The rows of one more case, as table and text for COPY."""
        if self.payload is not None:
            copy.payload = {**self.payload, "story": self.payload.get("story", "") + copy.said.text}
        self._chain_up(copy)
        values = [value(copy) for value in self.slots]
        for name, block in self.blocks.items():
            yield name, block.text % block.take(values)

    # --- places for what differs ----------------------------------------------------------------------------------------------------
    def slot(self, key: Any, value: Value) -> int:
        if key not in self.slot_of:
            self.slot_of[key] = len(self.slots)
            self.slots.append(value)
        return self.slot_of[key]

    def id_of(self, table: str, pk: str) -> int:
        row = self.index[table, pk]
        return self.slot(("id", table, row), lambda copy: str(copy.ids[table][row]))

    def at(self, text: str) -> int:
        at = moment_in(text)
        return self.slot(("at", at), lambda copy: (at + copy.moved).isoformat(timespec="microseconds"))

    def on(self, text: str) -> int:
        on = day_in(text)
        return self.slot(("on", on), lambda copy: (on + copy.days).isoformat())

    # --- turning rows into texts ----------------------------------------------------------------------------------------------------
    def _block(self, name: str, rows: list[dict[str, str]]) -> Block:
        of = _Columns.of(self, name)
        lines, places = [], []
        for number, row in enumerate(rows):
            cells = []
            for column, value in row.items():
                text, wanted = of.cell(column, value, row, number)
                cells.append(text)
                places += wanted
            lines.append("\t".join(cells) + "\n")
        return Block("".join(lines), itemgetter(*places) if len(places) > 1 else lambda values: (values[places[0]],))

    def _facts(self, row: dict[str, str]) -> tuple[str, list[int]]:
        """What `StepChange.expected_hash` covers, as a text with places: case, time and the numbers of what was recorded."""
        known = [int(row["sequence"]), row["transition"], row["from_step"], row["to_step"], row["actor"]]
        facts = json.dumps([*known, None if row["by_id"] == NULL else int(row["by_id"])], separators=(",", ":"))[1:-1]
        records, places = self.records(row["records"], ",")
        reason = sha256(unescaped(row["reason"]).encode()).hexdigest()
        return f'[%s,{facts},"%s","{reason}",{records},"', [self.id_of(CASES, str(self.original.pk)), self.at(row["at"]), *places]

    def records(self, text: str, comma: str) -> tuple[str, list[int]]:
        cells, places = [], []
        for name, pk in json_in(text):
            table = _table_named(name)
            is_ours = (table, str(pk)) in self.index
            if is_ours:
                places.append(self.id_of(table, str(pk)))
            cells.append(f'["{name}"{comma}{"%s" if is_ours else pk}]')
        return f"[{comma.join(cells)}]", places

    def _chain_up(self, copy: Copy) -> None:
        before = ""
        for facts, places in self.chain:
            told = facts % tuple(self.slots[place](copy) for place in places)
            before = sha256(f'{told}{before}"]'.encode()).hexdigest()
            copy.hashes.append(before)


_named: dict[str, str] = {}


def _table_named(model: str) -> str:
    if not _named:
        _named.update({str(each._meta.model_name): each._meta.db_table for each in apps.get_models()})
    return _named[model]


@dataclass
class _Columns:
    """What the columns of one table hold, and so what becomes of their values."""

    mould: Mould
    name: str
    table: Table
    is_history: bool
    fields: dict[str, Any]
    keys: dict[str, str]

    @classmethod
    def of(cls, mould: Mould, name: str) -> _Columns:
        table = mould.tables.get(name)
        is_history = table is None
        if table is None:
            table = next(each for each in mould.tables.values() if each.history and each.history._meta.db_table == name)
        model: Any = table.history if is_history else table.model
        return cls(mould, name, table, is_history, {each.column: each for each in model._meta.concrete_fields}, points_to(model))

    def cell(self, column: str, value: str, row: dict[str, str], number: int) -> tuple[str, list[int]]:
        """The value's text, with a place where it differs from copy to copy, and what belongs there."""
        special = SPECIAL.get((self.table.name, column))
        place = self._place(column, value, number)
        if value == NULL:
            return NULL, []
        if place is not None:
            return "%s", [place]
        return special(self.mould, value, row, number) if special else _text(self.mould, value)

    def _place(self, column: str, value: str, number: int) -> int | None:
        """Where a copy has its value for this column: numbers, keys, times and days differ."""
        mould, name, field = self.mould, self.name, self.fields.get(column)
        if value == NULL or (self.table.name, column) in SPECIAL:
            return None
        if column == "history_id":
            return mould.slot((name, number), lambda copy: str(copy.ids[name][number]))
        pointed_to = self.table.name if column == "id" else self.keys.get(column, "")
        if (pointed_to, value) in mould.index:
            return mould.id_of(pointed_to, value)
        if isinstance(field, models.DateTimeField):
            return mould.at(value)
        return mould.on(value) if isinstance(field, models.DateField) else None


Special = Callable[[Mould, str, dict[str, str], int], tuple[str, list[int]]]


def _text(mould: Mould, value: str) -> tuple[str, list[int]]:
    """A text in which the case's number may stand."""
    before = value.replace("%", "%%").split(mould.original.number)
    return "%s".join(before), [mould.slot("number", lambda copy: copy.number)] * (len(before) - 1)


def _of_copy(key: str, value: Value) -> Special:
    return lambda mould, _value, _row, _number: ("%s", [mould.slot(key, value)])


def _with_more(key: str, value: Value) -> Special:
    def add(mould: Mould, text: str, _row: dict[str, str], _number: int) -> tuple[str, list[int]]:
        before, places = _text(mould, text)
        return before + "%s", [*places, mould.slot(key, value)]

    return add


def _of_person(column: str) -> Special:
    """Whoever complains in their own name is a customer of ours; who stands beside them stays as they are."""

    def take(mould: Mould, value: str, row: dict[str, str], _number: int) -> tuple[str, list[int]]:
        if row["mode"] != Mode.REAL_NAME or row["beside_id"] != NULL:
            return _text(mould, value)
        return "%s", [mould.slot(("person", column), lambda copy: getattr(copy.person, column))]

    return take


def _records(mould: Mould, value: str, _row: dict[str, str], _number: int) -> tuple[str, list[int]]:
    return mould.records(value, ", ")


def _hash(back: int) -> Special:
    def take(mould: Mould, _value: str, _row: dict[str, str], number: int) -> tuple[str, list[int]]:
        if number < back:
            return "", []
        return "%s", [mould.slot(("hash", number - back), lambda copy: copy.hashes[number - back])]

    return take


def _dedupe_key(mould: Mould, value: str, _row: dict[str, str], _number: int) -> tuple[str, list[int]]:
    """`receipt:<case>`, `survey:<case>:<round>`, `reward:<case>:<reward>`, `improved:<improvement>`, `extension:<extension>`."""
    about, pk, *rest = value.split(":")
    table = _table_named({"improved": "improvement", "extension": "extension"}.get(about, "complaint"))
    return ":".join([about, "%s", *rest]), [mould.id_of(table, pk)]


def _escalation_key(mould: Mould, value: str, row: dict[str, str], number: int) -> tuple[str, list[int]]:
    """`mark:<mark>:<act>`; a rung's names a thing and a moment, and a copy's the copy: nothing asks for it again."""
    if row["mark_id"] != NULL:
        _about, pk, act = value.split(":")
        return f"mark:%s:{act}", [mould.id_of(_table_named("casemark"), pk)]
    return "rung of %s", [mould.slot(("id", ESCALATIONS, number), lambda copy: str(copy.ids[ESCALATIONS][number]))]


def _payout_key(mould: Mould, _value: str, row: dict[str, str], _number: int) -> tuple[str, list[int]]:
    return "%s-%s", [
        mould.slot("number, small", lambda copy: copy.number.lower()),
        mould.id_of(RemedyItem._meta.db_table, row["item_id"]),
    ]


def _survey_key(copy: Copy, number: int) -> str:
    return f"{copy.code_key[:40]}{number}"


def _link_key(mould: Mould, _value: str, _row: dict[str, str], number: int) -> tuple[str, list[int]]:
    return "%s", [mould.slot(("survey key", number), lambda copy: _survey_key(copy, number))]


def _link_digest(mould: Mould, _value: str, _row: dict[str, str], number: int) -> tuple[str, list[int]]:
    return "%s", [
        mould.slot(("survey digest", number), lambda copy: signing.survey_digest_of(signing.survey_token(_survey_key(copy, number))))
    ]


def _message_id(mould: Mould, _value: str, _row: dict[str, str], number: int) -> tuple[str, list[int]]:
    return "%s", [mould.slot(("message id", number), lambda copy: f"<{copy.ids[MESSAGES][number]}.{copy.code_key[:16]}@generated.example>")]


def _payload(copy: Copy) -> str:
    return escaped(json.dumps(copy.payload, ensure_ascii=False))


SPECIAL: dict[tuple[str, str], Special] = {
    (CASES, "code_key"): _of_copy("code key", lambda copy: copy.code_key),
    (CASES, "code_digest"): _of_copy("code digest", lambda copy: copy.code_digest),
    (CASES, "story"): _with_more("said", lambda copy: copy.said.text),
    (CASES, "search_text"): _with_more("words", lambda copy: f" {copy.said.vector}"),
    (CHANGES, "records"): _records,
    (CHANGES, "hash"): _hash(0),
    (CHANGES, "previous_hash"): _hash(1),
    (LINKS, "key"): _link_key,
    (LINKS, "digest"): _link_digest,
    (MESSAGES, "dedupe_key"): _dedupe_key,
    (MESSAGES, "message_id"): _message_id,
    (ESCALATIONS, "key"): _escalation_key,
    (Payout._meta.db_table, "key"): _payout_key,
    (SUBMISSIONS, "form_key"): _of_copy("form key", lambda copy: str(copy.form_key)),
    (SUBMISSIONS, "payload"): _of_copy("payload", _payload),
    (SUBMISSIONS, "claim"): _of_copy("claim", lambda copy: copy.person.sealed_claim),
    (SUBMISSIONS, "digest"): _of_copy("digest", lambda copy: digest_of(payload=copy.payload, claim=copy.person.claim)),
    (PARTIES, "customer_id"): _of_person("pk"),
    **{(PARTIES, column): _of_person(column) for column in PERSON},
}
