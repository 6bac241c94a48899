"""What a device recorded along a way: points with position, heart rate, cadence and the like, made into samples."""
