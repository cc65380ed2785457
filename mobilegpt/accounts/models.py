"""Accounts and their logins (contract 3)."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.models import Session
from django.db import models, transaction

from mobilegpt.accounts.events import AccountErased, CredentialsRevoked
from mobilegpt.audit import trail
from mobilegpt.core.actor import Role as ActorRole
from mobilegpt.core.clock import now
from mobilegpt.core.text import folded
from mobilegpt.events.outbox import emit, unit_of_work


class Role(models.TextChoices):
    STUDENT = ActorRole.STUDENT.value, "Student"
    INSTRUCTOR = ActorRole.INSTRUCTOR.value, "Instructor"
    ADMIN = ActorRole.ADMIN.value, "Admin"


class DigitalLevel(models.TextChoices):
    BEGINNER = "BEGINNER", "Beginner"
    INTERMEDIATE = "INTERMEDIATE", "Intermediate"
    ADVANCED = "ADVANCED", "Advanced"


def same_email(text: str) -> str:
    """The one form that an e-mail is kept and looked up in: lower case, plain width, nothing unseen, no spaces."""
    return folded(text).replace("\u3002", ".").replace(" ", "")


def forms_of_password(text: str) -> list[str]:
    """What may have been hashed when this was typed, likeliest first: some keyboards send é or 가 as loose parts."""
    forms = [unicodedata.normalize("NFC", text), text, unicodedata.normalize("NFD", text)]
    return list(dict.fromkeys(forms))


class UserManager(BaseUserManager["User"]):
    """Creates accounts with their e-mail in its one form."""

    def of_email(self, email: str) -> User | None:
        """Whose e-mail it is; also in the form of an account that is older than the one form."""
        forms = [same_email(email), email.strip().lower()]
        found = {user.email: user for user in self.filter(email__in=forms)}
        return found.get(forms[0]) or found.get(forms[1])

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=same_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, role=Role.ADMIN, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        user = self.of_email(username or "")
        if user is None:
            raise self.model.DoesNotExist
        return user


_STANDING = ("role", "is_active", "is_staff", "is_superuser")


def shown_email(email: str, *, is_guest: bool) -> str | None:
    """An e-mail as others may see it; a guest has none (contract 3.9)."""
    return None if is_guest else email


class User(AbstractBaseUser, PermissionsMixin):
    """One account serves every API. A guest (contract 3.9) has no password."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    nickname = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.STUDENT)
    digital_level = models.CharField(max_length=12, choices=DigitalLevel.choices, default=DigitalLevel.BEGINNER)
    profile_picture = models.ImageField(upload_to="profiles/", null=True, blank=True)
    is_guest = models.BooleanField(default=False)
    # The newest session of a guest. A number, not a foreign key: accounts lie below the classroom.
    guest_session_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    is_active = models.BooleanField(default=True)
    awaits_confirmation = models.BooleanField(
        default=False, db_default=False, help_text="registered where e-mails are confirmed, and not confirmed yet"
    )
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    _password: str | None  # AbstractBaseUser's own
    _standing: dict[str, Any]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["role", "id"])]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def clean(self) -> None:
        """What forms for staff leave open: the e-mail in one form, the nickname after the name."""
        super().clean()
        self.email = same_email(self.email)
        self.nickname = self.nickname or self.name

    def set_password(self, raw_password: str | None) -> None:
        """In one form (NFC), however it was typed."""
        super().set_password(None if raw_password is None else forms_of_password(raw_password)[0])

    def check_password(self, raw_password: str) -> bool:
        """However it is typed, and however it was when it was hashed."""
        for form in forms_of_password(raw_password):  # noqa: SIM110 # super() knows no generator
            if super().check_password(form):
                return True
        return False

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> User:
        user = super().from_db(db, field_names, values)
        user.note_standing()
        return user

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self.note_standing(fields)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new password or another standing ends every login, forms' too (reliability X2), and is written down.

        It stands here so that no way of changing an account, Django's own commands included, leaves an old
        credential alive. ``_password`` is Django's mark of a password that a person set: the upgrade of an old
        hash at login does not carry it.
        """
        changes = {} if self._state.adding else self._changes_of_standing()
        with unit_of_work():
            super().save(*args, **kwargs)
            if changes:
                self.login_families.live().revoke(reason="account changed")
                emit(CredentialsRevoked(user_id=self.pk))
                trail.record("account.changed", subject=f"user:{self.pk}", **changes)
        self.note_standing()

    def delete(self, *args: Any, expired: bool = False, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Erase: the account's open sockets close, and nothing that names the person is left in any table.

        It stands here so that no way of deleting an account leaves something behind. ``expired``: a guest's time is
        over, see ``AccountErased``. Raises ``ProtectedError`` for
        whoever owns lectures: somebody else has to take them over first.
        """
        with unit_of_work():
            self.login_families.live().revoke(reason="account deleted")
            emit(CredentialsRevoked(user_id=self.pk))
            emit(AccountErased(user_id=self.pk, expired=expired))
            trail.record("account.deleted", subject=f"user:{self.pk}", role=self.role)
            deleted = super().delete(*args, **kwargs)
            if self.profile_picture:
                picture = self.profile_picture
                transaction.on_commit(lambda: picture.storage.delete(picture.name), robust=True)
        return deleted

    def _changes_of_standing(self) -> dict[str, Any]:
        """What credentials are given for and is different now, with what it was; of a password that it is."""
        changes: dict[str, Any] = {
            field: [before, self.__dict__.get(field)]
            for field, before in self._standing.items()
            if self.__dict__.get(field) != before
        }
        if self._password is not None:
            changes["password"] = True
        return changes

    def note_standing(self, fields: Collection[str] | None = None) -> None:
        """What credentials are given for, as it is stored; a deferred field must not cost a query."""
        noted = {field: self.__dict__.get(field) for field in _STANDING if not fields or field in fields}
        self._standing = {**getattr(self, "_standing", {}), **noted}

    @property
    def shown_email(self) -> str | None:
        """The e-mail as others may see it."""
        return shown_email(self.email, is_guest=self.is_guest)


def all_but(*fields: str, of: str = "") -> list[str]:
    """What ``defer`` takes, so that of the accounts behind the relation ``of`` only these fields and the key are read.

    For paths that are walked often: most of an account, its password included, is of no use there.
    """
    path = f"{of}__" if of else ""
    columns = (field.name for field in User._meta.concrete_fields if not field.primary_key)
    return [path + name for name in columns if name not in fields]


class LoginFamilyQuerySet(models.QuerySet["LoginFamily"]):
    """The logins of one user, or many."""

    def live(self) -> LoginFamilyQuerySet:
        return self.filter(revoked_at__isnull=True)

    def revoke(self, *, reason: str) -> int:
        """End these logins and their browser sessions; returns how many. The caller emits the event."""
        keys = [key for key in self.values_list("session_key", flat=True) if key]
        ended = self.update(revoked_at=now(), revoked_reason=reason, session_key=None)
        if keys:
            Session.objects.filter(session_key__in=keys).delete()
        return ended


class LoginFamily(models.Model):
    """All tokens that descend from one login, and its browser session. Revoking it ends them together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_families")
    session_key = models.CharField(max_length=40, null=True, blank=True, help_text="the browser session of this login")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=40, blank=True)

    objects: ClassVar[models.Manager[LoginFamily]] = LoginFamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "login families"

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """One refresh token. It stays usable until one of its successors has been used (contract 3.3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # the token's jti
    family = models.ForeignKey(LoginFamily, on_delete=models.CASCADE, related_name="tokens")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="successors")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)
