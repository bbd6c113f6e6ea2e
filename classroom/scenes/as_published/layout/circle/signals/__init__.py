"""The signals as a package that imports its receivers, as the published one does."""

from classroom.scenes.as_published.layout.circle.signals.employee_assignment import *
