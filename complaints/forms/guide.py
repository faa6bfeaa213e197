"""Guided conversations: begin one, write its next stage, record a promised call; say that an article helped."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.act import ActForm, WatchesWords
from complaints.guides import AGREED_IN, STAGES, next_stage
from complaints.models import Article, GuidedPath, GuideEntry
from complaints.workflow import Feeling, Medium
from staff.forms.fields import Moment, Pick, RowPick, Text, YesNo

SPOKEN = [choice for choice in Medium.choices if choice[0] in {Medium.PHONE, Medium.COUNTER, Medium.VISIT, Medium.SOCIAL}]


class GuideForm(ActForm):
    path = Pick(label=_("Path"), choices=GuidedPath.Path.choices)
    medium = Pick(label=_("Medium"), choices=SPOKEN)


class GuideStageForm(WatchesWords):
    """What the stage asks for whose turn it is; a form sent before knows its own stage by a hidden field."""

    stage = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)
    path = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(self) -> None:
        self.walked, self.name = self._whose_turn()
        self.watched = ""
        if self.walked is None or self.name is None:
            return
        self.initial = {**self.initial, "stage": self.name, "path": self.walked.pk}
        asks = STAGES[self.name]
        self.watched = next(iter(asks.watched), "")
        for column, label in asks.texts.items():
            self.fields[column] = Text(label=label, rows=3 if len(asks.texts) < 3 else 2, required=column not in asks.optional)
        if asks.asks_feeling:
            self.fields["feeling"] = Pick(label=_("Tone"), choices=Feeling.choices)
        if asks.asks_where_it_lies:
            self.fields["lies_in"] = Pick(label=_("Where it lies"), choices=GuideEntry.LiesIn.choices)
        if asks.asks_now_or_call:
            self.fields["solved_now"] = YesNo(label=asks.asks_now_or_call)
            self.fields["call_at"] = Moment(
                label=_("If not: we call on"), required=False, help_text=_("The call is made even if there is no solution yet.")
            )
        if asks.asks_confirmation:
            self.fields["confirmed"] = YesNo(label=asks.asks_confirmation)
        if self.name in AGREED_IN:
            self.initial["words"] = self._agreed_words(AGREED_IN[self.name])

    def _whose_turn(self) -> tuple[GuidedPath | None, str | None]:
        paths = self.offers.rows("guided_paths", "pk")
        if self.is_bound:
            sent = self.data.get("stage", "")
            path = next((row for row in paths if str(row.pk) == self.data.get("path", "")), None)
            return path, sent if sent in STAGES else None
        if not paths:
            return None, None
        done = {row.stage for row in self.offers.rows("guide_entries", "pk") if row.path_id == paths[-1].pk}
        return paths[-1], next_stage(paths[-1].path, done)

    def _agreed_words(self, stage: str) -> str:
        """What was said at that stage, with the time of the call where one was promised."""
        entries = self.offers.rows("guide_entries", "pk")
        entry = next((row for row in entries if self.walked and row.path_id == self.walked.pk and row.stage == stage), None)
        if entry is None:
            return ""
        promised = next((row for row in self.offers.rows("promises", "pk") if row.pk == entry.promise_id), None)
        if promised is None:
            return str(entry.words)
        when = timezone.localtime(promised.call_at).strftime("%Y-%m-%d %H:%M")
        call = _("We call you on %(when)s.") % {"when": when}
        return f"{entry.words}\n{call}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.walked is None or self.name is None:
            raise ValidationError(_("Begin a guided conversation first."))
        cleaned["path"], cleaned["stage"] = self.walked, self.name
        if cleaned.get("confirmed") is False and "confirmed" in self.fields:
            self.add_error("confirmed", _("Say it once more, until the customer agrees."))
        if cleaned.get("solved_now") is False and not cleaned.get("call_at") and "call_at" not in self.errors:
            self.add_error("call_at", _("Promise a time at which you call."))
        if cleaned.get("solved_now"):
            cleaned["call_at"] = None
        return cleaned


class PromiseCallForm(ActForm):
    call_at = Moment(label=_("We call on"), help_text=_("The call is made even if there is no solution yet."))
    about = Text(
        label=_("What the call is about"), rows=2, max_length=1000, help_text=_("The customer reads time and words on their page.")
    )


class KeepPromiseForm(ActForm):
    promise = RowPick(label=_("Promised call"))
    result = Text(label=_("What was said, and what comes next"), rows=3, max_length=4000)
    again = YesNo(label=_("Do we call again?"), help_text=_("With no solution yet: yes, and agree on the time."))
    next_at = Moment(label=_("If so: we call on"), required=False)
    next_about = Text(
        label=_("What that call is about"), rows=2, max_length=1000, required=False,
        help_text=_("The customer reads time and words on their page; empty: as before."),
    )  # fmt: skip

    def offer(self) -> None:
        waiting = [row for row in self.offers.rows("promises", "call_at", "pk") if row.called_at is None]
        self.pick("promise", waiting, lambda row: f"{_local(row.call_at)} {row.about[:40]}")
        if len(waiting) == 1:
            self.initial = {"promise": waiting[0].pk, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        again = cleaned.pop("again", None)
        if again and not cleaned.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", _("Promise a time at which you call."))
        return cleaned if again else cleaned | {"next_at": None, "next_about": ""}


class ArticleHelpedForm(ActForm):
    article = forms.ModelChoiceField(Article.objects.published(), label=_("Article"), widget=forms.HiddenInput)


def _local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
