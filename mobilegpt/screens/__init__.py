"""Schematic pictures of phone screens: parts as data, drawn with the project's own shapes. Imports no Django.

No brand's artwork, names or logos. The texts are drawn in a font of ``fonts/`` (SIL Open Font License), so that a
picture is the same on every machine.
"""
