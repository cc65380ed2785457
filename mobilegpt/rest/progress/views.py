"""R27–R29: progress; rates from 0 to 1 (contract 7.4)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.selectors import lessons_of, live_classes, steps_of
from mobilegpt.progress import selectors, services
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import id_from_query
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.progress import answers, shapes


class Mine(Endpoint):
    guests = True

    @operation(
        "R27",
        "The caller's progress, in one lecture or in all enrolled ones",
        parameters=[OpenApiParameter("lecture_id", int)],
        responses={200: shapes.MyProgress, **error_responses(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Where the calling student stands, and how much is done, in one lecture or in all. Other roles get FORBIDDEN,
        a lecture without enrolment NOT_ENROLLED (403)."""
        lecture_id = id_from_query(request.query_params, "lecture_id")
        live = live_classes(self.actor.user_id)
        mine = selectors.my_lectures(self.actor, lecture_id, lessons_of(live))
        return Response(answers.my_progress(mine, steps_of(live)))


class Update(Endpoint):
    guests = True

    @operation(
        "R28",
        "Say how a step stands",
        request=UpdateProgress,
        responses={200: shapes.UpdatedProgress, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """Puts a step of the calling student into a status and names the step that follows. COMPLETED is final, but
        ``IN_PROGRESS`` takes it back while the class stands on that step. Other roles get FORBIDDEN, a step of a
        lecture without enrolment NOT_ENROLLED, another's ``user_id`` USER_ID_MISMATCH (403)."""
        updated = services.update_progress(actor=self.actor, command=self.body(UpdateProgress))
        return Response(answers.updated_progress(updated))


class OfStudent(Endpoint):
    audited = "read.progress"

    @operation(
        "R29",
        "A student's progress, for the lecture's instructor",
        responses={200: shapes.StudentProgress, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, user_id: int, lecture_id: int) -> Response:
        """Every step of a lecture with a student's status on it. The lecture's instructor and admins may; students get
        FORBIDDEN (403), other instructors, and for who is not enrolled there, NOT_FOUND (404)."""
        user, found = selectors.of_student(
            self.actor, user_id, lecture_id, lambda learner: lessons_of(live_classes(learner))
        )
        return Response(answers.student_progress(user, found))


urlpatterns: list[URLPattern] = [
    *both("api/progress/me", Mine),
    *both("api/progress/update", Update),
    *both("api/progress/users/<int:user_id>/lectures/<int:lecture_id>", OfStudent),
]
