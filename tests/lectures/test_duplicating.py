"""A lecture that is copied: everything of it, under a new owner, and nothing of its classes (contract 11.11)."""

from __future__ import annotations

import msgspec
import pytest
from django.core.cache import cache

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import DomainError, ErrorCode
from mobilegpt.lectures import selectors, services
from mobilegpt.lectures.commands import DuplicateLecture, UpdateSubtask
from mobilegpt.lectures.duplicating import duplicate_lecture
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def _content(lecture: Lecture, user: User) -> list[object]:
    """Every word and the order of a lecture, without what says which row it is."""
    outline = selectors.lecture_for(cast.actor(user), lecture.pk).outline
    tasks = msgspec.to_builtins(outline)["tasks"]
    for task in tasks:
        del task["id"], task["lecture_id"]
        for step in task["subtasks"]:
            del step["id"], step["task_id"]
    return list(tasks)


def test_a_public_lecture_becomes_one_s_own_with_all_of_its_content() -> None:
    park, choi = cast.instructor_park(), cast.instructor_choi()
    lecture = cast.lecture(park, (2, 0, 3))
    Subtask.objects.filter(task__lecture=lecture, order_index=2).update(
        description="메모", target_action=None, target_element_hint=None, voice_guide_text="천천히"
    )
    Task.objects.filter(lecture=lecture, order_index=1).update(order_index=9, description="먼저")
    cast.enroll(lecture, cast.student_kim())

    copy = duplicate_lecture(actor=cast.actor(choi), lecture_id=lecture.pk, command=DuplicateLecture())

    assert (copy.instructor_id, copy.title, copy.is_active) == (choi.pk, "카카오톡 기초 (사본)", False)
    assert copy.description == lecture.description
    assert _content(copy, choi) == _content(lecture, park)
    assert not Enrollment.objects.filter(lecture=copy).exists()


def test_a_change_of_the_copy_leaves_the_original() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park)
    copy = duplicate_lecture(actor=cast.actor(park), lecture_id=lecture.pk, command=DuplicateLecture(title="새 이름"))
    before = _content(lecture, park)
    step = Subtask.objects.filter(task__lecture=copy).first()
    assert step is not None
    services.update_subtask(actor=cast.actor(park), subtask_id=step.pk, command=UpdateSubtask(title="달라진 단계"))
    assert _content(lecture, park) == before
    assert copy.title == "새 이름"


def test_a_long_name_is_shortened_and_the_copy_still_named_as_one() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park, (1,), title="가" * 200)
    copy = duplicate_lecture(actor=cast.actor(park), lecture_id=lecture.pk, command=DuplicateLecture())
    assert len(copy.title) == 200
    assert copy.title.endswith("가 (사본)")


@pytest.mark.parametrize("active", [True, False])
def test_students_copy_nothing(active: bool) -> None:
    kim = cast.student_kim()
    lecture = cast.lecture(cast.instructor_park())
    Lecture.objects.update(is_active=active)
    cast.enroll(lecture, kim)
    _refused(kim, lecture, ErrorCode.FORBIDDEN)


def test_another_s_inactive_lecture_is_not_known() -> None:
    lecture = cast.lecture(cast.instructor_park())
    Lecture.objects.update(is_active=False)
    _refused(cast.instructor_choi(), lecture, ErrorCode.NOT_FOUND)


def test_a_name_without_anything_to_see_is_refused() -> None:
    park = cast.instructor_park()
    _refused(park, cast.lecture(park), ErrorCode.INVALID_REQUEST, DuplicateLecture(title=" \u200b "))


def _refused(user: User, lecture: Lecture, code: ErrorCode, command: DuplicateLecture | None = None) -> None:
    actor = cast.actor(user)
    with pytest.raises(DomainError) as refused:
        duplicate_lecture(actor=actor, lecture_id=lecture.pk, command=command or DuplicateLecture())
    assert refused.value.code == code
    assert Lecture.objects.count() == 1
