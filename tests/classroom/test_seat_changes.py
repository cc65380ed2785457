"""Seats get other names, go, come back, and become one (contract 11.4)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.chat.events import MemberLeft
from mobilegpt.chat.models import Member
from mobilegpt.classroom import services
from mobilegpt.classroom.events import ParticipantJoined, ParticipantLeft, SeatChanged, SeatRemoved
from mobilegpt.classroom.models import GuestPhone, LectureSession, SessionParticipant
from mobilegpt.classroom.services import phones
from mobilegpt.core.clock import now
from mobilegpt.events import topics
from mobilegpt.events.models import SocketLease
from mobilegpt.realtime.close import CloseCode
from tests import cast, classes
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE = "f3b0c44298fc1c149afbf4c8", "a03c44298fc1c149afbf4c88"


def sit(session: LectureSession, device_id: str = PHONE, **body: Any) -> Answer:
    return Api().post(f"/api/sessions/{session.code}/guest", {"device_id": device_id, **body})


def path(seat_id: int, action: str = "") -> str:
    session_id = SessionParticipant.objects.get(pk=seat_id).session_id
    return f"/api/sessions/{session_id}/seats/{seat_id}{action}"


@pytest.fixture
def guest(session: LectureSession) -> SessionParticipant:
    return SessionParticipant.objects.get(pk=sit(session, name="이순자").body["participant_id"])


# --- names


def test_a_guest_is_called_so_in_all_classes_of_their_instructor(guest: SessionParticipant, park: User) -> None:
    later = classes.open_class(guest.session.lecture)
    sit(later, same_person=True)
    answer = Api(park).patch(path(guest.pk), {"name": " 이순자  봄동 "})
    assert (answer.status, answer.body["name"], answer.body["account_name"]) == (200, "이순자 봄동", "이순자 봄동")
    for session in (guest.session, later):
        rows = Api(park).get(f"/api/sessions/{session.pk}/seats").body["seats"]
        assert [row["name"] for row in rows] == ["이순자 봄동"]
    assert sit(later).body == {"known": True, "name": "이순자 봄동"}


def test_a_member_is_called_so_by_this_class_only(session: LectureSession, park: User, kim: User) -> None:
    seat = classes.seat(session, kim)
    assert Api(park).patch(path(seat.pk), {"name": "김 반장"}).body["name"] == "김 반장"
    kim.refresh_from_db()
    assert kim.name == "김학생"
    assert Api(park).patch(path(seat.pk), {"name": "김학생"}).body["name"] == "김학생"
    seat.refresh_from_db()
    assert seat.name == ""


@pytest.mark.parametrize("body", [{"name": " "}, {"name": "x" * 51}, {"name": None}, {"removed": True}, {"removed": 0}])
def test_a_bad_change_is_400(body: Any, guest: SessionParticipant, park: User) -> None:
    assert Api(park).patch(path(guest.pk), body).status == 400
    assert User.objects.get(pk=guest.user_id).name == "이순자"


def test_changes_are_told_to_instructors_once_and_written_down(guest: SessionParticipant, park: User) -> None:
    classes.forget_events()
    for _ in range(2):
        Api(park).patch(path(guest.pk), {"name": "봄이"})
    (event,) = classes.events()
    assert isinstance(event, SeatChanged)
    assert (event.user.name, event.streams()) == ("봄이", (topics.session_staff(guest.session_id),))
    assert AuditEntry.objects.filter(action="seat.renamed", actor_id=park.pk).count() == 1


# --- going and coming back


def test_a_removed_seat_closes_its_sockets_and_only_instructors_know_why(guest: SessionParticipant, park: User) -> None:
    classes.forget_events()
    answer = Api(park).delete(path(guest.pk))
    assert (answer.status, answer.body["may_return"], answer.body["is_present"]) == (200, True, False)
    told = [event for event in classes.events() if not isinstance(event, MemberLeft)]
    assert [type(event) for event in told] == [ParticipantLeft, SeatRemoved, SeatChanged]
    closing = told[1].closes()
    assert closing is not None
    assert (closing.code, closing.user_id) == (CloseCode.FORBIDDEN, guest.user_id)
    assert not Member.objects.filter(user_id=guest.user_id).exists()
    session = guest.session
    assert Api(park).get(f"/api/sessions/{session.pk}/participants").body["participants"] == []
    rows = Api(park).get(f"/api/sessions/{session.pk}/seats").body["seats"]
    assert [row["removed_at"] is not None for row in rows] == [True]
    classes.forget_events()
    assert Api(park).delete(path(guest.pk)).status == 200, "the same once more"
    assert classes.events() == []


def test_who_may_return_comes_back_by_the_code_to_the_same_seat(guest: SessionParticipant, park: User) -> None:
    session = guest.session
    token = Api(token=sit(session, name="이순자").body["access_token"])
    Api(park).delete(path(guest.pk))
    for where in (f"/api/sessions/{session.pk}/current", f"/api/sessions/{session.pk}/events"):
        refused = token.get(where)
        assert (refused.status, refused.code, refused.body["error"]["details"]) == (
            403,
            "SEAT_REMOVED",
            {"may_return": True},
        )
    assert token.get("/api/sessions/my-active").status == 404
    classes.forget_events()
    again = sit(session, name="이순자")
    assert (again.status, again.body["participant_id"]) == (200, guest.pk)
    (joined,) = classes.events_of(ParticipantJoined)
    assert not joined.again
    assert Member.objects.filter(user_id=guest.user_id).exists()
    assert Api(token=again.body["access_token"]).get(f"/api/sessions/{session.pk}/current").status == 200


def test_who_may_not_return_is_refused_at_every_door_until_they_may(
    guest: SessionParticipant, park: User, kim: User
) -> None:
    session = guest.session
    token = Api(token=sit(session, name="이순자").body["access_token"])
    member = classes.seat(session, kim)
    for seat in (guest, member):
        Api(park).delete(path(seat.pk) + "?may_return=false")

    def knocks() -> list[Answer]:
        return [
            sit(session, name="이순자"),
            sit(session, name="다른 사람", same_person=False),
            sit(session),
            token.post(f"/api/sessions/{session.code}/join"),
            token.get(f"/api/sessions/{session.pk}/current"),
            Api(kim).post(f"/api/sessions/{session.code}/join"),
            Api(kim).post(f"/api/sessions/{session.pk}/join", {"session_code": session.code}),
            Api(kim).get(f"/api/sessions/{session.code}"),
            Api(kim).get(f"/api/sessions/{session.pk}/current"),
        ]

    assert [(one.status, one.code) for one in knocks()] == [(403, "SEAT_REMOVED")] * 9
    assert SessionParticipant.objects.filter(session=session).count() == 2
    for seat in (guest, member):
        assert Api(park).patch(path(seat.pk), {"removed": False}).body["removed_at"] is None
    assert [one.status for one in knocks()] == [200, 201, 200, 200, 200, 200, 200, 200, 200]


def test_removed_seats_leave_their_place_to_others(guest: SessionParticipant, park: User, settings: Any) -> None:
    settings.SESSION_MAX_SEATS = 1
    assert sit(guest.session, OTHER_PHONE, name="박철수").code == "SESSION_FULL"
    Api(park).delete(path(guest.pk))
    assert sit(guest.session, OTHER_PHONE, name="박철수").status == 201


def test_an_open_page_does_not_bring_a_removed_seat_back(guest: SessionParticipant, park: User) -> None:
    Api(park).delete(path(guest.pk))
    services.mark_present({guest.session_id: [guest.user_id]})
    guest.refresh_from_db()
    assert (guest.is_present, guest.removed_at is None) == (False, False)


# --- two that are one


def test_two_phones_of_one_person_find_one_seat(guest: SessionParticipant, park: User) -> None:
    session = guest.session
    other = sit(session, OTHER_PHONE, name="이순자").body
    answer = Api(park).post(path(other["participant_id"], "/merge"), {"into": guest.pk})
    assert (answer.status, answer.body["participant_id"]) == (200, guest.pk)
    assert not User.objects.filter(pk=other["user_id"]).exists()
    for phone in (PHONE, OTHER_PHONE):
        again = sit(session, phone, name="이순자")
        assert (again.status, again.body["participant_id"]) == (200, guest.pk)
    assert Api(token=other["access_token"]).get("/api/auth/me").status == 401
    assert [event.merged_into for event in classes.events_of(SeatChanged)] == [guest.pk, None]
    assert AuditEntry.objects.filter(action="seat.merged", actor_id=park.pk).exists()
    assert GuestPhone.objects.get().user_id == guest.user_id


def names_of(session: LectureSession) -> list[str]:
    seats = SessionParticipant.objects.filter(session=session).select_related("user").order_by("id")
    return [seat.shown_name for seat in seats]


def test_a_merged_phone_finds_the_person_by_the_name_that_it_remembers(guest: SessionParticipant, park: User) -> None:
    """A page whose login has ended sits down again by itself, with the name that was given at its first time."""
    session, later = guest.session, classes.open_class(guest.session.lecture)
    other = sit(session, OTHER_PHONE, name="순자").body
    third = sit(session, "b13c44298fc1c149afbf4c88", name="이 순자").body
    assert Api(park).post(path(other["participant_id"], "/merge"), {"into": third["participant_id"]}).status == 200
    assert Api(park).post(path(third["participant_id"], "/merge"), {"into": guest.pk}).status == 200
    for phone, name in ((OTHER_PHONE, "순자"), ("b13c44298fc1c149afbf4c88", "이 순자"), (PHONE, "이순자")):
        again = sit(session, phone, name=name)
        assert (again.status, again.body["participant_id"]) == (200, guest.pk)
        door = services.take_guest_seat(session=session, name=name, device_id=phone, address="192.0.2.1")
        assert door.seating.seat.pk == guest.pk, "an older client, at the socket"
    assert sit(later, OTHER_PHONE, name="순자").body["user_id"] == guest.user_id
    assert (names_of(session), names_of(later)) == (["이순자"], ["이순자"])


def test_a_phone_of_two_finds_each_by_the_name_that_it_remembers(guest: SessionParticipant, park: User) -> None:
    session = guest.session
    other = sit(session, OTHER_PHONE, name="순자").body
    neighbour = sit(session, OTHER_PHONE, name="박철수", same_person=False).body
    Api(park).post(path(other["participant_id"], "/merge"), {"into": guest.pk})
    Api(park).patch(path(guest.pk), {"name": "이순자 봄동"})
    Api(park).patch(path(neighbour["participant_id"]), {"name": "철수 아저씨"})
    for phone, name, user_id in (
        (OTHER_PHONE, "순자", guest.user_id),
        (OTHER_PHONE, "이순자", guest.user_id),
        (OTHER_PHONE, "박철수", neighbour["user_id"]),
        (OTHER_PHONE, "순자", guest.user_id),
        (PHONE, "이순자", guest.user_id),
    ):
        again = sit(session, phone, name=name)
        assert (again.status, again.body.get("user_id")) == (200, user_id), (phone, name)
    newcomer = sit(session, OTHER_PHONE, name="순자", same_person=False)
    assert newcomer.status == 201, "somebody else who is called so"
    assert sit(session, OTHER_PHONE, name="순자").body["user_id"] == newcomer.body["user_id"]


def test_a_phone_remembers_the_newest_names(guest: SessionParticipant, park: User) -> None:
    for number in range(phones.EARLIER_NAMES + 2):
        Api(park).patch(path(guest.pk), {"name": f"이름{number}"})
    expected = [f"이름{number}" for number in range(1, phones.EARLIER_NAMES + 1)]
    assert GuestPhone.objects.get().earlier_names == expected


def test_what_cannot_be_merged(guest: SessionParticipant, park: User, kim: User) -> None:
    session = guest.session
    other = SessionParticipant.objects.get(pk=sit(session, OTHER_PHONE, name="이순자").body["participant_id"])
    member = classes.seat(session, kim)

    def reason(seat: SessionParticipant, into: int) -> str:
        answer = Api(park).post(path(seat.pk, "/merge"), {"into": into})
        assert (answer.status, answer.code) == (409, "MERGE_REFUSED")
        return str(answer.body["error"]["details"]["reason"])

    assert reason(guest, guest.pk) == "SAME_SEAT"
    assert reason(member, guest.pk) == reason(guest, member.pk) == "NOT_GUESTS"
    assert Api(park).post(path(guest.pk, "/merge"), {"into": 999_999}).status == 404
    for seat in (guest, other):
        SocketLease.objects.create(
            topic=topics.session(session.pk), user_id=seat.user_id, process="p", expires_at=now()
        )
    assert reason(other, guest.pk) == "BOTH_HERE"
    Api(park).delete(path(other.pk))
    assert Api(park).post(path(other.pk, "/merge"), {"into": guest.pk}).status == 200

    elsewhere = classes.open_class(cast.lecture(cast.instructor_choi()))
    third = SessionParticipant.objects.get(
        pk=sit(session, "b13c44298fc1c149afbf4c88", name="박").body["participant_id"]
    )
    SessionParticipant.objects.create(session=elsewhere, user=third.user)
    assert reason(third, guest.pk) == "ELSEWHERE"


def test_who_are_in_two_running_classes_at_once_are_two(guest: SessionParticipant, park: User) -> None:
    session, later = guest.session, classes.open_class(guest.session.lecture)
    other = sit(session, OTHER_PHONE, name="이순자").body
    sit(later, OTHER_PHONE, name="이순자")
    for where, user_id in ((session, guest.user_id), (later, other["user_id"])):
        SocketLease.objects.create(topic=topics.session(where.pk), user_id=user_id, process="p", expires_at=now())
    merge = path(other["participant_id"], "/merge")
    refused = Api(park).post(merge, {"into": guest.pk})
    assert (refused.status, refused.body["error"]["details"]) == (409, {"reason": "BOTH_HERE"})
    classes.start(later)
    classes.end(later)
    assert Api(park).post(merge, {"into": guest.pk}).status == 200


def test_who_changes_seats(guest: SessionParticipant, kim: User) -> None:
    choi = cast.instructor_choi()
    for user, status in ((kim, 403), (choi, 404)):
        api = Api(user)
        answers = [
            api.patch(path(guest.pk), {"name": "봄이"}),
            api.delete(path(guest.pk)),
            api.post(path(guest.pk, "/merge"), {"into": guest.pk}),
            api.get(f"/api/sessions/{guest.session_id}/seats"),
        ]
        assert [answer.status for answer in answers] == [status] * 4
