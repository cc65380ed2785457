from django.db import migrations

# Until now every enrolment opened the classes of its lecture; those that came with a seat still do (contract 6.4).
OPEN = """
UPDATE lectures_enrollment SET opens_classes = TRUE
WHERE EXISTS (
    SELECT 1 FROM classroom_sessionparticipant seat
    JOIN classroom_lecturesession session ON session.id = seat.session_id
    WHERE seat.user_id = lectures_enrollment.user_id AND session.lecture_id = lectures_enrollment.lecture_id
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('classroom', '0002_leaner_indexes'),
        ('lectures', '0003_opens_classes'),
    ]

    operations = [migrations.RunSQL(OPEN, migrations.RunSQL.noop)]
