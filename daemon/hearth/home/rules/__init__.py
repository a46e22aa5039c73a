"""Rules: when something happens, if something holds, then do something."""
