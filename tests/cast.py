"""The named cast of every test: 박강사 teaches, 김학생 and 이학생 learn, 최강사 is somebody else's teacher.

Each function makes its person (or lecture) in the database; call it once per test.
"""

from __future__ import annotations

from typing import Any

from mobilegpt.accounts.models import Role, User
from mobilegpt.accounts.tokens import actor_from_user, actors_from_access_tokens, issue_tokens
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Unauthenticated
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task

PASSWORD = "securePassword123"

_TITLES = (
    "카카오톡 앱 열기",
    "친구 선택하기",
    "메시지 입력하기",
    "보내기 누르기",
    "사진 고르기",
    "사진 보내기",
)


def person(email: str, name: str, role: Role = Role.STUDENT, **fields: Any) -> User:
    return User.objects.create_user(email, PASSWORD, name=name, nickname=name, role=role, **fields)


def instructor_park() -> User:
    return person("instructor@example.com", "박강사", Role.INSTRUCTOR)


def instructor_choi() -> User:
    """An instructor who does not own 박강사's lectures."""
    return person("other.instructor@example.com", "최강사", Role.INSTRUCTOR)


def student_kim() -> User:
    return person("student1@example.com", "김학생", age=65)


def student_lee() -> User:
    return person("student2@example.com", "이학생", age=71)


def admin_han() -> User:
    return person("admin@example.com", "한관리", Role.ADMIN, is_staff=True, is_superuser=True)


def change_password(user: User) -> None:
    user.set_password("another password 9")
    user.save()


def deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def caller(token: str) -> Actor:
    """Whoever shows this access token. Raises what is wrong with it."""
    (found,) = actors_from_access_tokens([token])
    if isinstance(found, Unauthenticated):
        raise found
    return found


def students(count: int) -> list[User]:
    """A class: students without a password, made in one query."""
    return User.objects.bulk_create(
        User(email=f"class{number}@example.com", name=f"학생{number}", nickname=f"학생{number}", password="!")
        for number in range(1, count + 1)
    )


def lecture(instructor: User, shape: tuple[int, ...] = (2, 1), title: str = "카카오톡 기초") -> Lecture:
    """A lecture with one task per number in ``shape``, each with that many subtasks; 3 steps in 2 tasks by default."""
    made = Lecture.objects.create(instructor=instructor, title=title, description="카카오톡 사용법을 배웁니다")
    for index, steps in enumerate(shape, start=1):
        task = Task.objects.create(lecture=made, title=f"과제 {index}", order_index=index)
        Subtask.objects.bulk_create(subtask_row(task, number) for number in range(1, steps + 1))
    return made


def subtask_row(task: Task, number: int) -> Subtask:
    """An unsaved step."""
    title = _TITLES[(number - 1) % len(_TITLES)]
    return Subtask(
        task=task,
        title=title,
        order_index=number,
        target_action="CLICK",
        target_element_hint="com.kakao.talk",
        guide_text=f"{title}: 화면을 눌러주세요",
        voice_guide_text=f"{title}: 화면을 눌러주세요",
    )


def enroll(lecture: Lecture, *users: User) -> None:
    Enrollment.objects.bulk_create(Enrollment(user=user, lecture=lecture) for user in users)


def actor(user: User) -> Actor:
    """The caller that a surface would make of this account."""
    return actor_from_user(user)


def access_token(user: User) -> str:
    return issue_tokens(user).access


def bearer(user: User) -> dict[str, str]:
    """Headers for Django's test client: ``client.get(path, headers=bearer(user))``."""
    return {"Authorization": f"Bearer {access_token(user)}"}
