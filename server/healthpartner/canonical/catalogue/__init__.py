"""The metrics themselves, a file for each area. Codes run in hundreds: vitals 1xx, activity 2xx, mobility and
sport 3xx, body 4xx, nutrition 5xx, surroundings and events 6xx, sleep 7xx. A retired code is never given away
again.
"""
