"""The roster of a class, read from the database alone: every process says the same (contract 11.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from mobilegpt.activity.events import Whereabouts
from mobilegpt.activity.page_events import NOTHING_TOLD, PageEvidence, page_evidence
from mobilegpt.activity.selectors import page_reports, whereabouts_in
from mobilegpt.classroom import queries
from mobilegpt.classroom.models import LIVE, LectureSession, SeatStep, SessionParticipant
from mobilegpt.classroom.numbering import same_name_numbers
from mobilegpt.classroom.pace import usual_times
from mobilegpt.classroom.selectors import done_by_step
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.helpdesk.models import ANSWERS_NOTHING, AnswerSource, HelpRequest, HelpResponse, RequestType
from mobilegpt.helpdesk.selectors import USELESS, asked_again
from mobilegpt.roster.people import ClassSettings, Pace, Person, Roster, StandingStep
from mobilegpt.roster.states import GONE, WORST_FIRST, Facts, State, state_of


class OwnRequest(NamedTuple):
    """A call for help that its asker made."""

    id: int
    asked_at: datetime
    answered: bool


def roster_of(session: LectureSession) -> Roster:
    """Six queries, whatever the number of people; one less on a step of which nobody has said what it expects."""
    found = queries.step_of_class(session.pk)
    step = StandingStep(*found) if found is not None else None
    step_id = step.id if step is not None else 0
    mine = SeatStep.objects.filter(
        session_id=OuterRef("session_id"), subtask_id=step_id, user_id=OuterRef("user_id")
    ).order_by()
    seats = (
        SessionParticipant.objects.filter(session_id=session.pk)
        .select_related("user")
        .annotate(received_at=Subquery(mine.values("received_at")), done_at=Subquery(mine.values("done_at")))
        .order_by("id")
    )
    is_over = session.status not in LIVE
    places = whereabouts_in(session, step.id) if step is not None and not is_over else {}
    return Roster(
        session_id=session.pk,
        is_over=is_over,
        settings=ClassSettings(
            title=session.title,
            scheduled_at=session.scheduled_at,
            auto_help=session.auto_help,
            locked=session.locked,
            gate_percent=session.gate_percent,
            break_ends_at=session.break_ends_at,
            completion=session.completion,
        ),
        step=step,
        people=_people(list(seats), step, _requests(session.pk, step_id), places, is_over=is_over),
        done_by_step=done_by_step(session.pk),
        pace=_pace(session, step) if step is not None else None,
    )


class SeatPage(NamedTuple):
    """What a person's page told of the step that the class is on; ``subtask_id`` is null before it stands on one."""

    participant_id: int
    subtask_id: int | None
    evidence: PageEvidence


def page_of_seat(session: LectureSession, participant_id: int) -> SeatPage:
    """Three queries. Raises ``NotFound`` for a seat of another class, and one that was removed."""
    seats = SessionParticipant.objects.filter(session_id=session.pk, removed_at__isnull=True)
    seat = seats.filter(pk=participant_id).first()
    if seat is None:
        raise NotFound("Participant")
    found = queries.step_of_class(session.pk)
    if found is None:
        return SeatPage(seat.pk, None, NOTHING_TOLD)
    step = StandingStep(*found)
    told = page_evidence(page_reports(seat.user_id, max(seat.joined_at, session.started_at or seat.joined_at)), step.id)
    # Of a phone that is gone nobody knows what stands on it.
    return SeatPage(seat.pk, step.id, told if seat.is_present else replace(told, floating=False))


def _pace(session: LectureSession, step: StandingStep) -> Pace | None:
    usual = usual_times(session, step.id)
    return Pace(usual.median_seconds, usual.p75_seconds, usual.people) if usual is not None else None


