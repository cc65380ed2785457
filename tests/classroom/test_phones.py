"""One phone, one person, over the classes of one instructor (contract 11.4)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import GuestPhone, LectureSession, SessionParticipant
from tests import cast, classes
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
PHONE = "f3b0c44298fc1c149afbf4c8"
OTHER_PHONE = "a03c44298fc1c149afbf4c88"


@pytest.fixture
def later(session: LectureSession) -> LectureSession:
    """Another class of the same instructor, on another lecture."""
    return classes.open_class(cast.lecture(session.lecture.instructor, title="사진 보내기"))


@pytest.fixture
def elsewhere() -> LectureSession:
    """A class of somebody else."""
    return classes.open_class(cast.lecture(cast.instructor_choi()))


def sit(session: LectureSession, device_id: str = PHONE, **body: Any) -> Answer:
    return Api().post(f"/api/sessions/{session.code}/guest", {"device_id": device_id, **body})


def seated(answer: Answer) -> tuple[int, int]:
    assert answer.status in (200, 201), answer.body
    return answer.status, answer.body["user_id"]


def test_a_phone_asks_who_it_is_before_anything_is_made(
    session: LectureSession, later: LectureSession, elsewhere: LectureSession
) -> None:
    assert sit(later).body == {"known": False, "name": None}
    sit(session, name="김영자")
    before = (User.objects.count(), SessionParticipant.objects.count())
    assert sit(later).body == {"known": True, "name": "김영자"}
    assert sit(session).body == {"known": True, "name": "김영자"}
    assert sit(later, "test").body == sit(later, OTHER_PHONE).body == {"known": False, "name": None}
    assert sit(elsewhere).body == {"known": False, "name": None}, "another instructor's people"
    assert (User.objects.count(), SessionParticipant.objects.count()) == before


def test_asking_is_counted_by_phones_that_nobody_knows(session: LectureSession, settings: Any) -> None:
    settings.GUEST_SEATS_PER_ADDRESS = 3
    sit(session, name="김영자")
    told = [sit(session, f"nobody-knows-this-phone-{number}").status for number in range(4)]
    assert told == [200, 200, 200, 429]
    assert [sit(session).status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    ("body", "same"),
    [
        ({"name": "김영자"}, True),
        ({"name": "\u200b 김영자  "}, True),
        ({"same_person": True}, True),
        ({"same_person": True, "name": "영자"}, True),
        ({"name": "이순자"}, False),
        ({"name": "김영자", "same_person": False}, False),
    ],
)
def test_the_same_name_or_a_word_takes_the_account(
    body: dict[str, Any], same: bool, session: LectureSession, later: LectureSession
) -> None:
    _, first = seated(sit(session, name="김영자"))
    status, second = seated(sit(later, **body))
    assert (status, second == first) == (201, same)
    assert SessionParticipant.objects.filter(session=later).count() == 1
    assert seated(sit(later, **body)) == (200, second), "the same request again"


def test_with_another_instructor_the_same_name_is_somebody_new(
    session: LectureSession, elsewhere: LectureSession
) -> None:
    assert seated(sit(session, name="김영자"))[1] != seated(sit(elsewhere, name="김영자"))[1]


def test_nobody_is_the_same_on_a_phone_that_nobody_knows(session: LectureSession) -> None:
    refused = sit(session, same_person=True)
    assert (refused.status, refused.code) == (400, "INVALID_REQUEST")
    assert not User.objects.filter(is_guest=True).exists()


def test_a_login_of_either_class_opens_both(session: LectureSession, later: LectureSession) -> None:
    first = Api(token=sit(session, name="김영자").body["access_token"])
    assert first.get(f"/api/sessions/{later.pk}/current").code == "GUEST_NOT_ALLOWED"
    second = Api(token=sit(later, same_person=True).body["access_token"])
    classes.start(session)
    classes.end(session)
    for token in (first, second):
        assert token.get(f"/api/sessions/{session.pk}/current").body["status"] == "REVIEW_MODE"
        assert token.get(f"/api/sessions/{later.pk}/current").body["my_status"] == "WAITING"
        assert token.get(f"/api/lectures/{session.lecture_id}").status == 200
        assert token.get(f"/api/lectures/{later.lecture_id}").status == 200
        rooms = token.get("/api/v1/chat/rooms").body["data"]
        assert len(rooms) == 2
        for step in (classes.steps(session.lecture)[0], classes.steps(later.lecture)[0]):
            assert token.post("/api/logs/activity", {"event_type": "CLICK", "subtask_id": step.pk}).status == 201


def test_two_people_share_a_phone_in_one_class(session: LectureSession, later: LectureSession) -> None:
    _, first = seated(sit(session, name="김영자"))
    status, second = seated(sit(session, name="박철수", same_person=False))
    assert (status, second == first) == (201, False)
    assert seated(sit(session, name="김영자")) == (200, first), "found by name"
    assert seated(sit(session, name="박철수")) == (200, second)
    assert seated(sit(session, name="다른말")) == (200, second), "who came last on this phone"
    assert seated(sit(later, name="김영자"))[1] == first
    assert seated(sit(later, name="박철수"))[1] == second


def test_a_phone_gets_five_other_people_in_a_class(session: LectureSession) -> None:
    sit(session, name="김영자")
    names = [f"이웃{number}" for number in range(6)]
    answers = [sit(session, name=name, same_person=False) for name in names]
    assert [answer.status for answer in answers] == [201] * 5 + [409]
    assert answers[-1].code == "DEVICE_SEATS_TAKEN"


def test_one_person_with_two_phones_has_one_seat(session: LectureSession, later: LectureSession) -> None:
    _, user_id = seated(sit(session, name="김영자"))
    other = sit(session, OTHER_PHONE, name="김영자")
    assert other.body["user_id"] != user_id, "another phone is another person until somebody says so"
    device = SessionParticipant.objects.get(pk=other.body["participant_id"]).device_hash
    assert device is not None
    GuestPhone.objects.create(user_id=user_id, device_hash=device)
    SessionParticipant.objects.filter(pk=other.body["participant_id"]).delete()
    assert seated(sit(later, OTHER_PHONE, name="김영자")) == (201, user_id)
    assert seated(sit(later, PHONE, name="김영자")) == (200, user_id)
    assert seated(sit(later, PHONE, same_person=True)) == (200, user_id)
    assert SessionParticipant.objects.filter(user_id=user_id).count() == 2


def test_a_class_that_is_over_takes_no_known_phone_either(session: LectureSession, later: LectureSession) -> None:
    sit(session, name="김영자")
    classes.start(later)
    classes.end(later)
    assert sit(later, same_person=True).code == "SESSION_OVER"


# --- names that are told apart


def test_a_newcomer_of_the_same_name_is_asked_for_one_more_word_where_the_instructor_wants_it(
    session: LectureSession, park: User
) -> None:
    sit(session, name="이순자")
    assert sit(session, OTHER_PHONE, name="이순자").status == 201, "nobody asked for it"
    Api(park).patch(f"/api/sessions/{session.pk}", {"distinct_names": True})
    phone = "b13c44298fc1c149afbf4c88"
    refused = sit(session, phone, name=" 이순자 ")
    assert (refused.status, refused.code) == (409, "NAME_IN_CLASS")
    assert sit(session, phone, name="이순자 봄동").status == 201
    assert sit(session, name="이순자").status == 200, "who sits there comes back"


# --- the preview


def test_the_code_tells_what_class_it_opens_and_nothing_of_people(session: LectureSession, park: User) -> None:
    sit(session, name="김영자")
    answer = Api().get(f"/api/sessions/{session.code.lower()}/preview")
    assert answer.body == {
        "session_code": session.code,
        "title": "오전반",
        "status": "WAITING",
        "locked": False,
        "lecture_title": session.lecture.title,
        "instructor_name": "박강사",
    }
    classes.start(session)
    assert Api().get(f"/api/sessions/{session.code}/preview").body["status"] == "IN_PROGRESS"
    classes.end(session)
    assert Api().get(f"/api/sessions/{session.code}/preview").body["status"] == "REVIEW_MODE"
    LectureSession.objects.update(status="ENDED")
    assert Api().get(f"/api/sessions/{session.code}/preview").status == 404
    assert Api(park).get(f"/api/sessions/{session.pk}/preview").status == 404, "an id is no code"


def test_wrong_codes_are_counted_with_those_of_the_other_doors(session: LectureSession) -> None:
    told = [Api().get("/api/sessions/WRONG2/preview").status for _ in range(61)]
    assert told == [404] * 60 + [429]
    assert sit(session, name="김영자").status == 429
