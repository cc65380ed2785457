"""The operations as S1 and S4 describe them: check, write, and tell the groups of the sockets."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.tokens import RefreshToken

from classroom import serializers
from classroom.models import (
    ChatMessage,
    ChatRoomMember,
    LectureSession,
    SessionParticipant,
    SessionStepControl,
    Subtask,
    UserProgress,
)


class IsStudent(BasePermission):
    def has_permission(self, request, view):
        return request.user.role == "STUDENT"


class IsInstructor(BasePermission):
    def has_permission(self, request, view):
        return request.user.role == "INSTRUCTOR"


@async_to_sync
async def tell(events):
    """All events of one request by one crossing into the loop."""
    layer = get_channel_layer()
    for group, event in events:
        await layer.group_send(group, event)


class Me(APIView):
    def get(self, request):
        return Response(serializers.MeSerializer(request.user).data)


class Refresh(APIView):
    authentication_classes = []
    permission_classes = []

    def post(self, request):
        renewed = TokenRefreshSerializer(data={"refresh": request.data.get("refresh_token")})
        renewed.is_valid(raise_exception=True)
        tokens = renewed.validated_data
        return Response({"access_token": tokens["access"], "refresh_token": tokens["refresh"]})


class RefreshUnrotated(APIView):
    """S1's answer to the letter: an access token, and the refresh token stays."""

    authentication_classes = []
    permission_classes = []

    def post(self, request):
        return Response({"access_token": str(RefreshToken(request.data.get("refresh_token")).access_token)})


class Join(APIView):
    permission_classes = [IsAuthenticated, IsStudent]

    def post(self, request, session_id):
        asked = serializers.JoinRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data.get("user_id", request.user.pk) != request.user.pk:
            raise PermissionDenied
        session = get_object_or_404(LectureSession, pk=session_id)
        if session.status not in ("WAITING", "IN_PROGRESS", "PAUSED"):
            raise ValidationError("The session is over")
        status = "WAITING" if session.status == "WAITING" else "ACTIVE"
        seat, created = SessionParticipant.objects.get_or_create(
            session=session,
            user=request.user,
            defaults={"status": status, "current_subtask_id": session.current_subtask_id},
        )
        person = {"user_id": request.user.pk, "user_name": request.user.name, "role": request.user.role}
        tell([(f"session_{session.pk}", {"type": "participant.joined", **person})])
        data = {**serializers.ParticipantSerializer(seat).data, "message": "대기실에 입장했습니다."}
        return Response(data, status=201 if created else 200)


class NextStep(APIView):
    permission_classes = [IsAuthenticated, IsInstructor]

    def post(self, request, session_id):
        asked = serializers.NextStepRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        session = get_object_or_404(
            LectureSession.objects.select_related("lecture", "current_subtask"),
            pk=session_id,
            lecture__instructor=request.user,
        )
        if session.status != "IN_PROGRESS":
            raise ValidationError("The session is not in progress")
        following = get_object_or_404(
            Subtask, pk=asked.validated_data["next_subtask_id"], task__lecture_id=session.lecture_id
        )
        previous, message = session.current_subtask, asked.validated_data["message"]
        with transaction.atomic():
            session.current_subtask, session.instructor_message = following, message
            session.save()
            session.participants.filter(status="ACTIVE").update(current_subtask=following)
            control = SessionStepControl.objects.create(
                session=session, subtask=following, action="START_STEP", message=message
            )
        step = serializers.SubtaskStep(following).data
        tell([(f"session_{session.pk}", {"type": "step.changed", "subtask": step, "message": message})])
        data = {
            "session_id": session.pk,
            "previous_subtask": serializers.SubtaskTitle(previous).data if previous else None,
            "current_subtask": serializers.SubtaskTitle(following).data,
            "timestamp": control.timestamp,
        }
        return Response(data)


class Current(APIView):
    def get(self, request, session_id):
        session = get_object_or_404(LectureSession.objects.select_related("lecture", "current_subtask"), pk=session_id)
        seated = session.participants.filter(user=request.user).exists()
        if not seated and session.lecture.instructor_id != request.user.pk:
            raise PermissionDenied
        step = session.current_subtask
        data = {
            "session_id": session.pk,
            "status": session.status,
            "current_subtask": serializers.SubtaskGuide(step).data if step else None,
            "started_at": session.started_at,
            "active_participants": session.participants.filter(status="ACTIVE").count(),
            "instructor_message": session.instructor_message,
        }
        return Response(data)


class UpdateProgress(APIView):
    permission_classes = [IsAuthenticated, IsStudent]

    def post(self, request):
        asked = serializers.ProgressRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        status = asked.validated_data["status"]
        subtask = get_object_or_404(Subtask.objects.select_related("task"), pk=asked.validated_data["subtask_id"])
        completed_at = timezone.now() if status == "COMPLETED" else None
        progress, _ = UserProgress.objects.update_or_create(
            user=request.user, subtask=subtask, defaults={"status": status, "completed_at": completed_at}
        )
        self.tell_instructor(request.user, subtask, status)
        following = self.following(subtask)
        data = {
            "subtask_id": subtask.pk,
            "status": progress.status,
            "completed_at": progress.completed_at,
            "next_subtask": serializers.SubtaskTitle(following).data if following else None,
        }
        return Response(data)

    def following(self, subtask):
        task = subtask.task
        here = Subtask.objects.filter(task=task, order_index__gt=subtask.order_index).order_by("order_index").first()
        later = Subtask.objects.filter(task__lecture_id=task.lecture_id, task__order_index__gt=task.order_index)
        return here or later.order_by("task__order_index", "order_index").first()

    def tell_instructor(self, user, subtask, status):
        """S0's progress_updated on the session's socket, and progress_update with its rate on the dashboard's."""
        lecture_id = subtask.task.lecture_id
        total = Subtask.objects.filter(task__lecture_id=lecture_id).count()
        done = UserProgress.objects.filter(user=user, subtask__task__lecture_id=lecture_id, status="COMPLETED").count()
        seat = SessionParticipant.objects.filter(
            user=user, session__lecture_id=lecture_id, session__status="IN_PROGRESS"
        ).first()
        event = {"user_id": user.pk, "user_name": user.name, "subtask_id": subtask.pk, "status": status}
        rate = round(done / total * 100, 1)
        events = [(f"dashboard_{lecture_id}", {"type": "progress.update", **event, "progress_rate": rate})]
        if seat:
            events.append((f"session_{seat.session_id}_instructor", {"type": "progress.updated", **event}))
        tell(events)


class LogActivity(APIView):
    """Kafka is away, so it is written directly, as S2's fallback does."""

    def post(self, request):
        log = serializers.LogRequest(data=request.data)
        log.is_valid(raise_exception=True)
        saved = log.save(user=request.user)
        return Response({"log_id": saved.pk, "message": "Log saved successfully"}, status=201)


class Messages(APIView):
    def post(self, request, room_id):
        asked = serializers.MessageRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if not ChatRoomMember.objects.filter(chat_room_id=room_id, user=request.user).exists():
            raise PermissionDenied("User is not a member of this chat room")
        message = ChatMessage.objects.create(chat_room_id=room_id, user=request.user, **asked.validated_data)
        data = serializers.MessageSerializer(message).data
        event = {"type": "message", "room_id": room_id, "user_id": request.user.pk, "data": data}
        tell([(f"chat_{room_id}", event)])
        return Response({"success": True, "message": "Message sent successfully", "data": data}, status=201)
