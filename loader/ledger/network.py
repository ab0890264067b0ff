"""File systems on which a ledger is refused: their locks and syncs do not hold between machines.

Linux answers from the kernel's own table of mounts; elsewhere this is a best effort.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

# Network file systems, and folders that a virtual machine shares with its host.
_SHARED = frozenset(
    {
        "9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs",
        "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "orangefs", "prl_fs", "pvfs2", "smb2", "smb3",
        "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav",
    }
)  # fmt: skip
_SHARED_FUSE = frozenset(
    {
        "ceph", "ceph-fuse", "curlftpfs", "davfs", "davfs2", "gcsfuse", "glusterfs", "grpcfuse",
        "juicefs", "osxfs", "rclone", "s3fs", "smbnetfs", "sshfs", "vmhgfs-fuse",
    }
)  # fmt: skip
_BSD_MOUNT = re.compile(r"^.+? on (?P<point>/.*) \((?P<type>\w+)[^()]*\)$", re.MULTILINE)


def network_file_system(path: Path) -> str | None:
    """Return the kind of network file system that `path` (absolute) lies on, else None."""
    if sys.platform == "win32":
        return _windows(path)
    if MOUNTS.exists():
        kind = _kind_of(path, linux_mounts(MOUNTS.read_text(encoding="utf-8", errors="replace")))
    elif sys.platform == "darwin":
        kind = _kind_of(path, bsd_mounts(_mount_output()))
    else:
        return None
    return kind if _is_shared(kind) else None


def linux_mounts(table: str) -> Iterator[tuple[Path, str]]:
    """Yield mount point and file system type from the text of /proc/self/mountinfo."""
    for line in table.splitlines():
        where, _, what = line.partition(" - ")
        yield Path(_plain(where.split()[4])), what.split()[0]


def bsd_mounts(output: str) -> Iterator[tuple[Path, str]]:
    """Yield mount point and file system type from what `mount` prints on macOS."""
    for found in _BSD_MOUNT.finditer(output):
        yield Path(found["point"]), found["type"]


def _kind_of(path: Path, mounts: Iterator[tuple[Path, str]]) -> str:
    above = [(len(point.parts), place, kind) for place, (point, kind) in enumerate(mounts)
             if path.is_relative_to(point)]  # fmt: skip
    return max(above)[2] if above else ""  # the deepest point; of two on one point the later


def _is_shared(kind: str) -> bool:
    outer, _, inner = kind.partition(".")
    return kind in _SHARED or (outer in ("fuse", "fuseblk") and inner in _SHARED_FUSE)


def _plain(field: str) -> str:
    r"""Return a field of the table with its octal escapes resolved: `\040` is a blank."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def _mount_output() -> str:
    try:
        return subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _windows(path: Path) -> str | None:
    if sys.platform == "win32":
        import ctypes

        remote = 4  # DRIVE_REMOTE
        if ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == remote:
            return "a network drive"
    return None
