"""A class that waits is held on another lecture of its instructor (contract 12)."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import ChangeSettings, SwitchLecture
from mobilegpt.classroom.events import LessonRefreshed, StaffLeft
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.errors import Conflict, Forbidden, NotFound
from mobilegpt.lectures.models import Colleague, ColleagueRole, Enrollment, Lecture
from tests import cast, classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(lecture: Lecture) -> Lecture:
    return cast.lecture(lecture.instructor, shape=(4,), title="유튜브 보기")


def switch(session: LectureSession, to: Lecture, user: User | None = None) -> services.Switched:
    actor = cast.actor(user) if user else classes.owner_of(session)
    return services.switch_lecture(actor=actor, session_ref=str(session.pk), command=SwitchLecture(lecture_id=to.pk))


def opened(lecture: Lecture) -> LectureSession:
    """By the name that a class has by itself."""
    session = classes.open_class(lecture)
    session.title = services.title_of_class(lecture, session.created_at)
    session.save()
    return session


def test_everybody_stays_and_learns_the_other_lecture(lecture: Lecture, other: Lecture, kim: User) -> None:
    session = opened(lecture)
    seat = classes.seat(session, kim)
    done = switch(session, other)
    assert (done.previous.pk, done.session.lecture_id) == (lecture.pk, other.pk)
    session.refresh_from_db()
    assert session.title.startswith("유튜브 보기")
    assert Enrollment.objects.get(user=kim, lecture=other).opens_classes
    assert selectors.seat_of(kim.pk, session.pk) == seat
    (told,) = classes.events_of(LessonRefreshed)
    assert (told.total_steps, told.room.lecture_id) == (4, other.pk)
    assert AuditEntry.objects.filter(action="class.lecture_switched", subject=f"session:{session.pk}").count() == 1
    classes.start(session)
    assert session.current_subtask_id == classes.steps(other)[0].pk


def test_a_title_that_somebody_gave_stays(session: LectureSession, other: Lecture) -> None:
    services.change_settings(
        actor=classes.owner_of(session), session_ref=str(session.pk), command=ChangeSettings(title="화요일반")
    )
    assert switch(session, other).session.title == "화요일반"


def test_the_same_lecture_again_is_no_news(session: LectureSession) -> None:
    switch(session, session.lecture)
    assert classes.events_of(LessonRefreshed) == []
    assert not AuditEntry.objects.filter(action="class.lecture_switched").exists()


def test_a_class_that_began_keeps_its_lecture(session: LectureSession, other: Lecture) -> None:
    classes.start(session)
    with pytest.raises(Conflict) as refused:
        switch(session, other)
    assert refused.value.code == "INVALID_TRANSITION"


def test_nobody_takes_a_class_along_to_a_lecture_of_somebody_else(session: LectureSession) -> None:
    choi = cast.instructor_choi()
    mine = cast.lecture(choi, title="최강사의 강의")
    Colleague.objects.create(lecture=session.lecture, user=choi, role=ColleagueRole.CO_INSTRUCTOR)
    with pytest.raises(Forbidden):
        switch(session, mine, choi)
    with pytest.raises(Forbidden):
        switch(session, mine)
    session.refresh_from_db()
    assert session.lecture_id != mine.pk


def test_who_teaches_one_class_alone_does_not_switch_it(session: LectureSession, other: Lecture) -> None:
    choi = cast.instructor_choi()
    Colleague.objects.create(
        lecture=session.lecture, session_id=session.pk, user=choi, role=ColleagueRole.CO_INSTRUCTOR
    )
    with pytest.raises(Forbidden):
        switch(session, other, choi)


def test_a_lecture_that_is_gone_is_none(session: LectureSession, other: Lecture) -> None:
    other.delete()
    with pytest.raises(NotFound):
        switch(session, other)


def test_colleagues_of_the_class_go_along_and_those_of_the_lecture_do_not(
    session: LectureSession, other: Lecture
) -> None:
    helper, teacher = cast.person("helper@example.com", "도우미"), cast.instructor_choi()
    Colleague.objects.create(lecture=session.lecture, session_id=session.pk, user=helper, role=ColleagueRole.SUPPORTER)
    Colleague.objects.create(lecture=session.lecture, user=teacher, role=ColleagueRole.CO_INSTRUCTOR)
    classes.forget_events()
    switch(session, other)
    assert selectors.helped_by(cast.actor(helper), str(session.pk)).pk == session.pk
    with pytest.raises(NotFound):
        selectors.helped_by(cast.actor(teacher), str(session.pk))
    assert [event.user_id for event in classes.events_of(StaffLeft)] == [teacher.pk]
