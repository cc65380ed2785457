from django.db import migrations

_TASK = ("id", "lecture_id", "title", "description", "order_index")
_STEP = (
    "id", "task_id", "title", "order_index", "target_action", "guide_text", "voice_guide_text", "description",
    "target_element_hint",
)  # fmt: skip


def keep_what_is_left(apps, schema_editor):
    """What earlier classes were taught nobody wrote down: they keep their lectures as they are at this moment."""
    session_model = apps.get_model("classroom", "LectureSession")
    taught = session_model.objects.exclude(status="WAITING").filter(lecture_version__isnull=True).order_by()
    lectures = apps.get_model("lectures", "Lecture").objects.filter(pk__in=taught.values("lecture_id")).order_by("pk")
    revision_model = apps.get_model("lectures", "LectureRevision")
    for lecture in lectures.iterator(chunk_size=200):
        content = {"title": lecture.title, "description": lecture.description, "tasks": _tasks(apps, lecture.pk)}
        revision_model.objects.bulk_create(
            [revision_model(lecture_id=lecture.pk, version=lecture.version, content=content)], ignore_conflicts=True
        )
        taught.filter(lecture_id=lecture.pk).update(lecture_version=lecture.version)


def _tasks(apps, lecture_id):
    steps = {}
    rows = apps.get_model("lectures", "Subtask").objects.filter(task__lecture_id=lecture_id, deleted_at__isnull=True)
    for step in rows.order_by("order_index", "id").values(*_STEP):
        steps.setdefault(step["task_id"], []).append(step)
    found, position = [], 0
    rows = apps.get_model("lectures", "Task").objects.filter(lecture_id=lecture_id, deleted_at__isnull=True)
    for task in rows.order_by("order_index", "id").values(*_TASK):
        task["subtasks"] = steps.get(task["id"], [])
        for step in task["subtasks"]:
            position += 1
            step["position"] = position
        found.append(task)
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0005_steps_of_earlier_classes"),
        ("lectures", "0004_revisions_and_colleagues"),
    ]

    operations = [migrations.RunPython(keep_what_is_left, migrations.RunPython.noop)]
