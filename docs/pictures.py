"""Take README's pictures of the app as it is now: `make pictures`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import FLAGS, find
from tests.browser.conftest import STILL, UNDRAWN, free_port, serve

HERE = Path(__file__).parent
SHOTS = {
    "gradients-light": ("gradients", "light"),
    "training-light": ("training?scene=spiral", "light"),
    "gradients-dark": ("gradients?gradients_expression=x*sin(x)&gradients_x=2.5", "dark"),
}


def main() -> None:
    """Start the dashboard, open each page cold, and write docs/NAME.png."""
    port = free_port()
    server = serve(port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            for name, (path, scheme) in SHOTS.items():
                page = browser.new_page(viewport={"width": 1280, "height": 1120}, color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"http://127.0.0.1:{port}/{path}")
                page.wait_for_selector(STILL)
                page.wait_for_selector(UNDRAWN, state="detached")
                page.wait_for_selector(".loss-dot[cx], canvas, .chart")
                page.evaluate("document.fonts.ready")
                page.screenshot(path=HERE / f"{name}.png")
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
