"""Settings of the two bare pages that ours are measured against. Only `manage.py bench` starts a server with them."""

from config.settings import *  # noqa: F403, TID251 - Django's own, but for what stands below

ROOT_URLCONF = "config.bench.floor"
MIDDLEWARE = [  # as `startproject` makes it
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
