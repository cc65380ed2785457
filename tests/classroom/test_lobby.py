"""Opening a session and finding it by its code (contract 2.3, 2.4, 6.4; reliability X14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom import codes, selectors, services
from mobilegpt.classroom.commands import OpenSession
from mobilegpt.classroom.models import CodeLookup, LectureSession
from mobilegpt.classroom.services import lobby
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, NotFound, RateLimited
from mobilegpt.lectures.models import Lecture
from tests import cast, classes

pytestmark = pytest.mark.django_db
ADDRESS = "198.51.100.7"


def test_codes_have_six_signs_of_the_alphabet_and_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {codes.new_code() for _ in range(300)}
    assert all(len(code) == 6 and set(code) <= set(codes.ALPHABET) for code in made)
    digits_then_letters: Iterator[str] = iter("222222A23456")
    monkeypatch.setattr("secrets.choice", lambda alphabet: next(digits_then_letters))
    assert codes.new_code() == "A23456"


def test_a_taken_code_is_drawn_again(lecture: Lecture, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["ABC234", "ABC234", "XYZ789"])
    monkeypatch.setattr(lobby, "new_code", lambda: next(drawn))
    assert classes.open_class(lecture).code == "ABC234"
    assert classes.open_class(lecture).code == "XYZ789"


def test_a_session_without_a_title_is_named_after_its_lecture(lecture: Lecture, park: User) -> None:
    with time_machine.travel("2025-10-28T16:00:00Z", tick=False):
        session = services.open_session(actor=cast.actor(park), lecture_id=lecture.pk, command=OpenSession())
    assert session.title == "카카오톡 기초 2025-10-29"


def test_who_may_open_a_session(lecture: Lecture, kim: User) -> None:
    def open_as(user: User) -> LectureSession:
        return services.open_session(actor=cast.actor(user), lecture_id=lecture.pk, command=OpenSession())

    choi = cast.instructor_choi()
    with pytest.raises(Forbidden):
        open_as(kim)
    with pytest.raises(Forbidden):
        open_as(choi)
    assert open_as(cast.admin_han()).lecture_id == lecture.pk
    Lecture.objects.filter(pk=lecture.pk).update(is_active=False)
    with pytest.raises(NotFound):
        open_as(choi)


@pytest.mark.parametrize(
    "sent", ["2026-11-30T10:05:00", "2026-11-30 10:05", "2026-11-30T01:05:00Z", 1_796_000_700_000, "1796000700000"]
)
def test_a_time_without_a_zone_is_korean(lecture: Lecture, park: User, sent: str | int) -> None:
    session = services.open_session(
        actor=cast.actor(park), lecture_id=lecture.pk, command=OpenSession(scheduled_at=sent)
    )
    assert session.scheduled_at == datetime(2026, 11, 30, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("sent", ["내일", "", 0, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_class_is_planned_for_a_time_of_this_century(lecture: Lecture, park: User, sent: str | int) -> None:
    with pytest.raises(Invalid):
        services.open_session(actor=cast.actor(park), lecture_id=lecture.pk, command=OpenSession(scheduled_at=sent))


@pytest.mark.parametrize("spell", [str.upper, str.lower])
def test_a_code_is_found_in_any_case(session: LectureSession, kim: User, spell: object) -> None:
    ref = spell(session.code)  # type: ignore[operator]
    found = services.look_up(actor=cast.actor(kim), ref=ref, address=ADDRESS)
    assert found.session == session
    assert CodeLookup.objects.get().user_id == kim.pk


@pytest.mark.parametrize("ref", ["ABC", "A" * 21, "AB C23", "한글코드12", "ＡＢＣ２３４", "", "0", "-1", "9" * 40])
def test_what_cannot_be_a_code_is_absent(session: LectureSession, kim: User, ref: str) -> None:
    with pytest.raises(NotFound):
        services.look_up(actor=cast.actor(kim), ref=ref, address=ADDRESS)


def test_the_id_is_taken_from_its_people_only(session: LectureSession, kim: User, lee: User, park: User) -> None:
    classes.seat(session, kim)
    cast.enroll(session.lecture, lee)
    ref = str(session.pk)

    def look(user: User) -> LectureSession:
        return services.look_up(actor=cast.actor(user), ref=ref, address=ADDRESS).session

    assert look(kim) == look(park) == look(cast.admin_han()) == session
    for stranger in (lee, cast.instructor_choi()):
        with pytest.raises(NotFound):
            look(stranger)


def test_each_of_many_finds_what_they_would_find_alone(
    session: LectureSession, kim: User, lee: User, park: User, django_assert_max_num_queries: Any
) -> None:
    cast.enroll(session.lecture, lee)
    seated, *others = cast.students(3)
    guest = services.take_guest_seat(
        session=session, name="손님", device_id="f3b0c44298fc1c149afbf4c8", address="192.0.2.1"
    )
    for one in (kim, seated):
        services.take_seat(actor=cast.actor(one), session=session)
    gone = cast.actor(others[0])
    others[0].delete()
    people = [None, gone, *map(cast.actor, (guest.login.user, kim, seated, lee, others[1], park, kim))]
    for ref in (session.code, session.code.lower(), str(session.pk), "WRONG2", "999999", "가"):
        with django_assert_max_num_queries(2):
            together = selectors.found_by_each(ref, people)
        assert together == [selectors.found_by(one, ref) for one in people]
    found = [visit for visit in selectors.found_by_each(session.code, people) if visit is not None]
    assert [visit.seat is not None for visit in found] == [False, False, True, True, True, False, False, False, True]
    assert [visit.entitled for visit in found].index(True) == people.index(cast.actor(lee))


def test_an_archived_session_has_no_code(session: LectureSession, kim: User, park: User) -> None:
    classes.seat(session, kim)
    LectureSession.objects.filter(pk=session.pk).update(status="ENDED")
    with pytest.raises(NotFound):
        services.look_up(actor=cast.actor(kim), ref=session.code, address=ADDRESS)
    assert services.look_up(actor=cast.actor(park), ref=str(session.pk), address=ADDRESS).session == session


def wrong(user: User | None, times: int, address: str = ADDRESS) -> None:
    for _ in range(times):
        with pytest.raises(NotFound):
            services.visit(actor=cast.actor(user) if user else None, ref="WRONG2", address=address)


def test_the_eleventh_wrong_code_of_a_user_is_refused(session: LectureSession, kim: User, lee: User) -> None:
    with time_machine.travel("2026-01-05T09:00:01Z", tick=False):
        wrong(kim, 10)
        with pytest.raises(RateLimited) as refusal:
            services.visit(actor=cast.actor(kim), ref=session.code, address=ADDRESS)
        assert refusal.value.retry_after == 61
        assert services.visit(actor=cast.actor(lee), ref=session.code, address=ADDRESS).session == session
    with time_machine.travel("2026-01-05T09:01:02Z", tick=False):
        assert services.visit(actor=cast.actor(kim), ref=session.code, address=ADDRESS).session == session


def test_an_address_has_sixty_wrong_codes_a_minute(session: LectureSession, kim: User) -> None:
    with time_machine.travel("2026-01-05T09:00:01Z", tick=False):
        wrong(None, 60)
        with pytest.raises(RateLimited):
            services.visit(actor=None, ref=session.code, address=ADDRESS)
        assert services.visit(actor=None, ref=session.code, address="203.0.113.9").session == session
        # Who has a seat gives nothing away by asking, and is not locked out by the others in the hall.
        classes.seat(session, kim)
        assert services.visit(actor=cast.actor(kim), ref=session.code, address=ADDRESS).session == session


def test_right_codes_never_count(session: LectureSession, kim: User) -> None:
    for _ in range(12):
        services.look_up(actor=cast.actor(kim), ref=session.code, address=ADDRESS)


def join_by_id(session: LectureSession, user: User, code: str | None = None) -> None:
    services.visit_to_join(actor=cast.actor(user), ref=str(session.pk), session_code=code, address=ADDRESS)


def test_joining_by_id_needs_a_proof(session: LectureSession, kim: User, lee: User) -> None:
    with pytest.raises(Forbidden) as refusal:
        join_by_id(session, kim)
    assert refusal.value.code == ErrorCode.JOIN_CODE_REQUIRED
    join_by_id(session, kim, session.code.lower())
    cast.enroll(session.lecture, lee)
    join_by_id(session, lee)


def test_a_lookup_is_a_proof_for_an_hour(session: LectureSession, kim: User) -> None:
    looked_up = now()
    with time_machine.travel(looked_up, tick=False):
        services.look_up(actor=cast.actor(kim), ref=session.code, address=ADDRESS)
    with time_machine.travel(looked_up + timedelta(minutes=59), tick=False):
        join_by_id(session, kim)
    with time_machine.travel(looked_up + timedelta(minutes=61), tick=False), pytest.raises(Forbidden):
        join_by_id(session, kim)


def test_a_wrong_session_code_counts(session: LectureSession, kim: User) -> None:
    with time_machine.travel("2026-01-05T09:00:01Z", tick=False):
        for _ in range(10):
            with pytest.raises(Forbidden):
                join_by_id(session, kim, "WRONG2")
        with pytest.raises(RateLimited):
            join_by_id(session, kim, session.code)


@pytest.mark.parametrize("user", [None, "kim"])
def test_an_address_more_is_no_new_guesser(session: LectureSession, kim: User, user: str | None) -> None:
    """X14: somebody with IPv6 has 2^64 addresses; guesses from all of them, by whoever, are 60 a minute together."""
    guessers: list[User | None] = [*cast.students(6)] if user else [None] * 6
    with time_machine.travel("2026-01-05T09:00:01Z", tick=False):
        for at, guesser in enumerate(guessers):
            for host in range(10):
                wrong(guesser, 1, f"2001:db8:1:2:{at}::{host}")
        for address in ("2001:db8:1:2:ffff::1", "2001:DB8:1:2::"):
            with pytest.raises(RateLimited):
                services.visit(actor=None, ref=session.code, address=address)
        assert services.visit(actor=None, ref=session.code, address="2001:db8:1:3::1").session == session


@pytest.mark.parametrize(
    ("stored", "given", "found"),
    [
        ("HM62LR", "hm621r", True),
        ("HM62LR", "HM62IR", True),
        ("HM62LR", "HM62LE", False),
        ("ABC101", "ABC101", True),  # a code of another make is what it is
        ("ABC101", "ABCL01", False),
        ("ABC2O2", "ABC202", True),
    ],
)
def test_a_code_with_signs_that_look_alike_finds_the_class(
    stored: str, given: str, found: bool, session: LectureSession, kim: User
) -> None:
    LectureSession.objects.update(code=stored)
    for actor in (None, cast.actor(kim)):
        if found:
            assert services.visit(actor=actor, ref=given, address=ADDRESS).session.pk == session.pk
        else:
            with pytest.raises(NotFound):
                services.visit(actor=actor, ref=given, address=ADDRESS)
