"""Ways to show a run: a page and a terminal for people, a workbook to correct the file with."""
