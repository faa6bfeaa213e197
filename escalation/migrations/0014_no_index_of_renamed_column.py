from django.db import migrations


class Migration(migrations.Migration):
    """Of the index for patterns a column had before it was renamed Django keeps nothing in mind, and left it behind."""

    dependencies = [("escalation", "0013_due_list")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX IF EXISTS escalation_deadlinepolicy_step_a981f9a7_like",
            migrations.RunSQL.noop,
        )
    ]
