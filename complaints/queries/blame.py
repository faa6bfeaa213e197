"""Words that blame or argue, found in what staff are about to send (step 1)."""

from complaints.models import Complaint, WordToAvoid


def words_that_blame(text: str, case: Complaint) -> list[WordToAvoid]:
    """The words to avoid that stand in the text outside what it quotes of the customer's own words."""
    for quoted in _words_of_the_customer(case):
        text = text.replace(quoted, " ")
    return [word for word in WordToAvoid.objects.all() if word.text.lower() in text.lower()]


def _words_of_the_customer(case: Complaint) -> list[str]:
    """The longest first, so that a short one does not cut a longer one in two."""
    said = [case.story, case.own_proposal, *case.allegations.values_list("text", flat=True), *case.demands.values_list("text", flat=True)]
    return sorted((words for words in said if words.strip()), key=len, reverse=True)
