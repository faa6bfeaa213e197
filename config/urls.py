from django.contrib import admin
from django.urls import include, path

from config import accounts, health

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("admin/", include(accounts.urlpatterns)),
    path("admin/", admin.site.urls),
    path("", include("escalation.urls")),
    path("", include("intake.urls")),
]
handler500 = "config.errors.server_error"
