"""HTTP itself: what every family's views stand on."""
