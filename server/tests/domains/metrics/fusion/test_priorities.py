"""What kind of device a name tells, and who comes first by it."""

import pytest

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.fusion.priorities import device_kind, rank

DEVICES = {
    "strap": "Polar H10 12345678|Polar H9|HRM-Dual|HRM3|HRMPro|TICKR X|TICKRFit|Wahoo TICKR|Polar Verity Sense|Chest strap|"
    "Cheststrap",
    "watch": "Apple Watch|AppleWatch|Watch6,1|Watch7,12|Jane’s Apple Watch|Apple Watch von Max|Watch6|Galaxy Watch6|"
    "GalaxyWatch4|Galaxy Watch Ultra|Pixel Watch 2|HUAWEI WATCH GT 3|TicWatch Pro|Ticwatch|ScanWatch 2|Smartwatch|"
    "Fenix7|fenix 7X Pro|fēnix 8|Forerunner 255|Forerunner955|FORERUNNER 45|Venu 3S|Venu2|VenuSq|vivoactive4|"
    "vívoactive 5|Instinct 2|epix Pro|Versa 4|Sense 2|Ionic|Polar Vantage V3|Suunto 9 Peak|COROS PACE 3|Amazfit GTR 4",
    "band": "Mi Band|MiBand|Miband 3|Mi Smart Band 6|Xiaomi Smart Band 8|HUAWEI Band 8|Armband|Wristband|Charge 6|Charge5|"
    "Inspire 3|Luxe|vivosmart 5|vívosmart HR|WHOOP 4.0|WHOOPBand|Polar Loop",
    "ring": "OuraRing|Oura|Oura Ring Gen3|oura_ring|Galaxy Ring|Ultrahuman Ring AIR|RingConn Gen 2|ringconn|Smart ring",
    "scale": "Index S2|Garmin Index S2|Body+|Body Cardio|Withings Body Comp|Aria Air|Aria2|RENPHO Scale|eufy P2|"
    "Bathroom Scales|Smart Scale",
    "phone": "iPhone|iPhone15,2|iPhone 15 Pro Max|iPhone von Aria|iPhone de Luxe|Pixel 8|Pixel 7a|Pixel 10 Pro|Galaxy S23|"
    "Galaxy A54 5G|Galaxy S20FE|Android|Windows Phone|My Mobile|Smartphone",
    "unknown": "|Chester|Manchester|Pickering|Venus|Persephone|Connect|Strava|Health|Marband|Bandit|Charger|Spring|String",
}
OWNERS = [
    "Pickering",
    "Ringo",
    "Husband",
    "Venus",
    "Chester",
    "Manchester",
    "Aria",
    "Verity",
    "Ring",
    "Loop",
    "Watchara",
    "Persephone",
    "Sensei",
    "Scarlett",
]


@pytest.mark.parametrize(
    ("device", "kind"), [(device, kind) for kind, devices in DEVICES.items() for device in devices.split("|")]
)
def test_the_words_of_a_name_tell_what_it_is(device: str, kind: str) -> None:
    assert device_kind(SampleSource("apple_health", device)) == kind


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize(
    ("device", "kind"),
    [
        ("iPhone", "phone"),
        ("Galaxy S23", "phone"),
        ("Apple Watch", "watch"),
        ("Mi Band 7", "band"),
        ("Fitbit", "unknown"),
    ],
)
def test_whose_it_is_does_not(owner: str, device: str, kind: str) -> None:
    for name in (f"{owner}'s {device}", f"{owner}’s {device}", f"{device} von {owner}", f"{owner}s' {device}"):
        assert device_kind(SampleSource("health_connect", name)) == kind


def test_a_provider_tells_what_a_name_does_not() -> None:
    assert device_kind(SampleSource("garmin", "Marq")) == "watch"
    assert device_kind(SampleSource("oura")) == "ring"
    assert device_kind(SampleSource("withings", "ScanWatch")) == "watch"


@pytest.mark.parametrize("owner", OWNERS)
def test_of_heart_rate_a_watch_comes_before_a_phone_whoever_has_it(owner: str) -> None:
    phone, watch = (
        SampleSource("apple_health", f"{owner}'s iPhone"),
        SampleSource("apple_health", f"{owner}'s Apple Watch"),
    )
    for slug in ("heart_rate", "steps", "hrv"):
        assert sorted([phone, watch], key=lambda each: rank(METRICS[slug], each)) == [watch, phone]