def _people(
    everybody: Sequence[SessionParticipant],
    step: StandingStep | None,
    requests: Mapping[int, OwnRequest],
    places: Mapping[int, Whereabouts],
    *,
    is_over: bool,
) -> list[Person]:
    """``everybody``: those too that were removed, for the numbers of the others."""
    numbers, moment = same_name_numbers((seat.pk, seat.shown_name) for seat in everybody), now()
    seats = [seat for seat in everybody if seat.removed_at is None]
    received = {seat.user_id for seat in seats if step is not None and _has_received(seat, step)}
    people = []
    for seat in seats:
        request = requests.get(seat.user_id)
        facts = Facts(
            raised_hand=request is not None and not request.answered,
            left=seat.left_at is not None,
            present=seat.is_present,
            waiting=_waiting(seat, step, moment) if not is_over else None,
            received=seat.user_id in received,
            hidden=seat.hidden_since is not None,
            done=seat.done_at is not None,  # type: ignore[attr-defined] # annotated
        )
        state = state_of(facts, others_have_it=bool(received - {seat.user_id}))
        person = _person(seat, state, step, numbers.get(seat.pk), request)
        # Of who has gone nobody knows where they are; who has done the step is nobody to guess about. What a phone
        # that is here tells is known, also when it has not confirmed the step.
        place = None if person.done_at is not None or state in GONE else places.get(seat.user_id)
        people.append(replace(person, whereabouts=place))
    return sorted(people, key=lambda person: (WORST_FIRST.index(person.state), person.since, person.participant_id))


def _has_received(seat: SessionParticipant, step: StandingStep) -> bool:
    """Since the class came to the step for the last time; what is done since then was received."""
    moments: tuple[datetime | None, ...] = (seat.received_at, seat.done_at)  # type: ignore[attr-defined] # annotated
    return any(moment is not None and moment >= step.began_at for moment in moments)


def _waiting(seat: SessionParticipant, step: StandingStep | None, moment: datetime) -> timedelta | None:
    return moment - max(step.began_at, seat.joined_at) if step is not None else None


def _person(
    seat: SessionParticipant,
    state: State,
    step: StandingStep | None,
    number: int | None,
    request: OwnRequest | None,
) -> Person:
    received_at: datetime | None = seat.received_at  # type: ignore[attr-defined] # annotated
    done_at: datetime | None = seat.done_at  # type: ignore[attr-defined] # annotated
    began = max(step.began_at, seat.joined_at) if step is not None else seat.joined_at
    hidden = max(seat.hidden_since or began, received_at or began)
    since = {
        State.HELP: request.asked_at if request is not None else None,
        State.OFFLINE: seat.last_seen_at,
        State.TRYING: hidden,
        State.READING: received_at,
        State.WAITING: seat.joined_at,
        State.DONE: done_at,
        State.LEFT: seat.left_at,
    }
    return Person(
        participant_id=seat.pk,
        user_id=seat.user_id,
        name=seat.shown_name,
        same_name_number=number,
        state=state,
        since=since.get(state) or began,
        is_present=seat.is_present,
        received_at=received_at,
        done_at=done_at,
        help_request_id=request.id if request is not None else None,
        help_answered=request is not None and request.answered,
    )


def _requests(session_id: int, subtask_id: int) -> dict[int, OwnRequest]:
    """By user: the open request that they made themselves on this step."""
    responses = HelpResponse.objects.filter(request_id=OuterRef("pk")).order_by("-id")
    own = (
        HelpRequest.objects.filter(
            session_id=session_id, subtask_id=subtask_id, request_type=RequestType.MANUAL, closed_at__isnull=True
        )
        .annotate(source=Subquery(responses.values("source")[:1]), rating=Subquery(responses.values("rating")[:1]))
        .annotate(again=asked_again())
        .order_by("id")
    )
    rows = own.values_list("user_id", "pk", "created_at", "source", "rating", "again")
    return {
        user_id: OwnRequest(id=key, asked_at=asked_at, answered=_is_answered(source, rating, again=again))
        for user_id, key, asked_at, source, rating, again in rows
    }


def _is_answered(source: str | None, rating: int | None, *, again: bool) -> bool:
    """Words of comfort, and word that the teacher was asked, answer nothing; after an answer on this step that was of
    no help (``again``) only the teacher's own does."""
    if source == AnswerSource.TEACHER:
        return rating is None or rating > USELESS
    return source is not None and source not in ANSWERS_NOTHING and not again
