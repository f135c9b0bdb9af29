"""Course packages: folders of plain text that become a course, its questions and its exam, and the way back."""
