from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    """Django's admin with our own site as the default one."""

    default_site = "config.site.BackOffice"


class ConfigConfig(AppConfig):
    name = "config"
