"""Find the nginx that the tests of several replicas start, or install it: `python tests/serving/nginx.py`."""

import os
import shutil
import subprocess
import sys


def find() -> str | None:
    """Return the path of an installed nginx, or None."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def install() -> None:
    """Install Debian's package where one may.

    Raises:
        SystemExit: with what to do, where one may not. The test of several replicas needs it, and is not skipped.
    """
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        sys.exit(
            "nginx is missing, and cannot be installed from here. The test of several replicas needs it: install it "
            "(Debian: apt-get install nginx-light, macOS: brew install nginx), then run make test again."
        )
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light"], check=True)


if __name__ == "__main__" and not find():
    install()
