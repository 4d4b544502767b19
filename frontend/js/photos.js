// <input type="file" data-photos>: shrinks pictures on the phone (weak signal), shows them,
// lets one drop them again. Redrawing also removes what the camera wrote into the file,
// such as the place; that is offered beside the form's place first, and taken only when pressed.
import { offer, placeIn } from "./photoplace.js";
import { holdUntil } from "./sending.js";
import { say, word } from "./words.js";

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

function decode(file) {
  if (window.createImageBitmap) {
    return createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => element(file));
  }
  return element(file);
}

function element(file) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = URL.createObjectURL(file);
  });
}

async function shrink(file) {
  if (!file.type.startsWith("image/") || file.type === "image/gif") return file;
  try {
    const image = await decode(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch (_) {
    return file; // the server checks it anyway
  }
}

function canReplaceFiles() {
  try {
    return Boolean(new DataTransfer().items);
  } catch (_) {
    return false;
  }
}

function show(input, preview, files, drop) {
  preview.textContent = "";
  files.forEach((file, position) => {
    const figure = document.createElement("figure");
    figure.className = "photo";
    const image = document.createElement("img");
    image.alt = `${word("photo")} ${position + 1}`;
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    figure.append(image);
    if (drop) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "photo-drop";
      button.setAttribute("aria-label", `${word("remove")} ${image.alt}`);
      const icons = document.getElementById("words").dataset.icons;
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "icon");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `${icons}#x`);
      svg.append(use);
      button.append(svg);
      button.addEventListener("click", () => drop(position));
      figure.append(button);
    }
    preview.append(figure);
  });
}

export function enhance(root) {
  for (const input of root.querySelectorAll('input[type="file"][data-photos]')) {
    if (input.dataset.ready) continue;
    input.dataset.ready = "1";
    let preview = input.parentElement.querySelector("[data-preview]");
    if (!preview) {
      preview = document.createElement("div");
      preview.className = "photos";
      input.after(preview);
    }
    const limit = Number(input.dataset.photos) || 9;
    const replaces = canReplaceFiles();
    let kept = [];

    const keep = (files) => {
      if (files.length > limit) say(word("too-many-photos").replace("{n}", String(limit)));
      kept = files.slice(0, limit);
      const transfer = new DataTransfer();
      for (const file of kept) transfer.items.add(file);
      input.files = transfer.files;
      show(input, preview, kept, (position) => keep(kept.filter((_, at) => at !== position)));
    };

    input.addEventListener("change", () => {
      const chosen = Array.from(input.files);
      Promise.all(chosen.map(placeIn)).then((places) => {
        const place = places.find(Boolean);
        if (place) offer(input.form, place);
      });
      if (!replaces) {
        show(input, preview, chosen, null);
        return;
      }
      const work = Promise.all(chosen.map(shrink)).then((files) =>
        keep(input.multiple ? kept.concat(files) : files.slice(-1)),
      );
      if (input.form) holdUntil(input.form, work);
    });
    if (input.form) {
      input.form.addEventListener("reset", () => {
        kept = [];
        preview.textContent = "";
      });
    }
  }
}
