"""The tables of S1, as far as these operations need them."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=12, default="STUDENT")
    digital_level = models.CharField(max_length=12, default="BEGINNER")
    age = models.IntegerField(null=True)


class Lecture(models.Model):
    instructor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)


class Task(models.Model):
    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=200)
    order_index = models.IntegerField()


class Subtask(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="subtasks")
    title = models.CharField(max_length=200)
    order_index = models.IntegerField()
    target_action = models.CharField(max_length=20)
    guide_text = models.TextField()
    voice_guide_text = models.TextField()


class Enrollment(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE)
    enrolled_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("user", "lecture")]


class LectureSession(models.Model):
    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE)
    session_code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20, default="WAITING")
    current_subtask = models.ForeignKey(Subtask, on_delete=models.SET_NULL, null=True)
    instructor_message = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)


class SessionParticipant(models.Model):
    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="WAITING")
    current_subtask = models.ForeignKey(Subtask, on_delete=models.SET_NULL, null=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("session", "user")]


class SessionStepControl(models.Model):
    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE)
    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE)
    action = models.CharField(max_length=20)
    message = models.TextField(blank=True)
    timestamp = models.DateTimeField(auto_now_add=True)


class UserProgress(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="NOT_STARTED")
    completed_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = [("user", "subtask")]


class ActivityLog(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    subtask = models.ForeignKey(Subtask, on_delete=models.SET_NULL, null=True)
    event_type = models.CharField(max_length=50)
    event_data = models.JSONField(default=dict)
    screen_info = models.JSONField(default=dict)
    timestamp = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)


class ChatRoom(models.Model):
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class ChatRoomMember(models.Model):
    chat_room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        unique_together = [("chat_room", "user")]


class ChatMessage(models.Model):
    chat_room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    message = models.TextField()
    message_type = models.CharField(max_length=10, default="text")
    file_url = models.URLField(null=True)
    is_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
