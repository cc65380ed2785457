"""Pictures of steps and lectures: who teaches the lecture adds, changes and removes them (contract 11.11).

Pictures are drawn before the transaction, which only writes their names down. Every change raises the lecture's version
like all edits; a running class keeps what it was taught (contract 11.5).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

import msgspec
from django.conf import settings
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound, Unavailable
from mobilegpt.core.locale import Words
from mobilegpt.core.text import paragraph
from mobilegpt.database.throttle import Limit, refusal, refuse_if_exceeded, spend
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.files import lesson_files
from mobilegpt.files.step_pictures import Area, Size, make_sizes
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.services import free_place, lecture_changed, locked_to_edit
from mobilegpt.lectures.step import PictureFile, StepImage
from mobilegpt.pictures import marks, messages
from mobilegpt.pictures.commands import ChangeImage, CopyImage

MAX_PICTURES = 40
"""So many at most become steps by one request."""
_THUMBNAIL_WIDTH = 720
_DAY = 86_400
_TOO_MANY = "Too many pictures within a day"
_REDRAWN_AT_MOST = 3


def may_edit_step(actor: Actor, subtask_id: int) -> None:
    """Asked before a picture is read: drawing is work. Raises ``Forbidden``, ``NotFound``."""
    _require_teaches(actor, Lecture.objects.filter(tasks__subtasks=subtask_id).first(), "Subtask")


def may_edit_lecture(actor: Actor, lecture_id: int) -> None:
    """As ``may_edit_step``."""
    _require_teaches(actor, Lecture.objects.filter(pk=lecture_id).first(), "Lecture")


def drawn(files: Sequence[BinaryIO], *, for_user: int) -> list[list[Size]]:
    """Each picture in its sizes; nothing refers to them yet. Raises as ``make_sizes`` does, with ``details.index``
    where there are several: which of them, from 0; ``RateLimited``, before anything is drawn and kept, beyond the
    pictures of a day."""
    _require_left(for_user, len(files))
    found = []
    for index, file in enumerate(files):
        try:
            found.append(make_sizes(file))
        except Exception as error:
            if len(files) > 1 and hasattr(error, "details"):
                error.details["index"] = index
            raise
    return found


def set_image(*, actor: Actor, subtask_id: int, sizes: Sequence[Size]) -> StepImage:
    """A step's picture, instead of the one that it had, without marks. Raises ``Forbidden``, ``NotFound``,
    ``RateLimited`` beyond the pictures of a day."""
    with unit_of_work():
        lecture, subtask = _locked_step(actor, subtask_id)
        _spend(actor, 1)
        image = StepImage(alt="", marks=[], sizes=_kept(sizes))
        return _put(lecture, subtask, _described(image, subtask))


def copy_image(*, actor: Actor, subtask_id: int, command: CopyImage) -> StepImage:
    """The picture of another step that the caller teaches, of this lecture or another. Raises ``Forbidden``,
    ``NotFound``, also where that step has none."""
    may_edit_step(actor, command.from_subtask)
    with unit_of_work():
        lecture, subtask = _locked_step(actor, subtask_id)
        original = Subtask.objects.filter(pk=command.from_subtask).first()
        image = _image_of(original)
        if original is None or image is None:
            raise NotFound("Picture")
        if _is_proposed(image, original):
            image = _described(image, subtask)
        return _put(lecture, subtask, image)


def change_image(*, actor: Actor, subtask_id: int, command: ChangeImage) -> StepImage:
    """Other words, marks, a part of the picture; what is hidden is painted over, and what was under it is gone.

    What is drawn anew counts as a picture that is sent. Raises ``Forbidden``, ``NotFound`` also where the step has no
    picture, ``Invalid``, ``RateLimited``, ``Unavailable``.
    """
    may_edit_step(actor, subtask_id)
    crop = None if isinstance(command.crop, UnsetType) else Area(*msgspec.structs.astuple(command.crop))
    sent = marks.Marks([], []) if isinstance(command.marks, UnsetType) else marks.checked(command.marks)
    for _ in range(_REDRAWN_AT_MOST):
        before = _image_of(Subtask.objects.filter(pk=subtask_id).first())
        if before is None:
            raise NotFound("Picture")
        is_redrawn = crop is not None or bool(sent.hidden)
        if is_redrawn:
            _require_left(actor.user_id, 1)
        sizes = _redrawn(before, crop, sent.hidden) if is_redrawn else before.sizes
        with unit_of_work():
            lecture, subtask = _locked_step(actor, subtask_id)
            image = _image_of(subtask)
            if image is None:
                raise NotFound("Picture")
            if image.sizes != before.sizes:
                continue  # somebody was faster: the places are those of a picture that is not there any more
            if is_redrawn:
                _spend(actor, 1)
            shown = image.marks if command.marks is UNSET else sent.shown
            changed = replace(image, sizes=sizes, marks=shown if crop is None else marks.within(shown, crop))
            return _put(lecture, subtask, _worded(changed, image, subtask, command.alt))
    raise Unavailable(message="Others change this picture, try again", retry_after=1)


def remove_image(*, actor: Actor, subtask_id: int) -> None:
    """Again, it changes nothing. Raises ``Forbidden``, ``NotFound``."""
    with unit_of_work():
        lecture, subtask = _locked_step(actor, subtask_id)
        if subtask.image is not None:
            subtask.image = None
            subtask.save(update_fields=["image"])
            lecture_changed(lecture.pk)


def set_thumbnail(*, actor: Actor, lecture_id: int, sizes: Sequence[Size]) -> Size:
    """The lecture's own picture, in the size that lists show; returns that. Raises ``Forbidden``, ``NotFound``,
    ``RateLimited``."""
    shown = next((size for size in reversed(sizes) if size.width >= _THUMBNAIL_WIDTH), sizes[0])
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        _spend(actor, 1)
        lecture.thumbnail_url = lesson_files.url_of(shown.file)
        lecture.save(update_fields=["thumbnail_url"])
        lecture_changed(lecture.pk)
    return shown


def add_steps(*, actor: Actor, lecture_id: int, task_id: int | None, pictures: Sequence[Sequence[Size]]) -> list[int]:
    """A step of each picture, in order, at the end of a task: of the last one, or of a new one in a lecture without
    any.

    All or none; returns the steps' ids. Raises ``Forbidden``, ``NotFound``, ``RateLimited`` beyond the pictures of a
    day.
    """
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        _spend(actor, len(pictures))
        task = _task(lecture, task_id)
        first = free_place(Subtask.objects.filter(task=task), None)
        steps = [_step(task, first + number, sizes) for number, sizes in enumerate(pictures)]
        made = Subtask.objects.bulk_create(steps)
        lecture_changed(lecture.pk)
        return [step.pk for step in made]


def _require_teaches(actor: Actor, lecture: Lecture | None, what: str) -> None:
    policies.require_teacher_role(actor)
    if lecture is None:
        raise NotFound(what)
    policies.require_teaches(actor, lecture)


def _require_left(user_id: int, pictures: int) -> None:
    limit = _of_a_day(user_id)
    if sum(refuse_if_exceeded(limit)) + pictures > limit.most:
        raise refusal(limit, _TOO_MANY)


def _locked_step(actor: Actor, subtask_id: int) -> tuple[Lecture, Subtask]:
    lecture = locked_to_edit(actor, Lecture.objects.filter(tasks__subtasks=subtask_id), "Subtask")
    subtask = Subtask.objects.filter(task__lecture=lecture, pk=subtask_id).select_related("task").first()
    if subtask is None:
        raise NotFound("Subtask")
    return lecture, subtask


def _task(lecture: Lecture, task_id: int | None) -> Task:
    tasks = Task.objects.filter(lecture=lecture)
    if task_id is not None:
        task = tasks.filter(pk=task_id).first()
        if task is None:
            raise NotFound("Task")
        return task
    return tasks.last() or Task.objects.create(
        lecture=lecture, title=messages.task_title(), order_index=free_place(tasks, None)
    )


def _step(task: Task, place: int, sizes: Sequence[Size]) -> Subtask:
    step = Subtask(task=task, order_index=place, title=messages.step_title(place))
    step.image = msgspec.to_builtins(_described(StepImage(alt="", marks=[], sizes=_kept(sizes)), step))
    return step


def _spend(actor: Actor, pictures: int) -> None:
    spend(_of_a_day(actor.user_id), pictures, _TOO_MANY)


def _of_a_day(user_id: int) -> Limit:
    return Limit(f"lesson-pictures:{user_id}", settings.LESSON_PICTURES_PER_DAY, _DAY)


def _kept(sizes: Sequence[Size]) -> list[PictureFile]:
    return [PictureFile(file=size.file, width=size.width, height=size.height) for size in sizes]


def _redrawn(image: StepImage, crop: Area | None, hidden: Sequence[Area]) -> list[PictureFile]:
    """From the widest that is kept; what came in is not."""
    with lesson_files.open_file(image.whole.file) as file:
        return _kept(make_sizes(io.BytesIO(file.read()), crop=crop, hidden=hidden))


def _image_of(subtask: Subtask | None) -> StepImage | None:
    return None if subtask is None else msgspec.convert(subtask.image, StepImage | None)


def _put(lecture: Lecture, subtask: Subtask, image: StepImage) -> StepImage:
    subtask.image = msgspec.to_builtins(image)
    subtask.save(update_fields=["image"])
    lecture_changed(lecture.pk)
    return image


# --- words


def _worded(image: StepImage, before: StepImage, subtask: Subtask, sent: str | UnsetType | None) -> StepImage:
    """With the words that were sent, or those that it had; what we proposed follows the marks."""
    if isinstance(sent, UnsetType):
        return _described(image, subtask) if _is_proposed(before, subtask) else image
    alt = paragraph(sent, "alt", messages.MAX_ALT)
    return replace(image, alt=alt) if alt else _described(image, subtask)


def _described(image: StepImage, subtask: Subtask) -> StepImage:
    return replace(image, alt=_proposal(image, subtask).said())


def _is_proposed(image: StepImage, subtask: Subtask) -> bool:
    """Whether these are our words, in either language, and nobody's own."""
    return image.alt in _proposal(image, subtask)


def _proposal(image: StepImage, subtask: Subtask) -> Words:
    return messages.alt_of(
        task=subtask.task.title, step=subtask.title, element=subtask.target_element_hint, marks=image.marks
    )
