"""The floor: a bare view, and a bare form that writes one row in one transaction. Mounted nowhere but in the server of `manage.py bench`."""

from django import forms
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path

TABLE = "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, story text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
INSERT = "INSERT INTO bench_row (story) VALUES (%s)"


class StoryForm(forms.Form):
    story = forms.CharField(widget=forms.Textarea, max_length=10_000)


def bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def form(request: HttpRequest) -> HttpResponse:
    """Show the form's token; by POST one row, one commit, a redirect."""
    if request.method != "POST":
        return HttpResponse(f'<input name="csrfmiddlewaretoken" value="{get_token(request)}">')
    filled = StoryForm(request.POST)
    if not filled.is_valid():
        return HttpResponse("not valid", status=422)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [filled.cleaned_data["story"]])
    return redirect("/bare/")


urlpatterns = [path("bare/", bare), path("form/", form)]
