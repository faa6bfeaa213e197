from django.contrib import admin
from django.urls import path

from config import health

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
handler500 = "config.errors.server_error"
