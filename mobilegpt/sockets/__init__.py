"""The WebSocket surface: routes, handlers, and one dialect per URL family."""
