"""The process: definitions, their checks, and the engine that guards every move. Pure."""
