"""Staff answer those who ask to have their data corrected or deleted, within 15 working days.

It joins `access`, which keeps the requests, with `calendars`, which counts the days; neither
may know the other's business, so it stands in the roof. The due time is counted anew from the
calendar whenever it is read: a request is never paused, so there is no clock to keep in step.
"""
