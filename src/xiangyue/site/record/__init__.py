"""Who audits sees how much is recorded and sealed, and takes away what proves it (SE02).

It stands in the roof, for the record itself may not know who may read it.
"""
