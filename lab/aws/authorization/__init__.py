"""Which IAM actions, on which resources and under which condition keys, a call to AWS needs; and whether policies allow it."""
