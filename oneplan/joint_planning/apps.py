from django.apps import AppConfig


class JointPlanningConfig(AppConfig):
    name = "oneplan.joint_planning"
    label = "joint_planning"
