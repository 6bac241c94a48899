"""Sports on snow and ice."""

from healthpartner.canonical.sport import define

SNOW_AND_ICE = (
    define("skiing", "Downhill skiing", health_kit="downhillSkiing", health_connect="SKIING", strava="AlpineSki",
           fit="alpine_skiing, alpine_skiing/resort", garmin="resort_skiing, resort_skiing_snowboarding",
           fitbit="Skiing"),
    define("backcountry_skiing", "Backcountry skiing", fit="alpine_skiing/backcountry", strava="BackcountrySki",
           garmin="backcountry_skiing, backcountry_skiing_snowboarding"),
    define("cross_country_skiing", "Cross-country skiing", health_kit="crossCountrySkiing", strava="NordicSki",
           fit="cross_country_skiing, cross_country_skiing/skate_skiing",
           garmin="cross_country_skiing, skate_skiing, cross_country_classic_skiing"),
    define("snowboarding", "Snowboarding", health_kit="snowboarding", health_connect="SNOWBOARDING",
           fit="snowboarding, snowboarding/resort, snowboarding/backcountry", strava="Snowboard",
           garmin="resort_snowboarding, snowboarding, backcountry_snowboarding", fitbit="Snowboarding"),
    define("snowshoeing", "Snowshoeing", health_connect="SNOWSHOEING", fit="snowshoeing", strava="Snowshoe",
           garmin="snow_shoe"),
    define("snow_sports", "Snow sports", health_kit="snowSports", garmin="winter_sports"),
    define("snowmobiling", "Snowmobiling", fit="snowmobiling", garmin="snowmobiling"),
    define("ice_skating", "Ice skating", health_connect="ICE_SKATING", fit="ice_skating", strava="IceSkate",
           garmin="ice_skating"),
    define("ice_hockey", "Ice hockey", health_connect="ICE_HOCKEY", garmin="ice_hockey"),
    define("curling", "Curling", health_kit="curling"),
)  # fmt: skip
