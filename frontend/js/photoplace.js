// Where a photo says that it was taken (Exif, JPEG): offered beside the form's own place, never
// taken by itself. What is sent has been redrawn and says nothing of it any more.
const HEAD_BYTES = 131072;
const GPS = 0x8825;

function degrees(view, at, little) {
  const part = (index) => {
    const below = view.getUint32(at + index * 8 + 4, little);
    return below ? view.getUint32(at + index * 8, little) / below : 0;
  };
  return part(0) + part(1) / 60 + part(2) / 3600;
}

function entries(view, start, little) {
  const found = new Map();
  const count = view.getUint16(start, little);
  for (let index = 0; index < Math.min(count, 200); index++) {
    const at = start + 2 + index * 12;
    found.set(view.getUint16(at, little), at + 8);
  }
  return found;
}

function placeInExif(view, base) {
  const little = view.getUint16(base) === 0x4949;
  const first = entries(view, base + view.getUint32(base + 4, little), little);
  if (!first.has(GPS)) return null;
  const gps = entries(view, base + view.getUint32(first.get(GPS), little), little);
  if (![1, 2, 3, 4].every((tag) => gps.has(tag))) return null;
  const read = (letter, value, negative) => {
    const said = degrees(view, base + view.getUint32(gps.get(value), little), little);
    return String.fromCharCode(view.getUint8(gps.get(letter))) === negative ? -said : said;
  };
  const latitude = read(1, 2, "S");
  const longitude = read(3, 4, "W");
  const isPossible = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude || longitude);
  return isPossible ? { latitude, longitude } : null;
}

/** The place in the file's notes, or null; a file that makes no sense has none. */
export async function placeIn(file) {
  try {
    const view = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
    if (view.getUint16(0) !== 0xffd8) return null;
    let at = 2;
    while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
      const isExif = view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966;
      if (isExif) return placeInExif(view, at + 10);
      at += 2 + view.getUint16(at + 2);
    }
  } catch (_) {
    /* broken notes are no notes */
  }
  return null;
}

/** Offer it in the form's place field, unless a place has been given there already. */
export function offer(form, place) {
  const box = form && form.querySelector("[data-place-input]");
  const button = box && box.querySelector("[data-photo-place]");
  const latitude = box && box.querySelector("[data-latitude]");
  if (!button || !latitude || latitude.value) return;
  button.hidden = false;
  button.onclick = () => {
    for (const name of ["latitude", "longitude"]) {
      const field = box.querySelector(`[data-${name}]`);
      field.value = place[name].toFixed(6);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    button.hidden = true;
    const status = box.querySelector("[data-place-status]");
    if (status) status.textContent = button.dataset.taken;
  };
}
