from django.urls import path, re_path

from complaints.signing import AFFECTED_TOKEN
from escalation.views import safety

urlpatterns = [
    path("safety/", safety.notices, name="safety"),
    path("safety/<int:number>/", safety.notice, name="safety_notice"),
    path("safety/own/thanks/", safety.thanks, name="safety_thanks"),
    re_path(rf"^safety/own/(?P<token>{AFFECTED_TOKEN})/$", safety.own, name="safety_own"),
]
