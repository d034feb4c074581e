"""How dates are written where Django has no format for a language, or an unusual one."""
