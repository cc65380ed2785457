"""From a stored event to the sockets: hub, dialects, connections, presence, replay."""
