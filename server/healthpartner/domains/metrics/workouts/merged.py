"""The one workout that copies become: the chief's figures, and those that it lacks from the copies, by rank."""

from healthpartner.canonical.sports import OTHER
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.domains.metrics.workouts.copies import Session


def figures(session: Session) -> WorkoutFigures:
    told = [copy.workout.figures for copy in session.copies()]
    return WorkoutFigures(
        **{
            name: next((value for each in told if (value := getattr(each, name)) is not None), None)
            for name in WorkoutFigures.__struct_fields__
        }
    )


def sport(session: Session) -> Workout:
    """The highest workout that knows which sport it was."""
    copies = [copy.workout for copy in session.copies()]
    return next((each for each in copies if each.sport != OTHER), copies[0])


def title(session: Session) -> str | None:
    return next((copy.workout.title for copy in session.copies() if copy.workout.title), None)


def segments(session: Session) -> list[Segment]:
    """Laps and activities: of the highest workout that has any, with the activities that it was sent apart from."""
    own = next((copy.workout.segments for copy in session.copies() if copy.workout.segments), ())
    within = [_activity(each.stored.workout) for each in session.members if each.reason == "activity_within"]
    known = {(each.kind, each.start_ms, each.end_ms) for each in own}
    return sorted(
        [*own, *(each for each in within if (each.kind, each.start_ms, each.end_ms) not in known)],
        key=lambda each: (each.start_ms, -each.end_ms, each.kind),
    )


def _activity(workout: Workout) -> Segment:
    return Segment("activity", workout.start_ms, workout.end_ms, workout.sport, workout.figures)


def offset_minutes(session: Session) -> int | None:
    """Of the highest workout that says on which clock it began."""
    offsets = (copy.workout.offset_minutes for copy in session.copies())
    return next((each for each in offsets if each is not None), None)
