"""A read that was prepared finds what the plain one finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from mobilegpt.accounts.models import LoginFamily
from mobilegpt.core.prepared import PreparedGet
from mobilegpt.lectures.models import Enrollment, Lecture
from tests import cast

pytestmark = pytest.mark.django_db


def test_it_finds_the_row_with_what_is_joined_and_nothing_more_is_asked(django_assert_num_queries: Any) -> None:
    lecture = cast.lecture(cast.instructor_park())
    lectures = PreparedGet(lambda: Lecture.objects.select_related("instructor"), pk=int)
    for _ in range(2):
        with django_assert_num_queries(1):
            found = lectures.get(lecture.pk)
            assert found is not None
            assert found == lecture
            assert found.instructor.name == "박강사"
    assert found is not None
    assert found.created_at == lecture.created_at
    assert found.is_active is True
    assert lectures.get(lecture.pk + 1) is None


def test_several_values_go_to_their_own_places() -> None:
    kim, lee = cast.student_kim(), cast.student_lee()
    lecture = cast.lecture(cast.instructor_park())
    Enrollment.objects.create(user=kim, lecture=lecture)
    enrollments = PreparedGet(Enrollment.objects.all, lecture_id=int, user_id=int)
    assert enrollments.get(lecture.pk, kim.pk) == Enrollment.objects.get(user=kim)
    assert enrollments.get(lecture.pk, lee.pk) is None


def test_a_row_can_be_locked_saved_and_converted() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park)
    locked = PreparedGet(lambda: Lecture.objects.select_for_update(), pk=int)
    with transaction.atomic():
        found = locked.get(lecture.pk)
        assert found is not None
        found.title = "새 제목"
        found.save(update_fields=["title"])
    lecture.refresh_from_db()
    assert lecture.title == "새 제목"
    family = LoginFamily.objects.create(user=park)
    by_user = PreparedGet(LoginFamily.objects.all, user_id=int)
    assert by_user.get(park.pk) == family
