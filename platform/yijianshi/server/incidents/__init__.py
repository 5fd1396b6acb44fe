"""Incidents: what went wrong by itself and a person has to look at, such as engines that disagree."""
