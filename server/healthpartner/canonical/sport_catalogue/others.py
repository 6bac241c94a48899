"""Combat, climbing, animals and air, and sessions of several sports."""

from healthpartner.canonical.sport import define

OTHERS = (
    define("boxing", "Boxing", health_kit="boxing", health_connect="BOXING", fit="boxing", garmin="boxing",
           fitbit="Boxing"),
    define("kickboxing", "Kickboxing", health_kit="kickboxing", fitbit="Kickboxing"),
    define("martial_arts", "Martial arts", health_kit="martialArts", health_connect="MARTIAL_ARTS",
           fit="mixed_martial_arts", garmin="mixed_martial_arts", fitbit="Martial Arts"),
    define("fencing", "Fencing", health_kit="fencing", health_connect="FENCING"),
    define("wrestling", "Wrestling", health_kit="wrestling"),
    define("climbing", "Climbing", health_kit="climbing", health_connect="ROCK_CLIMBING", fit="rock_climbing",
           strava="RockClimbing", garmin="rock_climbing"),
    define("indoor_climbing", "Indoor climbing", fit="rock_climbing/indoor_climbing, floor_climbing",
           garmin="indoor_climbing, floor_climbing"),
    define("bouldering", "Bouldering", fit="rock_climbing/bouldering", garmin="bouldering"),
    define("archery", "Archery", health_kit="archery", garmin="archery"),
    define("horseback_riding", "Horseback riding", health_kit="equestrianSports", fit="horseback_riding",
           garmin="horseback_riding"),
    define("fishing", "Fishing", health_kit="fishing", fit="fishing", garmin="fishing"),
    define("hunting", "Hunting", health_kit="hunting", fit="hunting", garmin="hunting"),
    define("paragliding", "Paragliding", health_connect="PARAGLIDING", fit="hang_gliding, flying/wingsuit",
           garmin="hang_gliding, wingsuit_flying"),
    define("sky_diving", "Sky diving", fit="sky_diving, jumpmaster", garmin="sky_diving, jumpmaster"),
    define("tactical", "Tactical", fit="tactical", garmin="tactical"),
    define("multisport", "Multisport", health_kit="swimBikeRun", fit="multisport, multisport/triathlon",
           garmin="multi_sport, triathlon, duathlon, swimrun", tcx="MultiSport"),
    define("transition", "Transition", health_kit="transition", garmin="transition, swimToBikeTransition",
           fit="transition, transition/swim_to_bike_transition, transition/bike_to_run_transition, "
           "transition/run_to_bike_transition"),
    define("other", "Other", health_kit="other", health_connect="OTHER_WORKOUT", fit="generic", garmin="other",
           tcx="Other"),
)  # fmt: skip
