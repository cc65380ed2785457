// Every text frame goes to everybody in the room of its path: /ws/<room>. As ws's own documentation does it.
const { WebSocketServer, WebSocket } = require("ws");

const rooms = new Map();

new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false }).on(
  "connection",
  (socket, request) => {
    const room = rooms.get(request.url) ?? new Set();
    rooms.set(request.url, room.add(socket));
    socket.on("message", (data, isBinary) => {
      for (const member of room) {
        if (member.readyState === WebSocket.OPEN) member.send(data, { binary: isBinary });
      }
    });
    socket.on("close", () => room.delete(socket));
  },
);
