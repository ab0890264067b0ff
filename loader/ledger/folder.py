"""Folders for what is nobody else's business."""

from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
