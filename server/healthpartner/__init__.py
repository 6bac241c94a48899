"""Health Partner: wearable data in, trustworthy metrics kept, signed events out to queues that partners own."""
