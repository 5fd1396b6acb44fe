"""The platform's package: ``core`` decides, ``server`` serves, ``plugins`` extends."""
