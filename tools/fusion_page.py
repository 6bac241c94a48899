"""The page about fusion: the rules are written by hand here, the order of sources comes from the code."""

from pathlib import Path

from healthpartner.canonical.metrics import METRICS, Metric
from healthpartner.domains.metrics.fusion.parts import LONGEST_MS, MOMENT_MS
from healthpartner.domains.metrics.fusion.priorities import COLLECTORS, device_order
from healthpartner.domains.metrics.rollups.rules import DISTANCES

PAGE = Path("docs/fusion.md")

TEXT = """# Several sources, one true figure

A member with a watch and a phone has two devices that count the same steps. This page says what the platform makes of
that, in buckets of timeseries and in summaries of days alike. Raw timeseries and single entries show what was
told, untouched.

Buckets of one day are the member's local days that the window touches, each whole, of every metric, with the figure that
the summary of that day shows or would show: samples against what sources say about the day (rule 9), and days that only
such totals tell of are there too, with `samples` 0. Narrower buckets are made of samples alone, for a total of a day says
nothing about its hours; a sample belongs to the bucket in which it starts, or starts again after a midnight. Buckets of
`distance` are the one distance of rule 10, those of `distance_cycling` and the like are their own; days of
`total_calories` follow rule 11. With `?provider=` buckets are what that provider alone says.

## The rules

1. **A source** is a provider together with a device. Within one source nothing is merged: its own sum is its sum.
2. **Sources have an order**, below. Where two have measured the same time, the higher one counts.
3. **Nothing exclusive is lost.** A sample that higher sources have measured in part counts for the rest of its time,
   to the millisecond: half an hour with 900 steps of which ten minutes are measured by a watch counts 600.
4. **No stretch counts less than one source saw in it.** An unbroken stretch of time in which sources saw something
   counts as the order says, or as what one source alone saw in it, where that is more. So a day is never less than
   its largest source and never more than the sum of all. A zero is a measurement, and keeps its time from lower
   sources, but nothing was seen in it: a device that writes zeros all day does not make one stretch of the day. This
   holds for what is summed.
5. **What is averaged or picked**, such as heart rate or weight, takes each moment from the highest source that
   measured it; a sample that is covered in part weighs less. One that is longer than a day keeps other sources out for
   its first day.
6. **A sample without an end** stands for the minute that it begins ({moment} s). It is never split.
7. **A day is the member's local day**: by the sample's own UTC offset, else by the member's time zone at that instant,
   else UTC. What spans a midnight is split there, in proportion to the time on either side; on days on which the clock
   changes, at the midnight that there was. Samples longer than {longest} days count on the day on which they start.
8. **A moment has one clock.** Where sources that overlap say different offsets, that of the highest source which knows
   its own counts for all of them; otherwise one walk could be on two days. Samples longer than a day tell no clock but
   their own.
9. **A source's own total of a day is never added to samples.** It competes with all samples together, and the larger
   figure is the answer. Of heart rate the samples know more; a total fills what they do not tell, that of the highest
   source where several have one.
10. **Distance is one distance**: {distances} of one source are its parts.
11. Total energy is what is said to be the total, or active energy and energy at rest together, where that is more.

`?explain=true` on the activity summary says for each figure which sources there were, what each says alone, how much of
it counts, how much of it lies where a higher source has measured, and why; for total energy that is made of its parts,
it says so of the sources of both. On the body summary it says for each measure of a row who told it, and with it what
lower sources told in the same minute, which is not shown.

## The order of sources

First by where the data comes from: the partner's own, then vendors' clouds, then health stores of phones, which hold
copies of both ({collectors}). Then by what kind of device it is, as far as whole words of its name say, whoever has it.
Then by name, so that the answer never depends on what arrived first.

| metrics | kinds of devices, highest first |
|---|---|
{table}

## A tenant's own order

```
healthpartner prefer-sources ORG_ID garmin watch partner --metric steps
healthpartner prefer-sources ORG_ID
```

The first puts sources of `garmin`, then any watch, then the partner's own data first for steps; without `--metric` it
holds for every metric that has no order of its own. The second goes back to the order above. Days that it changes are
counted anew within minutes; reads of them are right at once.
"""


def page() -> str:
    return TEXT.format(
        moment=MOMENT_MS // 1000,
        longest=LONGEST_MS // 86_400_000,
        distances=", ".join(f"`{slug}`" for slug in DISTANCES),
        collectors=", ".join(f"`{slug}`" for slug in sorted(COLLECTORS)),
        table="\n".join(_rows()),
    )


def _rows() -> list[str]:
    by_order: dict[tuple[str, ...], list[Metric]] = {}
    for metric in METRICS.values():
        by_order.setdefault(device_order(metric), []).append(metric)
    most = max(by_order, key=lambda order: len(by_order[order]))
    listed = [order for order in by_order if order != most]
    rows = [
        f"| {', '.join(f'`{metric.slug}`' for metric in by_order[order])} | {', '.join(order)} |" for order in listed
    ]
    return [*rows, f"| all others | {', '.join(most)} |"]
