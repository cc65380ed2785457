"""S3's ``ChatConsumer``: a room must exist, a message is saved and then sent to the group."""

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import User

from chat.models import Chat, Room


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.room_id = self.scope["url_route"]["kwargs"]["room_id"]
        self.group = f"chat_{self.room_id}"
        user_id = int(self.scope["query_string"].decode().partition("user=")[2])
        if not await self.room_exists():
            await self.close()
            return
        self.user = await self.load_user(user_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content):
        if content.get("type") != "chat.message":
            return
        await self.save_message(content["message"])
        await self.channel_layer.group_send(
            self.group,
            {
                "type": "chat.message",
                "message": content["message"],
                "sender": self.user.email,
                "nickname": self.user.first_name,
                "profile_picture_url": None,
            },
        )

    async def chat_message(self, event):
        await self.send_json(event)

    @database_sync_to_async
    def room_exists(self):
        return Room.objects.filter(pk=self.room_id).exists()

    @database_sync_to_async
    def load_user(self, user_id):
        return User.objects.get(pk=user_id)

    @database_sync_to_async
    def save_message(self, message):
        return Chat.objects.create(room_id=self.room_id, sender=self.user, message=message)
