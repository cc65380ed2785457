"""python-socketio's own rooms, WebSocket only, on uvicorn.

python peers/python_socketio.py PORT
"""

import sys
from urllib.parse import parse_qs

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])


@server.event
async def connect(sid, environ):
    room = parse_qs(environ["QUERY_STRING"])["room"][0]
    await server.save_session(sid, {"room": room})
    await server.enter_room(sid, room)


@server.event
async def say(sid, text):
    session = await server.get_session(sid)
    await server.emit("say", text, to=session["room"])


if __name__ == "__main__":
    application = socketio.ASGIApp(server)
    uvicorn.run(application, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", ws_per_message_deflate=False)
