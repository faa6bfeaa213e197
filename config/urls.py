from django.contrib import admin
from django.urls import include, path

from config import accounts, health, jobs

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("admin/", include(accounts.urlpatterns)),
    path("admin/jobs/", admin.site.admin_view(jobs.page), name="jobs"),
    path("admin/", admin.site.urls),
    path("", include("escalation.urls")),
    path("", include("intake.urls")),
]
handler500 = "config.errors.server_error"
