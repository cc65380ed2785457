// socket.io's own rooms, WebSocket only.
const { Server } = require("socket.io");

const io = new Server(Number(process.argv[2]), { transports: ["websocket"], perMessageDeflate: false, serveClient: false });

io.on("connection", (socket) => {
  const room = socket.handshake.query.room;
  socket.join(room);
  socket.on("say", (text) => io.to(room).emit("say", text));
});
