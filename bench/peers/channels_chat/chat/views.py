"""S4's POST as its flow shows it: who says it is in the body; saved, then sent to everybody in the room."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.models import Chat, RoomMember


class Said(serializers.Serializer):
    user_id = serializers.IntegerField()
    message = serializers.CharField(max_length=2000)
    message_type = serializers.CharField(default="text")
    file_url = serializers.URLField(allow_null=True, required=False)


class Messages(APIView):
    authentication_classes = []
    permission_classes = []

    def post(self, request, room_id):
        said = Said(data=request.data)
        said.is_valid(raise_exception=True)
        member = RoomMember.objects.select_related("user").get(room_id=room_id, user_id=said.validated_data["user_id"])
        chat = Chat.objects.create(room_id=room_id, sender=member.user, message=said.validated_data["message"])
        event = {
            "type": "chat.message",
            "message": chat.message,
            "sender": member.user.email,
            "nickname": member.user.first_name,
            "profile_picture_url": None,
        }
        async_to_sync(get_channel_layer().group_send)(f"chat_{room_id}", event)
        data = {"id": chat.pk, "room_id": room_id, "user_id": member.user_id, "message": chat.message,
                "message_type": said.validated_data["message_type"], "file_url": None,
                "created_at": chat.created_at, "is_read": False}  # fmt: skip
        return Response({"success": True, "message": "Message sent successfully", "data": data}, status=201)
