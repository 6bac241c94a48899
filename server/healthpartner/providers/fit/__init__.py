"""FIT: the files of sports watches, bicycle computers, activity trackers and scales."""
