"""What a person ticks off in a crisis, one at a time: principles, the ten points of talking with the media, common mistakes to check for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CheckList(TextChoices):
    PRINCIPLES = "principles", _("Principles")
    MEDIA = "media", _("Ten points of talking with the media")
    MISTAKES = "mistakes", _("Common mistakes: checked that we do not make them")


class Point(TextChoices):
    """The first part of the value names the list."""

    SAFETY_FIRST = "principles.safety", _("People's safety comes before everything else.")
    ONE_LEAD = "principles.lead", _("One person leads; everybody knows who.")
    FACTS_GATHERED = "principles.facts", _("Facts are gathered at the place itself, and written down with their source.")
    CUSTOMERS_CARED = "principles.customers", _("Those affected are cared for before anybody asks who is at fault.")
    SPREAD_STOPPED = "principles.spread", _("What can spread the harm is stopped at once.")
    RESPONSIBILITY = "principles.responsibility", _("We take the responsibility that is ours and do not pass it on.")

    ONE_SPOKESPERSON = "media.spokesperson", _("One spokesperson, and nobody else speaks.")
    SPEAK_EARLY = "media.early", _("Speak early, even if little is known yet.")
    PEOPLE_FIRST = "media.people", _("People before things: first those who suffer, then the damage.")
    FACTS_ONLY = "media.facts", _("Facts only, from the approved fact sheet.")
    NO_GUESSING = "media.guessing", _("No guessing about causes, guilt or sums.")
    NEVER_NO_COMMENT = "media.no_comment", _("Never “no comment”: say why you cannot tell yet, and when you will.")
    NO_LIES = "media.lies", _("No lies, and nothing hidden.")
    ONE_VOICE = "media.voice", _("One voice, inside first: employees hear it before the public.")
    REGULAR_UPDATES = "media.updates", _("Regular updates, each with the time of the next.")
    RECORD_AND_CORRECT = "media.record", _("Record what was said, and correct what was wrong.")

    SILENCE = "mistakes.silence", _("We do not keep silent and hope it passes.")
    BLAME = "mistakes.blame", _("We do not blame the customer, a supplier or an employee.")
    BELITTLE = "mistakes.belittle", _("We do not make it smaller than it is.")
    MANY_MOUTHS = "mistakes.mouths", _("Different people do not say different things.")
    JARGON = "mistakes.jargon", _("We do not hide behind technical or legal words.")
    PROMISES = "mistakes.promises", _("We do not promise what we cannot keep.")
    EMPLOYEES_LAST = "mistakes.employees", _("Our employees do not learn it from the news.")

    @property
    def on_list(self) -> CheckList:
        return CheckList(self.value.partition(".")[0])
