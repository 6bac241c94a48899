"""GPX: tracks that devices, phones and web sites write, with heart rate and cadence where they add them."""
