"""Everybody chooses the language they work in."""

import pytest
from django.test import Client
from django.urls import reverse

from staff.models import User
from tests.factories.staff import person

pytestmark = pytest.mark.django_db


def test_an_employee_chooses_english_and_the_back_office_speaks_it(client: Client) -> None:
    employee = person()
    client.force_login(employee, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post(reverse("my_account"), {"language": "en"}, follow=True)

    assert User.objects.get(pk=employee.pk).language == "en"
    assert "My account" in response.content.decode()
    assert response.context["request"].LANGUAGE_CODE == "en"


def test_a_language_we_do_not_have_is_refused(client: Client) -> None:
    employee = person()
    client.force_login(employee, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("my_account"), {"language": "tlh"})
    assert User.objects.get(pk=employee.pk).language == "zh-hans"


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    response = client.get(reverse("my_account"))
    assert response.status_code == 302
    assert "/login/" in response["Location"]
