"""The direction of the apps binds foreign keys too, which may be strings that no import contract sees."""

from django.apps import apps

RANK = {"staff": 0, "complaints": 1, "intake": 2, "escalation": 2, "analytics": 3}


def test_foreign_keys_point_downwards_only() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in RANK
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and not isinstance(field.related_model, str | None)
        if not _may_point(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert not wrong


def _may_point(source: str, target: str) -> bool:
    return target not in RANK or source == target or RANK[source] > RANK[target]
