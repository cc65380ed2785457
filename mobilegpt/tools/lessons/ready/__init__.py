"""The ready lessons, in the order in which they are best taught."""

from mobilegpt.tools.lessons.authoring import ReadyLesson
from mobilegpt.tools.lessons.ready.calls import CALLS
from mobilegpt.tools.lessons.ready.fraud import FRAUD
from mobilegpt.tools.lessons.ready.kiosk import KIOSK
from mobilegpt.tools.lessons.ready.larger import LARGER
from mobilegpt.tools.lessons.ready.maps import MAPS
from mobilegpt.tools.lessons.ready.messages import MESSAGES
from mobilegpt.tools.lessons.ready.photos import PHOTOS
from mobilegpt.tools.lessons.ready.sending import SENDING
from mobilegpt.tools.lessons.ready.videos import VIDEOS
from mobilegpt.tools.lessons.ready.wifi import WIFI

READY: tuple[ReadyLesson, ...] = (
    LARGER, WIFI, CALLS, PHOTOS, MESSAGES, SENDING, VIDEOS, MAPS, KIOSK, FRAUD,
)  # fmt: skip
