"""A read that was prepared finds what the plain one finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from mobilegpt.accounts.models import LoginFamily
from mobilegpt.chat.models import ChatFile, Member, Message, MessageType, Room
from mobilegpt.core.clock import now
from mobilegpt.database.statements import (
    PreparedAmong,
    PreparedGet,
    PreparedInsert,
    PreparedMany,
    PreparedQuery,
    PreparedUpdate,
    execute_all,
    one_of,
)
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


def test_a_query_takes_its_arguments_wherever_they_stand(django_assert_num_queries: Any) -> None:
    """Beside values of its own, in a sub-select, in what is joined; the first call is not remembered."""
    kim, lee, park = cast.student_kim(), cast.student_lee(), cast.instructor_park()
    lecture = cast.lecture(park)
    Enrollment.objects.create(user=kim, lecture=lecture)

    def seen_by(user_id: int, lecture_id: int) -> QuerySet[Lecture]:
        theirs = FilteredRelation("enrollments", condition=Q(enrollments__user_id=user_id))
        others = Enrollment.objects.filter(lecture=OuterRef("pk")).exclude(user_id=user_id)
        rows = Lecture.objects.annotate(theirs=theirs, visited=Exists(others)).select_related("instructor", "theirs")  # type: ignore[misc]
        return rows.filter(pk=lecture_id, is_active=True, title__in=[lecture.title, "another"])

    seen = PreparedQuery(seen_by, int, int)
    for user in (kim, lee):
        with django_assert_num_queries(1):
            found: Any = seen.first(user.pk, lecture.pk)
            assert (found, found.instructor) == (lecture, park)
        assert getattr(found, "theirs", None) == Enrollment.objects.filter(user=user).first()
        assert found.visited is (user == lee)
    assert seen.first(kim.pk, lecture.pk + 1) is None


def test_a_query_of_values_finds_tuples_and_goes_into_another_statement() -> None:
    kim, park = cast.student_kim(), cast.instructor_park()
    lectures = [cast.lecture(park) for _ in range(3)]
    for lecture in lectures:
        Enrollment.objects.create(user=kim, lecture=lecture)
    enrolled = PreparedQuery(
        lambda user_id, title: (
            Enrollment.objects.filter(user_id=user_id, lecture__title=title)
            .order_by("-lecture_id")
            .values_list("lecture_id", "lecture__is_active")
        ),
        int,
        str,
    )
    title = lectures[0].title
    assert enrolled.all(kim.pk, title) == [(lecture.pk, True) for lecture in reversed(lectures)]
    assert (enrolled.first(kim.pk, title), enrolled.first(park.pk, title)) == ((lectures[-1].pk, True), None)
    sql, parameters = enrolled.statement(kim.pk, title)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS found", parameters)
        assert cursor.fetchone() == (3,)


def test_many_rows_are_found_by_their_keys_in_the_order_of_the_query(django_assert_num_queries: Any) -> None:
    park, kim, lee = cast.instructor_park(), cast.student_kim(), cast.student_lee()
    lectures = [cast.lecture(park) for _ in range(5)]
    newest_first = PreparedMany(lambda: Lecture.objects.select_related("instructor").order_by("-pk"), "pk")
    for count in (1, 3, 5):
        wanted = lectures[:count]
        with django_assert_num_queries(1):
            found = newest_first.get((lecture.pk,) for lecture in wanted)
            assert [lecture.instructor for lecture in found] == [park] * count
        assert found == wanted[::-1]
    assert newest_first.get([]) == []
    for user, lecture in ((kim, lectures[0]), (lee, lectures[1]), (kim, lectures[1])):
        Enrollment.objects.create(user=user, lecture=lecture)
    places = [(lectures[0].pk, kim.pk), (lectures[1].pk, lee.pk), (lectures[2].pk, lee.pk)]
    enrollments = PreparedMany(Enrollment.objects.all, "lecture_id", "user_id")
    assert {(row.lecture_id, row.user_id) for row in enrollments.get(places)} == set(places[:2])


def test_more_keys_than_fit_into_a_statement_are_found_too() -> None:
    park = cast.instructor_park()
    lectures = [cast.lecture(park) for _ in range(70)]
    by_key = PreparedMany(lambda: Lecture.objects.order_by("pk"), "pk")
    assert by_key.get((lecture.pk,) for lecture in lectures) == lectures


def test_some_of_many_are_found_beside_a_number(django_assert_num_queries: Any) -> None:
    park, students = cast.instructor_park(), cast.students(70)
    lectures = [cast.lecture(park), cast.lecture(park)]
    for lecture in lectures:
        Enrollment.objects.bulk_create(Enrollment(user=student, lecture=lecture) for student in students)
    of_users = PreparedAmong(
        lambda of, users: Enrollment.objects.filter(lecture_id=of, user_id__in=users).select_related("user"), int
    )
    for count, statements in ((1, 1), (3, 1), (64, 1), (70, 2)):
        wanted = students[:count]
        with django_assert_num_queries(statements):
            found = of_users.get(lectures[1].pk, (user.pk for user in [*wanted, wanted[0]]))
            assert {row.user for row in found} == set(wanted)
        assert len(found) == count
        assert {row.lecture_id for row in found} == {lectures[1].pk}
    assert of_users.get(lectures[0].pk, []) == []
    by_title = PreparedAmong(lambda of, titles: Lecture.objects.filter(instructor_id=of, title__in=titles), str)
    assert by_title.get(park.pk, [lectures[0].title, "x' OR 1=1 --"]) == lectures[::-1]


def test_a_key_that_is_no_number_comes_back(django_assert_num_queries: Any) -> None:
    sessions = [Session(session_key=key, session_data="", expire_date=now()) for key in ("a" * 32, "b" * 32)]
    with django_assert_num_queries(1):
        PreparedInsert(Session).insert(sessions)
    assert set(Session.objects.values_list("session_key", flat=True)) == {"a" * 32, "b" * 32}


def test_rows_are_inserted_and_updated_as_the_orm_would() -> None:
    park = cast.instructor_park()
    room = Room.objects.create(name="방", last_activity_at=now())
    file = ChatFile.objects.create(room=room, name="a.pdf", mime="application/pdf", size=1, stored_as="a")
    messages = [
        Message(
            room=room, number=number, sender=park, text="네 'é'", kind=MessageType.FILE, file=file, created_at=now()
        )
        for number in range(1, 71)
    ]
    PreparedInsert(Message).insert(messages)
    stored = list(Message.objects.order_by("number"))
    assert [one.pk for one in stored] == [one.pk for one in messages]
    for one, original in zip(stored, messages, strict=True):
        for field in Message._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(original, field.attname)
    assert stored[0].kind == "file"
    member = Member.objects.create(room=room, user=park, joined_at=now())
    member.recent_sends, member.sent_since_read, member.last_read_at = [1.5, 2.0], 2, now()
    PreparedUpdate(Member, "recent_sends", "last_read_at").update([member])
    again = Member.objects.get(pk=member.pk)
    assert (again.recent_sends, again.last_read_at, again.sent_since_read) == ([1.5, 2.0], member.last_read_at, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedInsert(Message).insert([Message(room=room, number=1, created_at=now())])


def test_writes_that_know_nothing_of_each_other_are_one_trip_to_postgresql(django_assert_num_queries: Any) -> None:
    park, kim, lee = cast.instructor_park(), cast.student_kim(), cast.student_lee()
    lecture, other = cast.lecture(park), cast.lecture(park)
    Enrollment.objects.create(user=kim, lecture=lecture)
    lecture.title = "새 제목"
    writes = [
        PreparedUpdate(Lecture, "title").statement([lecture]),
        ("DELETE FROM lectures_enrollment WHERE user_id = %s", [kim.pk]),
        PreparedInsert(Enrollment).statement([Enrollment(user=one, lecture=other) for one in (kim, lee)]),
    ]
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 3):
        execute_all(*writes)
    assert set(Enrollment.objects.values_list("user", "lecture")) == {(kim.pk, other.pk), (lee.pk, other.pk)}
    assert list(Lecture.objects.order_by("pk").values_list("title", flat=True)) == ["새 제목", other.title]
    with pytest.raises(IntegrityError), transaction.atomic():
        execute_all(("DELETE FROM lectures_enrollment", []), PreparedInsert(Enrollment).statement([Enrollment()]))
    assert Enrollment.objects.count() == 2
    execute_all(("DELETE FROM lectures_enrollment WHERE user_id = %s", [lee.pk]))
    assert Enrollment.objects.get().user == kim


@pytest.mark.parametrize("count", [0, 1, 3, 70])
def test_what_is_one_of_several_is_found(count: int) -> None:
    people = cast.students(count + 1)
    wanted = [one.email for one in people[:-1]]
    condition, parameters = one_of("email", [*wanted, "x', 'y\" OR 1=1 --"] if count else [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT email FROM accounts_user WHERE {condition}", parameters)
        assert {email for (email,) in cursor.fetchall()} == set(wanted)
