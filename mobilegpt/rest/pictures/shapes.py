"""Shapes of pictures and upload links (contract 11.11)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from mobilegpt.wire.step import SubtaskBody, Titled


class Thumbnail(Struct, frozen=True, kw_only=True):
    """A lecture's own picture, as its other answers name it."""

    thumbnail_url: str
    width: int
    height: int


class StepsOfPictures(Struct, frozen=True, kw_only=True):
    """The steps that pictures became, in order."""

    subtasks: list[SubtaskBody]


class UploadLinkBody(Struct, frozen=True, kw_only=True):
    """A link as who made it sees it. ``subtask_ids`` are the steps that have pictures by it, in the order in which they
    came; ``pictures_left`` so many more may come."""

    id: int
    lecture_id: int
    task_id: int | None
    subtask_id: int | None
    state: Literal["open", "full", "revoked", "expired"]
    subtask_ids: list[int]
    pictures_left: int
    created_at: str
    expires_at: str
    server_time: str


class NewUploadLink(UploadLinkBody, frozen=True, kw_only=True):
    """``url`` is the page that a phone opens, and a QR code shows; it and ``token`` are told this once."""

    token: str
    url: str


class UploadOffer(Struct, frozen=True, kw_only=True):
    """What a phone may send by a link. ``subtask`` is null where each picture becomes a step."""

    lecture: Titled
    subtask: Titled | None
    pictures_left: int
    max_bytes: int
    max_request_bytes: int
    expires_at: str
    server_time: str


class UploadReceived(Struct, frozen=True, kw_only=True):
    """How many pictures of this request were taken, which are all of them."""

    received: int
    pictures_left: int
