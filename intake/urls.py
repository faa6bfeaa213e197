from django.urls import path, re_path
from django.views.i18n import set_language

from complaints.signing import SURVEY_TOKEN
from intake.views import case, complain, form_event, fund, plain, survey, track

urlpatterns = [
    path("", plain.home, name="home"),
    path("privacy/", plain.privacy, name="privacy"),
    path("channels/", plain.channels, name="channels"),
    path("reception-days/", plain.reception_days, name="reception_days"),
    path("poster/<str:code>/", plain.poster, name="poster"),
    path("robots.txt", plain.robots),
    path("favicon.ico", plain.favicon),
    path("language/", set_language, name="set_language"),
    path("complain/", complain.complain, name="complain"),
    path("complain/topic/", complain.topic, name="complain_topic"),
    path("complain/event/", form_event.tell, name="form_event"),
    path("thanks/", complain.thanks, name="thanks"),
    path("lost-code/", track.lose, name="lost_code"),
    path("lost-code/sent/", track.lost, name="lost_code_sent"),
    path("track/", track.track, name="track"),
    path("track/leave/", track.leave, name="leave"),
    path("survey/thanks/", survey.thanks, name="survey_thanks"),
    re_path(rf"^survey/(?P<token>{SURVEY_TOKEN})/$", survey.answer, name="survey"),
    path("reward-fund/", fund.rules, name="reward_fund"),
    path("track/case/", case.case, name="case"),
    path("track/case/write/", case.write, name="case_write"),
    path("track/case/record/", case.confirm, name="case_record"),
    path("track/case/answer/", case.answer, name="case_answer"),
    path("track/case/withdraw/", case.withdraw, name="case_withdraw"),
    path("track/case/survey/", case.rate, name="case_survey"),
    path("track/case/data/", case.data, name="case_data"),
    path("track/case/copy/", case.copy, name="case_copy"),
    path("track/case/contact/", case.correct, name="case_contact"),
    path("track/case/erase/", case.erase, name="case_erase"),
    path("track/case/reception/", case.book, name="case_book"),
    path("track/case/reception/cancel/", case.cancel, name="case_cancel"),
    path("track/case/file/<slug:key>/", case.download, name="case_file"),
]
