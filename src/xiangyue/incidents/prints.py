"""How a picture looks, in 64 bits: what is nearly the same to the eye is nearly the same in bits.

A difference hash: in each row of a small grey copy, whether it gets lighter from one cell to the
next. Sending again, another format, brightness and a trimmed edge change few bits. It knows no
faces and no things (CA01), and of pictures with little in them it says nothing.
"""

from PIL import Image

SIDE = 8
BITS = SIDE * SIDE
BANDS = 4
BAND_BITS = BITS // BANDS
FARTHEST = 6  # bits
TRIMMED = (0.0, 0.05)  # of each edge: a trimmed picture is compared with the trimmed others
LEAST_CONTRAST = 3.0  # mean step between neighbouring cells, of 255 greys


def prints_of(picture: Image.Image) -> tuple[int, ...]:
    """The prints of a picture, whole and with its edges trimmed; none when it shows little."""
    grey = picture.convert("L")
    found = []
    for trim in TRIMMED:
        left, top = round(grey.width * trim), round(grey.height * trim)
        part = grey.crop((left, top, grey.width - left, grey.height - top)) if trim else grey
        bits = _difference_bits(part)
        if bits is not None:
            found.append(bits)
    return tuple(found)


def _difference_bits(grey: Image.Image) -> int | None:
    small = grey.resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    cells = list(small.tobytes())
    bits, steps = 0, 0
    for row in range(SIDE):
        for column in range(SIDE):
            here = cells[row * (SIDE + 1) + column]
            next_one = cells[row * (SIDE + 1) + column + 1]
            bits = bits << 1 | (next_one > here)
            steps += abs(next_one - here)
    return bits if steps / BITS >= LEAST_CONTRAST else None


def distance(first: int, second: int) -> int:
    """In how many bits two prints differ."""
    return (first ^ second).bit_count()


def bands_of(bits: int) -> tuple[int, ...]:
    """The print in four parts of 16 bits, by which an index finds it."""
    mask = (1 << BAND_BITS) - 1
    return tuple(bits >> (BAND_BITS * (BANDS - 1 - band)) & mask for band in range(BANDS))


def near_bands(bits: int) -> list[list[int]]:
    """For each band, the values that it may have in a print at most `FARTHEST` bits away.

    Of six bits over four bands, some band has at most one: nothing within reach is missed.
    """
    return [
        [band, *(band ^ (1 << position) for position in range(BAND_BITS))]
        for band in bands_of(bits)
    ]


def signed(bits: int) -> int:
    """The print as a database's 64-bit number, which has a sign."""
    return bits - (1 << BITS) if bits >> (BITS - 1) else bits


def unsigned(number: int) -> int:
    return number + (1 << BITS) if number < 0 else number
