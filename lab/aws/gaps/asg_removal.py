"""What happens when an instance leaves its Auto Scaling group, and that it can be read afterwards.

AWS: the group takes the instance out of its target groups whenever it leaves (scaled in, detached, terminated through
EC2 or through the group), replaces it up to the desired capacity, and lists every start, detachment and termination in
DescribeScalingActivities, newest first; a replacement that cannot be started is a Failed activity there and nobody
else's error, with the reason as its status message, and is tried again; terminating an instance of no group is a ValidationError.
moto: leaves it in the target groups unless EC2's TerminateInstances ended it, has no activities, fails the call that ended
an instance when its replacement cannot be started, and fails with an internal error for an instance of no group.
kops: with a network load balancer for the API, `rolling-update` expects replaced control-plane nodes to be gone from it;
`kops delete cluster` deletes launch templates and instances before groups; the activities are what a person looks at when
a replacement does not come.
"""

from moto.autoscaling import models, responses
from moto.autoscaling.exceptions import ValidationError
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

# AWS keeps six weeks of activities; a lab does not live that long.
KEPT = 500
RETRY_SECONDS = 10


def apply() -> None:
    models.FakeAutoScalingGroup.instance_states = property(lambda self: self.lab_states, _replace_states)
    start = models.FakeAutoScalingGroup.replace_autoscaling_group_instances

    def start_and_record(self, count_needed, propagated_tags):
        before = list(self.instance_states)
        try:
            start(self, count_needed, propagated_tags)
        except ServiceException as error:
            self.lab_failed_at = utcnow()
            _record(self, "Launching a new EC2 instance", f"it could not be started: {error}", "Failed", str(error.message))
        else:
            self.lab_failed_at = None
        for state in self.instance_states:
            if state not in before:
                cause = "to raise the capacity to the desired one"
                _record(self, f"Launching a new EC2 instance: {state.instance.id}", cause)

    models.FakeAutoScalingGroup.replace_autoscaling_group_instances = start_and_record
    models.AutoScalingBackend.terminate_instance = terminate_instance
    describe = models.AutoScalingBackend.describe_auto_scaling_groups

    def retry_and_describe(self, *args, **kwargs):
        for group in self.autoscaling_groups.values():
            _retry(group)
        return describe(self, *args, **kwargs)

    models.AutoScalingBackend.describe_auto_scaling_groups = retry_and_describe
    responses.AutoScalingResponse.describe_scaling_activities = describe_scaling_activities


def _retry(group) -> None:
    """Launches again what could not be launched; moto has no clock of its own, so it happens when someone looks."""
    failed_at = getattr(group, "lab_failed_at", None)
    if failed_at is None or (utcnow() - failed_at).total_seconds() < RETRY_SECONDS:
        return
    missing = group.desired_capacity - len(group.instance_states)
    group.lab_failed_at = None
    if missing > 0:
        group.replace_autoscaling_group_instances(missing, group.get_propagated_tags())


def _replace_states(self, states) -> None:
    """Sees every way in which moto removes instances: all of them assign the list anew."""
    gone = [state.instance for state in getattr(self, "lab_states", []) if state not in states]
    self.lab_states = states
    for instance in gone:
        word = "Terminating" if instance.state == "terminated" else "Detaching"
        _record(self, f"{word} EC2 instance: {instance.id}", "in response to a user request or a change of capacity")
    if gone:
        ids = [instance.id for instance in gone]
        for arn in self.target_group_arns or []:
            target_group = self.autoscaling_backend.elbv2_backend.target_groups.get(arn)
            if target_group:
                target_group.deregister_terminated_instances(ids)


def _record(group, description: str, why: str, status: str = "Successful", message: str | None = None) -> None:
    activity = models.Activity(description, f"At {utcnow():%Y-%m-%dT%H:%M:%SZ}, {why}.", group, status_code=status)
    activity.progress = 100
    activity.status_message = message
    activity.details = "{}"
    activities = group.autoscaling_backend.__dict__.setdefault("lab_activities", [])
    activities.insert(0, activity)
    del activities[KEPT:]


def terminate_instance(self, instance_id: str, should_decrement: bool):
    states = [state for group in self.autoscaling_groups.values() for state in group.instance_states]
    state = next((state for state in states if state.instance.id == instance_id), None)
    if state is None:
        raise ValidationError(f"Instance Id not found - No managed instance found for instance ID: {instance_id}")
    group = state.auto_scaling_group
    original = group.desired_capacity
    self.ec2_backend.terminate_instances([instance_id])
    group.instance_states = [other for other in group.instance_states if other is not state]
    group.set_desired_capacity(original - 1 if should_decrement else original)
    return models.TerminateInstanceActivity(state.instance, original)


def describe_scaling_activities(self) -> ActionResult:
    group_name = self._get_param("AutoScalingGroupName")
    wanted_ids = self._get_param("ActivityIds", [])
    activities = [
        activity
        for activity in getattr(self.autoscaling_backend, "lab_activities", [])
        if (not group_name or activity.auto_scaling_group_name == group_name)
        and (not wanted_ids or activity.activity_id in wanted_ids)
    ]
    return ActionResult({"Activities": activities[: int(self._get_param("MaxRecords", 100))]})
