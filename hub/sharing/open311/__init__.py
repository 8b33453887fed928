"""Open311: released cases in the public form that other cities use too."""
