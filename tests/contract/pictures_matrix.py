"""Who may do what with pictures of lessons, and with what their steps expect: rows of the access matrix
(contract 11.11, 11.16).

``{pictured}`` is a step with a picture that expects something, ``{lesson_file}`` the name of that picture, ``{upload}``
the token of an upload link to the lecture and ``{upload_link}`` its number.
"""

from __future__ import annotations

from tests.contract.rows import row
from tests.pictures import picture

_PICTURE = picture()
_OWN_201, _OWN_200, _OWN_204 = (f"401 403 403 403 {status} 403 {status}" for status in (201, 200, 204))
_LINK = "/api/lectures/{lecture}/upload-links/{upload_link}"
_EXPECTED = {"expectation": {"action": "TAP", "source": "teacher", "target": {"labels": ["전송"]}}}
_MARKS = {"marks": [{"kind": "tap", "x": 0.5, "y": 0.5}]}

PICTURES = (
    row("GET", "/media/lessons/{lesson_file}", "200 200 200 200 200 200 200", note="by its address"),
    row("POST", "/api/subtasks/{subtask}/image", _OWN_201, upload=_PICTURE),
    row("POST", "/api/subtasks/{subtask}/image", _OWN_201, {"from_subtask": "{pictured}"}, note="a copy"),
    row("PATCH", "/api/subtasks/{pictured}/image", _OWN_200, _MARKS),
    row("DELETE", "/api/subtasks/{pictured}/image", _OWN_204),
    row("GET", "/api/subtasks/{pictured}/expectation", _OWN_200),
    row("PUT", "/api/subtasks/{subtask}/expectation", _OWN_200, _EXPECTED),
    row("DELETE", "/api/subtasks/{pictured}/expectation", _OWN_204),
    row("POST", "/api/lectures/{lecture}/image", _OWN_201, upload=_PICTURE),
    row("POST", "/api/lectures/{lecture}/pictures", _OWN_201, upload=_PICTURE),
    row("POST", "/api/lectures/{lecture}/upload-links", _OWN_201, {}),
    row("GET", _LINK, _OWN_200),
    row("DELETE", _LINK, _OWN_204),
    row("GET", "/api/upload-links/{upload}", "200 200 200 200 200 200 200", note="by its token"),
    row(
        "POST",
        "/api/upload-links/{upload}/pictures",
        "201 201 201 201 201 201 201",
        {"phone": "a-random-word-of-one-phone"},
        note="by its token",
        upload=_PICTURE,
    ),
)
