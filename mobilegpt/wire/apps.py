"""A step and a class as the apps that exist read them: N and S of contract 12. Imports no Django."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import asdict

from mobilegpt.guidance.views import views_of
from mobilegpt.lectures.step import Step, SubtaskOutline
from mobilegpt.wire.choices import SeatStatusChoice, SessionStatusChoice
from mobilegpt.wire.people import HasName, Named
from mobilegpt.wire.step import HasTitle, RoomStep, Titled, room_step


class AppStep(Struct, frozen=True, kw_only=True):
    """N: a step, and what it expects as these apps see it. A text that is not known is "", ``time`` null."""

    id: int
    title: str
    description: str
    order_index: int
    target_action: str
    guide_text: str
    voice_guide_text: str
    view_id: str
    text: str
    content_description: str
    target_package: str
    target_class: str
    bounds: str
    time: int | None


class RoomAppStep(RoomStep, frozen=True, kw_only=True):
    """A step as W1's ``data`` has it: S0's, and what N has besides."""

    description: str
    view_id: str
    text: str
    content_description: str
    target_package: str
    target_class: str
    bounds: str
    time: int | None


class AppStepTitle(Struct, frozen=True, kw_only=True):
    """A step among those of a class."""

    id: int
    title: str
    order_index: int


class AppLecture(Titled, frozen=True, kw_only=True):
    pass


class AppInstructor(Named, frozen=True, kw_only=True):
    pass


class AppSession(Struct, frozen=True, kw_only=True):
    """S: a class. ``currentSubtaskDetail`` is ``current_subtask`` once more; ``my_status`` is null without a seat."""

    id: int
    title: str
    session_code: str | None
    status: SessionStatusChoice
    lecture: AppLecture
    instructor: AppInstructor
    current_subtask: AppStep | None
    currentSubtaskDetail: AppStep | None  # noqa: N815 (the apps' name)
    subtasks: list[AppStepTitle]
    total_steps: int
    my_status: SeatStatusChoice | None
    scheduled_at: str | None
    started_at: str | None
    ended_at: str | None


def app_step(step: Step) -> AppStep:
    """N. The description of a step is known where it is read in full (``SubtaskOutline``)."""
    views = views_of(step.expectation)
    return AppStep(
        id=step.id,
        title=step.title,
        description=step.description if isinstance(step, SubtaskOutline) else "",
        order_index=step.order_index,
        target_action=step.target_action or "",
        guide_text=step.guide_text,
        voice_guide_text=step.voice_guide_text,
        view_id=views.view_id,
        text=views.text,
        content_description=views.content_description,
        target_package=views.target_package,
        target_class=views.target_class,
        bounds=views.bounds,
        time=views.time,
    )


def room_app_step(step: Step) -> RoomAppStep:
    """W1's ``data``. The description stays with teachers where a step is told to all (``SubtaskOutline``)."""
    return RoomAppStep(**asdict(room_step(step)), **asdict(views_of(step.expectation)), description="")


class ClassFacts(Protocol):
    """What S says of a class by itself."""

    @property
    def pk(self) -> int: ...

    @property
    def title(self) -> str: ...

    @property
    def status(self) -> str: ...


class Times(Struct, frozen=True, kw_only=True):
    """When a class is planned, began and ended; ISO 8601 or null."""

    scheduled_at: str | None
    started_at: str | None
    ended_at: str | None


def app_session(
    session: ClassFacts,
    *,
    code: str | None,
    lecture: HasTitle,
    instructor: HasName,
    current: Step | None,
    steps: Iterable[Step],
    my_status: str | None,
    times: Times,
) -> AppSession:
    """S. ``code`` is null for who may not be told it (contract 6.4)."""
    shown = app_step(current) if current is not None else None
    titles = [AppStepTitle(id=step.id, title=step.title, order_index=step.order_index) for step in steps]
    return AppSession(
        id=session.pk,
        title=session.title,
        session_code=code,
        status=session.status,
        lecture=AppLecture.of(lecture),
        instructor=AppInstructor.of(instructor),
        current_subtask=shown,
        currentSubtaskDetail=shown,
        subtasks=titles,
        total_steps=len(titles),
        my_status=my_status,
        scheduled_at=times.scheduled_at,
        started_at=times.started_at,
        ended_at=times.ended_at,
    )
