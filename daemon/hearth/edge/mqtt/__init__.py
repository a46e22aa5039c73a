"""MQTT: one visible connection loop over paho, what it kept, and what it sends."""
