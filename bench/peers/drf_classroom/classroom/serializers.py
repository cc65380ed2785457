from rest_framework import serializers

from classroom.models import ActivityLog, ChatMessage, SessionParticipant, Subtask, User


class MeSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "name", "role", "digital_level", "age"]


class SubtaskTitle(serializers.ModelSerializer):
    class Meta:
        model = Subtask
        fields = ["id", "title"]


class SubtaskGuide(serializers.ModelSerializer):
    class Meta:
        model = Subtask
        fields = ["id", "title", "guide_text", "voice_guide_text"]


class SubtaskStep(serializers.ModelSerializer):
    order = serializers.IntegerField(source="order_index")

    class Meta:
        model = Subtask
        fields = ["id", "title", "order", "target_action", "guide_text", "voice_guide_text"]


class JoinRequest(serializers.Serializer):
    user_id = serializers.IntegerField(required=False)


class ParticipantSerializer(serializers.ModelSerializer):
    participant_id = serializers.IntegerField(source="id")

    class Meta:
        model = SessionParticipant
        fields = ["participant_id", "session_id", "user_id", "status", "joined_at"]


class NextStepRequest(serializers.Serializer):
    next_subtask_id = serializers.IntegerField()
    message = serializers.CharField(required=False, allow_blank=True, default="")


class ProgressRequest(serializers.Serializer):
    subtask_id = serializers.IntegerField()
    status = serializers.ChoiceField(["NOT_STARTED", "IN_PROGRESS", "COMPLETED", "HELP_NEEDED"])


class LogRequest(serializers.ModelSerializer):
    subtask_id = serializers.PrimaryKeyRelatedField(
        source="subtask", queryset=Subtask.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = ActivityLog
        fields = ["subtask_id", "event_type", "event_data", "screen_info", "timestamp"]


class MessageRequest(serializers.Serializer):
    message = serializers.CharField(max_length=2000)
    message_type = serializers.ChoiceField(["text", "image", "file", "system"], default="text")
    file_url = serializers.URLField(allow_null=True, required=False)


class ChatUser(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "name"]


class MessageSerializer(serializers.ModelSerializer):
    user = ChatUser()

    class Meta:
        model = ChatMessage
        fields = ["id", "chat_room_id", "user_id", "message", "message_type", "file_url", "is_read", "created_at",
                  "updated_at", "user"]  # fmt: skip
