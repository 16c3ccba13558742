"""The national lists of priorities that come with OnePlan become source plans with items, as they stood on this day."""

import datetime

from django.db import migrations

# code, kind, title, reference, in force from, until; then ref, title and how sure its wording is, item by item
LISTS = [
    (
        'ndp-2030', 'ndp', 'National Development Plan 2030',
        'National Development Plan 2030 (National Planning Commission, 2012), its thirteen chapters of '
        'objectives; chapter titles from general knowledge, to be checked against the printed plan',
        None, datetime.date(2031, 1, 1),
        [
            ('ndp-3', 'Economy and employment', 'unverified'),
            ('ndp-4', 'Economic infrastructure', 'unverified'),
            ('ndp-5', 'Environmental sustainability and resilience', 'unverified'),
            ('ndp-6', 'Inclusive rural economy', 'unverified'),
            ('ndp-7', 'South Africa in the region and the world', 'unverified'),
            ('ndp-8', 'Transforming human settlements', 'unverified'),
            ('ndp-9', 'Improving education, training and innovation', 'unverified'),
            ('ndp-10', 'Health care for all', 'unverified'),
            ('ndp-11', 'Social protection', 'unverified'),
            ('ndp-12', 'Building safer communities', 'unverified'),
            ('ndp-13', 'Building a capable and developmental state', 'unverified'),
            ('ndp-14', 'Fighting corruption', 'unverified'),
            ('ndp-15', 'Nation building and social cohesion', 'unverified'),
        ],
    ),
    (
        'mtsf-2019', 'medium_term', 'Medium-Term Strategic Framework 2019–2024',
        "Medium-Term Strategic Framework 2019-2024, seven priorities; 2 to 4 as in DPME's annual performance "
        'plan 2019/20 and eQPRS rows, the others from general knowledge; its dates are the financial years it '
        'covers',
        datetime.date(2019, 4, 1), datetime.date(2024, 4, 1),
        [
            ('mtsf-1', 'A capable, ethical and developmental state', 'unverified'),
            ('mtsf-2', 'Economic transformation and job creation', 'source'),
            ('mtsf-3', 'Education, skills and health', 'source'),
            ('mtsf-4', 'Consolidating the social wage through reliable and quality basic services', 'source'),
            ('mtsf-5', 'Spatial integration, human settlements and local government', 'unverified'),
            ('mtsf-6', 'Social cohesion and safe communities', 'unverified'),
            ('mtsf-7', 'A better Africa and world', 'unverified'),
        ],
    ),
    (
        'mtdp-2024', 'medium_term', 'Medium-Term Development Plan 2024–2029',
        'Medium-Term Development Plan 2024-2029 (Cabinet, February 2025; published March 2025), three '
        'strategic priorities; its dates are the financial years it covers',
        datetime.date(2024, 4, 1), datetime.date(2029, 4, 1),
        [
            ('mtdp-1', 'Inclusive growth and job creation', 'source'),
            ('mtdp-2', 'Reduce poverty and tackle the high cost of living', 'source'),
            ('mtdp-3', 'A capable, ethical and developmental state', 'source'),
        ],
    ),
]


def write(apps, _schema_editor):
    source_plan = apps.get_model("source_plans", "SourcePlan")
    plan_item = apps.get_model("source_plans", "PlanItem")
    for code, kind, title, reference, valid_from, valid_to, items in LISTS:
        plan = source_plan.objects.create(
            code=code, kind=kind, title=title, reference=reference, valid_from=valid_from, valid_to=valid_to,
            is_shipped=True, registered_at=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC),
        )  # fmt: skip
        plan_item.objects.bulk_create(
            plan_item(
                plan=plan, ref=ref, kind="priority", position=position, title=label, standing=standing,
                search_text=f"{ref} {label}".casefold(),
            )
            for position, (ref, label, standing) in enumerate(items, start=1)
        )  # fmt: skip


def remove(apps, _schema_editor):
    apps.get_model("source_plans", "PlanItem").objects.filter(plan__is_shipped=True).delete()
    apps.get_model("source_plans", "SourcePlan").objects.filter(is_shipped=True).delete()


class Migration(migrations.Migration):
    dependencies = [("source_plans", "0001_source_plans")]

    operations = [migrations.RunPython(write, remove)]
