from django.db import migrations

# Progress knows no classes: what somebody completed while a class was held that they had a seat in was done there.
FILL = """
INSERT INTO classroom_seatstep (session_id, subtask_id, user_id, received_at, done_at)
SELECT class.id, done.subtask_id, seat.user_id, NULL, done.completed_at
FROM classroom_lecturesession class
JOIN classroom_sessionparticipant seat ON seat.session_id = class.id
JOIN progress_subtaskprogress done ON done.user_id = seat.user_id
JOIN lectures_subtask step ON step.id = done.subtask_id
JOIN lectures_task part ON part.id = step.task_id
WHERE part.lecture_id = class.lecture_id
  AND class.started_at IS NOT NULL
  AND done.completed_at >= class.started_at
  AND (class.ended_at IS NULL OR done.completed_at <= class.ended_at)
ON CONFLICT (session_id, subtask_id, user_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0004_steps_and_presence"),
        ("lectures", "0004_revisions_and_colleagues"),
        ("progress", "0003_leaner_indexes"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
