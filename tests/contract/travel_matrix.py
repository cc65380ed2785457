"""Who may do what with lessons that travel: rows of the access matrix (contract 11.11).

``{version}`` is one of the idle lecture's history, which is shared in the library; ``{library_file}`` the address and
the name of a ready lesson's picture.
"""

from __future__ import annotations

from tests.contract.rows import row
from tests.packs.making import packed

_OWN_201, _OWN_200 = (f"401 403 403 403 {status} 403 {status}" for status in (201, 200))
_TEACHERS_201, _TEACHERS_200 = (f"401 403 403 403 {status} {status} {status}" for status in (201, 200))
_OWNER_ALONE = "403 403 403 403"
_PACK = packed()

TRAVEL = (
    row("POST", "/api/tasks/{task}/duplicate", _OWN_201),
    row("POST", "/api/subtasks/{subtask}/duplicate", _OWN_201),
    row("POST", "/api/tasks/{idle_task}/move", _OWN_200, {"lecture_id": "{lecture}"}),
    row("POST", "/api/subtasks/{idle_subtask}/move", _OWN_200, {"task_id": "{task}"}),
    row("GET", "/api/lectures/{idle}/history", _OWN_200),
    row("GET", "/api/lectures/{idle}/history/{version}", _OWN_200),
    row("POST", "/api/lectures/{idle}/history/{version}/restore", _OWN_200, {}),
    row("GET", "/api/lectures/{idle}/export", _OWN_200),
    row("POST", "/api/lectures/import", _TEACHERS_201, upload=_PACK),
    row("GET", "/api/lectures/{lecture}/share", _OWN_200, colleagues=_OWNER_ALONE),
    row("POST", "/api/lectures/{lecture}/share", _OWN_200, colleagues=_OWNER_ALONE),
    row("DELETE", "/api/lectures/{idle}/share", _OWN_200, colleagues=_OWNER_ALONE),
    row("GET", "/api/library", _TEACHERS_200),
    row("GET", "/api/library/lecture-{idle}", _TEACHERS_200),
    row("POST", "/api/library/lecture-{idle}/copy", _TEACHERS_201),
    row("GET", "/media/library/{library_file}", "200 200 200 200 200 200 200", note="by its address"),
)
