"""Hermes over MQTT: satellites, their sound, and the dialogue around it."""
