"""Accounts and their logins (contract 3)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from mobilegpt.core.actor import Role as ActorRole


class Role(models.TextChoices):
    STUDENT = ActorRole.STUDENT.value, "Student"
    INSTRUCTOR = ActorRole.INSTRUCTOR.value, "Instructor"
    ADMIN = ActorRole.ADMIN.value, "Admin"


class DigitalLevel(models.TextChoices):
    BEGINNER = "BEGINNER", "Beginner"
    INTERMEDIATE = "INTERMEDIATE", "Intermediate"
    ADVANCED = "ADVANCED", "Advanced"


class UserManager(BaseUserManager["User"]):
    """Creates accounts with a normalized e-mail: whole address in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, role=Role.ADMIN, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One account serves every API. A guest (contract 3.9) is an account without a password, bound to one session."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    nickname = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.STUDENT)
    digital_level = models.CharField(max_length=12, choices=DigitalLevel.choices, default=DigitalLevel.BEGINNER)
    profile_picture = models.ImageField(upload_to="profiles/", null=True, blank=True)
    is_guest = models.BooleanField(default=False)
    # A number, not a foreign key: accounts lie below the classroom.
    guest_session_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["role", "id"])]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def shown_email(self) -> str | None:
        """The e-mail as others may see it; a guest has none."""
        return None if self.is_guest else self.email


class LoginFamily(models.Model):
    """All tokens that descend from one login. Revoking it ends them together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_families")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=40, blank=True)

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
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)
