"""The kinds of question, one file each. This table is the list of them."""

KINDS = ("single_choice", "multiple_choice", "true_false", "situational", "numeric")
