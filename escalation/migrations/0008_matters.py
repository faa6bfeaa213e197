"""What has a time limit is called a matter from now on: not only steps have one."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0007_information_rights'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='deadline', name='deadline_step_known'),
        migrations.RemoveConstraint(model_name='deadlinepolicy', name='policy_step_known'),
        migrations.RemoveConstraint(model_name='deadlinepolicy', name='policy_days_sane'),
        migrations.RenameField(model_name='deadline', old_name='step', new_name='matter'),
        migrations.RenameField(model_name='deadlinepolicy', old_name='step', new_name='matter'),
        migrations.RenameField(model_name='deadlinepolicy', old_name='days', new_name='amount'),
        migrations.RenameField(model_name='deadlinepolicy', old_name='note', new_name='source'),
        migrations.RenameField(model_name='historicaldeadlinepolicy', old_name='step', new_name='matter'),
        migrations.RenameField(model_name='historicaldeadlinepolicy', old_name='days', new_name='amount'),
        migrations.RenameField(model_name='historicaldeadlinepolicy', old_name='note', new_name='source'),
    ]
