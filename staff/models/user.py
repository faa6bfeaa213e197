from datetime import UTC
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from staff.models.history import History
from staff.querysets import UserQuerySet

#: ASCII only, so that no look-alike letter makes a second person of the same number.
EMPLOYEE_NUMBER = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    def create_user(self, employee_number: str, password: str | None = None, **fields: Any) -> "User":
        if not employee_number:
            msg = "A user needs an employee number."
            raise ValueError(msg)
        fields["email"] = self.normalize_email(fields.get("email"))
        user: User = self.model(employee_number=employee_number.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, employee_number: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(employee_number, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(employee_number__iexact=username or "")
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who works here. Everybody has an account; what they may do follows from their memberships."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")

    employee_number = models.CharField(
        _("employee number"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(EMPLOYEE_NUMBER, _("Letters, digits, dot, hyphen and underscore only."))],
        error_messages={"unique": _("Somebody has this employee number already.")},
    )
    name = models.CharField(_("full name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.CHINESE)
    is_active = models.BooleanField(_("works here"), default=True)
    rights_changed_at = models.DateTimeField(_("rights changed at"), default=timezone.now, editable=False)
    date_joined = models.DateTimeField(_("account made at"), default=timezone.now, editable=False)

    history = History(excluded_fields=["password", "last_login"])
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "employee_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        default_permissions = ()
        permissions = [("manage_users", _("Can manage users, departments and roles"))]
        constraints = [
            models.UniqueConstraint(
                Lower("employee_number"),
                name="user_number_once",
                violation_error_message=_("Somebody has this employee number already."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_once",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
            models.CheckConstraint(condition=models.Q(employee_number__regex=EMPLOYEE_NUMBER), name="user_number_ascii"),
            models.CheckConstraint(condition=models.Q(language__in=["zh-hans", "en"]), name="user_language_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.employee_number})"

    @property
    def is_staff(self) -> bool:
        """Every employee signs in to a home in the back office."""
        return self.is_active

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A change of rights ends the sessions opened under the old ones, as Django does for a new password.
        rights = self.rights_changed_at.astimezone(UTC).isoformat()
        return salted_hmac("staff.User.session", f"{self.password}|{rights}", secret=secret, algorithm="sha256").hexdigest()
