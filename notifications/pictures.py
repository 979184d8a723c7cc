"""How does a chart get into a mail? As a PNG that travels with it: mail programs show no SVG, and fetch nothing."""

from pathlib import Path

import fontpkg_inter
import resvg_py

from notifications.channels.base import Picture

SHARPNESS = 2  # pixels for each unit of the drawing: telephones have fine screens
#: The one font of the drawings, and none of the machine's: a server without fonts would draw no words at all.
FONTS = [str(path) for path in sorted(Path(fontpkg_inter.__file__).parent.glob("files/Inter[[]*.ttf"))]


def picture(svg: str, *, name: str, alt: str) -> Picture:
    """Draw an SVG as a picture that a mail shows where it says `cid:<name>`.

    Args:
        alt: what it shows, for those who do not see it.
    """
    png = resvg_py.svg_to_bytes(svg_string=svg, zoom=SHARPNESS, skip_system_fonts=True, font_files=FONTS)
    return Picture(name=name, png=bytes(png), alt=alt)
