"""Secret votes over the phone: sealed there, added up unopened, recounted by anybody."""
