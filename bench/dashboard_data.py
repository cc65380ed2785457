"""A school for the dashboard's measurements, written by the database itself: lectures of 200 students and 20 steps.

Each student is in two lectures and has 12 to 20 steps completed, so a lecture has some 3,300 rows of progress; 300
lectures have 30,000 students and a million rows. Rows are in random order on the disk, as a school would write them.
Lecture ``BIG`` has 1,000 students of its own.
"""

from __future__ import annotations

from django.db import connection

STEPS = 20
STUDENTS = 200
BIG = 1_000_000
BIG_STUDENTS = 1_000
TEACHERS = 30

_PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, email, name, nickname, role, digital_level, is_guest, is_active,
                           is_staff, created_at, profile_picture)
SELECT n, '!', false, 'user' || n || '@example.com', '학생' || n, '학생' || n, %s, 'BEGINNER', false, true, false,
       now() - interval '60 days', ''
FROM generate_series(%s::int, %s::int) n
"""
_LECTURES = """
INSERT INTO lectures_lecture (id, instructor_id, title, description, is_active, version, created_at, updated_at)
SELECT n, 1 + n %% %s, '스마트폰 강의 ' || n, '천천히 배워요', true, 1, now() - interval '60 days', now()
FROM generate_series(%s::int, %s::int) n
"""
_TASKS = """
INSERT INTO lectures_task (id, lecture_id, title, description, order_index)
SELECT l * 4 + t, l, '과제 ' || t, '', t FROM generate_series(%s::int, %s::int) l, generate_series(1, 4) t
"""
_SUBTASKS = """
INSERT INTO lectures_subtask (id, task_id, title, description, order_index, guide_text, voice_guide_text)
SELECT l * 20 + s, l * 4 + 1 + (s - 1) / 5, '단계 ' || s, '', (s - 1) %% 5 + 1, '화면을 눌러주세요', '화면을 눌러주세요'
FROM generate_series(%s::int, %s::int) l, generate_series(1, 20) s
"""
_ENROLLMENTS = """
INSERT INTO lectures_enrollment (user_id, lecture_id, enrolled_at)
SELECT %s + ((l - %s) * 100 + s) %% %s, l, now() - interval '40 days'
FROM generate_series(%s::int, %s::int) l, generate_series(0, %s - 1) s
"""
_PROGRESS = """
INSERT INTO progress_subtaskprogress (user_id, subtask_id, status, started_at, completed_at, updated_at)
SELECT user_id, subtask_id, CASE WHEN s <= done THEN 'COMPLETED' ELSE 'IN_PROGRESS' END, at - interval '3 minutes',
       CASE WHEN s <= done THEN at END, at
FROM (SELECT e.user_id, e.lecture_id * 20 + s AS subtask_id, s, done,
             now() - interval '30 days' + s * interval '1 day' + (e.user_id %% 1000) * interval '30 seconds' AS at
      FROM (SELECT user_id, lecture_id, 12 + abs(hashint8(user_id * 31 + lecture_id)) %% 9 AS done
            FROM lectures_enrollment WHERE lecture_id BETWEEN %s AND %s) e,
           generate_series(1, 20) s
      WHERE s <= done + 1) rows
ORDER BY random()
"""
_SESSIONS = """
INSERT INTO classroom_lecturesession (id, lecture_id, code, title, status, current_subtask_id, instructor_message,
                                      started_at, created_at)
SELECT l * 3 + n, l, 'A' || to_hex(l * 3 + n), '오전반',
       CASE WHEN n = 2 AND l %% 3 = 0 THEN 'IN_PROGRESS' ELSE 'ENDED' END,
       l * 20 + 14, '', now() - interval '1 hour', now() - interval '10 days'
FROM generate_series(%s::int, %s::int) l, generate_series(0, 2) n
"""
_SEATS = """
INSERT INTO classroom_sessionparticipant (session_id, user_id, status, is_present, joined_at, last_seen_at)
SELECT e.lecture_id * 3 + n, e.user_id, 'ACTIVE', n = 2, now() - (3 - n) * interval '5 days',
       now() - (3 - n) * interval '1 hour'
FROM lectures_enrollment e, generate_series(0, 2) n
WHERE e.lecture_id BETWEEN %s AND %s AND (e.user_id + n) %% 3 > 0
ORDER BY random()
"""
_HELP = """
INSERT INTO helpdesk_helprequest (user_id, subtask_id, lecture_id, request_type, priority, status, context_data,
                                  stuck_seconds, created_at, closed_at)
SELECT user_id, lecture_id * 20 + 1 + user_id %% 20, lecture_id, 'MANUAL', 'NORMAL', 'RESOLVED', '{}',
       user_id %% 240, at, CASE WHEN user_id %% 10 > 0 THEN at + interval '2 minutes' END
FROM (SELECT user_id, lecture_id, now() - (user_id %% 30) * interval '1 day' AS at
      FROM lectures_enrollment WHERE lecture_id BETWEEN %s AND %s AND user_id %% 2 = 0) asked
ORDER BY random()
"""
_LOGS = """
INSERT INTO activity_activitylog (user_id, event_type, event_data, screen_info, received_at, event_id)
SELECT user_id, 'CLICK', '{}', '{}', now() - n * interval '7 minutes', gen_random_uuid()
FROM (SELECT DISTINCT user_id FROM lectures_enrollment WHERE lecture_id BETWEEN %s AND %s) e, generate_series(1, 10) n
ORDER BY random()
"""
_BY_LECTURE = (_PROGRESS, _SESSIONS, _SEATS, _HELP, _LOGS)


def hire() -> None:
    """The teachers; each has ten of the 300 lectures."""
    _run(_PEOPLE, "INSTRUCTOR", 1, TEACHERS)


def open_the_big_lecture() -> None:
    """``BIG``, with a thousand students who are nowhere else."""
    first = 1_000_001
    _run(_PEOPLE, "STUDENT", first, first + BIG_STUDENTS - 1)
    _lectures(BIG, BIG)
    _run(_ENROLLMENTS, first, BIG, BIG_STUDENTS, BIG, BIG, BIG_STUDENTS)
    _lives(BIG, BIG)


def grow(first: int, last: int) -> None:
    """Lectures ``first`` to ``last`` with 100 new students for each."""
    students, number = 1_000 + first * 100, (last - first + 1) * 100
    _run(_PEOPLE, "STUDENT", students, students + number - 1)
    _lectures(first, last)
    _run(_ENROLLMENTS, students, first, max(number, STUDENTS), first, last, min(number, STUDENTS))
    _lives(first, last)
    _run("VACUUM ANALYZE")  # as autovacuum would have done by then


def _lectures(first: int, last: int) -> None:
    _run(_LECTURES, TEACHERS, first, last)
    _run(_TASKS, first, last)
    _run(_SUBTASKS, first, last)


def _lives(first: int, last: int) -> None:
    for statement in _BY_LECTURE:
        _run(statement, first, last)


def teacher_of(lecture: int) -> int:
    return 1 + lecture % TEACHERS


def _run(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a million rows take longer than any request may
        cursor.execute(statement, parameters)
        cursor.execute("RESET statement_timeout")


def rows() -> dict[str, int]:
    """How much there is now."""
    tables = {
        "lectures": "lectures_lecture",
        "students": "accounts_user",
        "enrollments": "lectures_enrollment",
        "progress rows": "progress_subtaskprogress",
        "help requests": "helpdesk_helprequest",
        "log rows": "activity_activitylog",
    }
    counted = {}
    with connection.cursor() as cursor:
        for name, table in tables.items():
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            counted[name] = int(cursor.fetchone()[0])
    return counted
