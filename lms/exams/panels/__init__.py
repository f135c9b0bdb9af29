"""Panels that set a cut score: who judges, what they rate, what their rounds come to, and taking the cut over."""
